"""Indexes captures in the background, so that opening a call finds it at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.flows.call_trace.load import capture_paths, index_path, key_log
from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.desk import Desk

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel

TITLE = "Indexing captures"


def update_index(desk: Desk, cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[int, list[str]]:
    """Indexes what is new in the folders; returns how many captures there are, and what could not be read."""
    from partnertui.db.errors import QueryCancelled
    from partnertui.sip.capture.index import Index
    from partnertui.sip.capture.indexing import Stopped, Updating

    stop = threading.Event()
    largest = int(desk.settings.captures.largest * 1_000_000)
    paths = capture_paths(desk)
    try:
        with cancel.running(stop.set), closing(Index(index_path(desk))) as index:
            return len(paths), Updating(index, tell, stop, key_log(desk), largest).update(paths)
    except Stopped:
        raise QueryCancelled("The agent gave it up.") from None


def index_captures(desk: Desk, *, quiet: bool = True) -> None:
    """Starts it unless it runs; `quiet` says nothing where nothing was wrong."""
    if any(job.title == TITLE for job in desk.jobs.running):
        if not quiet:
            desk.say("Captures are being indexed: J shows how far it is.", "")
        return

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> tuple[int, list[str]]:
        return update_index(desk, cancel, tell)

    def done(found: tuple[int, list[str]]) -> None:
        captures, troubles = found
        if troubles:
            desk.say(f"Captures: {troubles[0]}" + (f" And {len(troubles) - 1} more." if troubles[1:] else ""), "warn")
        elif not quiet and captures:
            many = "1 capture is" if captures == 1 else f"{captures:,} captures are"
            desk.say(f"{many} indexed: their calls open at once.", "good")
        elif not quiet:
            desk.say("There is no capture in the folders that are enabled.", "warn")

    def failed(error: Exception) -> None:
        desk.say(f"Captures could not be indexed: {error}", "warn")

    desk.jobs.long(TITLE, work, done, failed)


def _index(here: Here) -> None:
    index_captures(here.desk, quiet=False)


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
