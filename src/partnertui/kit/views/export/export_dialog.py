"""Export: asks for format and file, then runs as a job with progress, which the list of jobs shows and cancels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from partnertui.kit.clock import utc_now
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.export.plan import FORMATS, Plan, make_plan
from partnertui.kit.views.export.run import export_file
from partnertui.kit.views.lists.status_text import how_many
from partnertui.kit.views.page_row_source import source_of
from partnertui.kit.views.save_dialog import FileChoice, SaveDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.views.lists.list_view import ListView

LONGEST_FILTER = 80
"""Characters of a file name that say what was filtered."""


def ask_export(view: ListView) -> None:
    """Asks for format and file, and exports all filtered rows."""
    services, screen = view.services, view.location.screen
    chosen = str(services.saved_state.get("export", "format", default="csv"))
    chosen = chosen if chosen in FORMATS else "csv"
    count = how_many(view.feed.total) if view.feed.total is not None else "all"
    rows = f"{count} {'row' if count == '1' else 'rows'}"
    plan, title = _plan(view), view.entry.title

    def write(choice: FileChoice) -> None:
        services.saved_state.put("export", "format", value=choice.format)
        shown = one_line(str(choice.path), 200)

        def work(cancel: Cancel, progress: Callable[[int, int], None]) -> int:
            path, replace = choice.path, choice.replace
            return export_file(services.database, plan, choice.format, path, cancel, replace=replace, tell=progress)

        def done(count: int) -> None:
            services.notify(f"Exported {count:,} {'row' if count == 1 else 'rows'} to {shown}.", "good")

        def failed(error: UserError) -> None:
            dialog.ask_again(choice, error, "Not exported")

        def cancelled() -> None:
            services.notify("The export was cancelled; no file was written.", "warn")

        services.jobs.long(f"Export of {title} to {one_line(choice.path.name, 40)}", work, done, failed, cancelled)
        services.notify(f"Exporting to {shown}; {{key:app.jobs}} shows the progress.", "")

    heading = f"Export {title}: all filtered rows"
    dialog = SaveDialog(services, heading, FORMATS, output_file.target, write, rows, "export")
    day = utc_now().astimezone().strftime("%Y-%m-%d")
    dialog.ask(
        {
            "format": chosen,
            "file": output_file.default_name("-".join(filter(None, (screen, _filter_words(view)))), day, chosen),
        }
    )


def _filter_words(view: ListView) -> str:
    """What narrows the list, as a part of a file name."""
    assert view.page is not None
    state, scope, words = view.state, view.services.scope, [fixed.label for fixed in view.location.fixed_filters]
    if view.page.tabs and (tab := view.page.tabs[state.tab]).criteria:
        words.insert(0, tab.title)
    if scope is not None and view.page.scope:
        words.append(scope.name)
    return re.sub(r"\W+", "-", " ".join([*words, state.query]).lower()).strip("-")[:LONGEST_FILTER].rstrip("-")


def _plan(view: ListView) -> Plan:
    assert view.page is not None
    services = view.services
    scope = services.scope.record_id if services.scope is not None and view.page.scope else None
    narrowed = [*(fixed_filter.label for fixed_filter in view.location.fixed_filters), view.state.query]
    if view.page.tabs:
        narrowed.insert(0, f"tab: {view.page.tabs[view.state.tab].title}")
    source = source_of(view.page, view.context())
    text = "; ".join(filter(None, narrowed))
    return make_plan(view.location.screen, view.page, view.listing(), source=source, filter=text, customer=scope)
