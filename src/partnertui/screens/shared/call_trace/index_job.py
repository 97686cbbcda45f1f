"""Indexes captures in the background, so that calls open instantly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.domain.plurals import plural
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.screens.shared.call_trace.capture_index_settings import capture_paths, index_path, key_log

if TYPE_CHECKING:
    from partnertui.db.query_cancellation import Cancel

TITLE = "Indexing captures"


def update_index(services: Services, cancel: Cancel, progress: Callable[[int, int], None]) -> tuple[int, list[str]]:
    """Index new captures in the folders. Returns the number of captures and the errors."""
    from partnertui.captures.call_id_index import Index
    from partnertui.captures.call_id_index_update import IndexingStopped, IndexUpdate
    from partnertui.db.errors import QueryCancelled

    stop = threading.Event()
    largest = services.settings.captures.largest_bytes
    paths = capture_paths(services)
    try:
        with cancel.running(stop.set), closing(Index(index_path(services))) as index:
            return len(paths), IndexUpdate(index, progress, stop, key_log(services), largest).update(paths)
    except IndexingStopped:
        raise QueryCancelled("Cancelled.") from None


def index_captures(services: Services, *, quiet: bool = True) -> None:
    """Start indexing unless it's running; if `quiet`, only report errors."""
    if any(job.title == TITLE for job in services.jobs.running):
        if not quiet:
            services.notify("Captures are already being indexed; {key:app.jobs} shows the progress.", "")
        return

    def work(cancel: Cancel, progress: Callable[[int, int], None]) -> tuple[int, list[str]]:
        return update_index(services, cancel, progress)

    def done(found: tuple[int, list[str]]) -> None:
        captures, errors = found
        if errors:
            more = f" And {plural(len(errors) - 1, 'more problem')}." if errors[1:] else ""
            services.notify(errors[0] + more, "warn")
        elif not quiet and captures:
            count = "1 capture is indexed; its" if captures == 1 else f"{captures:,} captures are indexed; their"
            services.notify(f"{count} calls open instantly.", "good")
        elif not quiet:
            services.notify("There are no captures in the enabled folders.", "warn")

    def failed(error: Exception) -> None:
        services.notify(f"Captures couldn't be indexed: {error}", "warn")

    services.jobs.long(TITLE, work, done, failed)


def _index(context: ActionContext) -> None:
    index_captures(context.services, quiet=False)


INDEX = Action(
    "captures.index",
    "Index captures now",
    _index,
    ("upper_u", "U"),
    "index",
    group="Captures",
    menu=True,
    about="reads new captures in the folders, in the background, so that calls open instantly",
)
