"""The state of a list as text: how many rows, how old, the progress of a scan, and why there is nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from partnertui.db.rows.listing import Count
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.page import Page
    from partnertui.kit.declare.styled_line import Piece
    from partnertui.kit.declare.view_location import Location
    from partnertui.kit.views.lists.list_state import ListState
    from partnertui.kit.views.lists.row_feed import Feed
    from partnertui.kit.views.lists.title_line import TopLine
    from partnertui.kit.widgets.table.table_mouse import Table


class ListStatus(Protocol):
    """What the status is made from; a list view has it."""

    services: Services
    location: Location
    page: Page | None
    state: ListState
    table: Table
    top: TopLine
    feed: Feed
    error: UserError | None


def status_text(view: ListStatus) -> Piece:
    """The text at the right of the title."""
    if view.error is not None and view.table.window.rows:
        since = time.strftime("%H:%M:%S", time.localtime(view.feed.since))
        from partnertui.domain.errors import DomainError  # after the first frame

        why = "not refreshed" if isinstance(view.error, DomainError) else "database offline"
        return f"as of {since}, {why}", "bad"
    if view.feed.scan is not None:
        return view.feed.scan.status, "accent"
    window, parts = view.table.window, []
    if window.marks:
        parts.append(f"{len(window.marks)} marked")
    if window.row is not None:
        whole = how_many(view.feed.total) if view.feed.total else "…"
        parts.append(f"{window.number:,} of {whole}" if window.number else f"of {whole}")
    return f" {view.services.symbols.dot} ".join(parts), "muted"


def empty_text(view: ListStatus) -> tuple[Piece, ...]:
    """The text in place of rows: why there are none, and what to do."""
    page, state, services = view.page, view.state, view.services
    assert page is not None
    scoped = services.scope is not None and page.scope
    if view.feed.scan is not None and view.feed.scan.state == "scanning":
        return (("Searching …", "muted"), ("No index covers this filter: matches appear as they are found.", "muted"))
    fill, elsewhere = services.keymap.fill, other_tabs(view)
    if not (state.criteria or view.location.fixed_filters or scoped or (state.tab and elsewhere)):
        others = ((fill("{key:list.next-tab} goes to the other tabs."), "muted"),) if len(page.tabs) > 1 else ()
        return ((fill(page.empty), "muted"), *others)
    query, tab = state.query.strip(), page.tabs[state.tab].title if page.tabs else ""
    where = f" in the tab “{tab}”" if tab and len(page.tabs) > 1 else "" if query else " here"
    lines = [("No rows" + where + (f" match {query}" if query else "") + ".", "muted")]
    if elsewhere:
        lines.append((fill(f"{elsewhere}; {{key:list.next-tab}} goes to the next tab."), "accent"))
    if state.criteria:
        lines.append((fill("{key:list.search} changes the filter, {key:list.clear} clears it."), "muted"))
    pinned = {fixed_filter.field for fixed_filter in view.location.fixed_filters}
    if services.scope is not None and page.scope and page.scope not in pinned:
        lines.append((f"Only {services.scope.name} is shown; {fill('{key:scope.clear-scope}')} shows all.", "muted"))
    return tuple(lines)


def other_tabs(view: ListStatus) -> str:
    """Where rows are when the tab in front has none: "7 in Dialled, 2 in Other"."""
    counts = zip(view.top.tabs, view.top.counts, strict=False)
    return ", ".join(
        f"{count} in {tab}" for at, (tab, count) in enumerate(counts) if at != view.state.tab and count != "0"
    )


def how_many(count: Count) -> str:
    """A count as text: 1,234, 10,000+ when capped, ~10 M when estimated."""
    if count.capped:
        return f"{count.number - 1:,}+"
    if count.exact:
        return f"{count.number:,}"
    return f"~{count.number / 1e6:.1f} M" if count.number >= 1_000_000 else f"~{count.number:,}"
