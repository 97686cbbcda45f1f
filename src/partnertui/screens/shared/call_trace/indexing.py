"""Indexes captures in the background, so that opening a call finds it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.services import Services
from partnertui.screens.shared.call_trace.load import capture_paths, index_path, key_log

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel

TITLE = "Indexing captures"


def update_index(services: Services, cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[int, list[str]]:
    """Indexes what is new in the folders; returns how many captures there are, and what could not be read."""
    from partnertui.captures.index import Index
    from partnertui.captures.indexer import IndexingStopped, IndexUpdate
    from partnertui.db.errors import QueryCancelled

    stop = threading.Event()
    largest = int(services.settings.captures.largest * 1_000_000)
    paths = capture_paths(services)
    try:
        with cancel.running(stop.set), closing(Index(index_path(services))) as index:
            return len(paths), IndexUpdate(index, tell, stop, key_log(services), largest).update(paths)
    except IndexingStopped:
        raise QueryCancelled("The agent gave it up.") from None


def index_captures(services: Services, *, quiet: bool = True) -> None:
    """Starts it unless it runs; `quiet` says nothing where nothing was wrong."""
    if any(job.title == TITLE for job in services.jobs.running):
        if not quiet:
            services.notify("Captures are being indexed: J shows how far it is.", "")
        return

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[int, list[str]]:
        return update_index(services, cancel, tell)

    def done(found: tuple[int, list[str]]) -> None:
        captures, troubles = found
        if troubles:
            services.notify(
                f"Captures: {troubles[0]}" + (f" And {len(troubles) - 1} more." if troubles[1:] else ""), "warn"
            )
        elif not quiet and captures:
            many = "1 capture is" if captures == 1 else f"{captures:,} captures are"
            services.notify(f"{many} indexed: their calls open at once.", "good")
        elif not quiet:
            services.notify("There is no capture in the folders that are enabled.", "warn")

    def failed(error: Exception) -> None:
        services.notify(f"Captures could not be indexed: {error}", "warn")

    services.jobs.long(TITLE, work, done, failed)


def _index(context: ActionContext) -> None:
    index_captures(context.services, quiet=False)


INDEX = Action(
    "captures.index",
    "Index captures now",
    _index,
    ("i",),
    "index",
    group="Captures",
    menu=True,
    about="reads what is new in the folders, in the background, so that calls open at once",
)
