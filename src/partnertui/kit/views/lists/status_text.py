"""Where a list stands, in words: how many rows, how old, how far a search is, and why there is nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.db.rows.listing import Count
    from partnertui.kit.views.lists.view import ListView

Said = tuple[str, str]
"""Words and their colour role."""


def standing(view: ListView) -> Said:
    """What stands at the right of the title."""
    if view.trouble is not None and view.table.window.rows:
        since = time.strftime("%H:%M:%S", time.localtime(view.feed.since))
        return f"as of {since}, database away", "bad"
    if view.feed.scan is not None:
        return view.feed.scan.words, "accent"
    window, parts = view.table.window, []
    if window.marks:
        parts.append(f"{len(window.marks)} marked")
    if window.row is not None:
        whole = how_many(view.count) if view.count else "…"
        parts.append(f"{window.number:,} of {whole}" if window.number else f"of {whole}")
    return f" {view.services.symbols.dot} ".join(parts), "muted"


def empty_words(view: ListView) -> tuple[Said, ...]:
    """What stands where rows would be: why there are none, and what to do."""
    page, state, services = view.page, view.state, view.services
    assert page is not None
    scoped = services.scope is not None and page.scope
    if view.feed.scan is not None and view.feed.scan.state == "looking":
        return (("Looking …", "muted"), ("No index serves this filter; hits come as they are found.", "muted"))
    if not (state.criteria or view.location.fixed_filters or scoped):
        others = (("Tab shows the other tabs.", "muted"),) if len(page.tabs) > 1 else ()
        return ((page.empty, "muted"), *others)
    told, tab = state.query, page.tabs[state.tab].title if page.tabs else ""
    where = f" in the tab “{tab}”" if tab and len(page.tabs) > 1 else "" if told else " here"
    lines = [("No row" + where + (f" matches {told}" if told else "") + ".", "muted")]
    if state.criteria:
        lines.append(("/ changes the filter, F4 clears it.", "muted"))
    if services.scope is not None:
        lines.append((f"Only {services.scope.name} is shown; C shows all customers.", "muted"))
    return tuple(lines)


def how_many(count: Count) -> str:
    """A count as words: 1,234, 10,000+ when capped, ~10 M when estimated."""
    if count.capped:
        return f"{count.number - 1:,}+"
    if count.exact:
        return f"{count.number:,}"
    return f"~{count.number / 1e6:.1f} M" if count.number >= 1_000_000 else f"~{count.number:,}"
