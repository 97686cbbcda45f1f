"""Asks which capture to open, reads it in the background, and lists its calls."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexingStopped, IndexUpdate
from partnertui.captures.call_id_lookup import find_captures
from partnertui.captures.capture_file import Capture
from partnertui.db.errors import QueryCancelled
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.call_trace.capture_index_settings import index_path, key_log
from partnertui.screens.shared.capture_file.path_checks import resolve_path

SCREEN = "captured-calls"
MAX_EXAMINED = 20_000
"""Files of a folder that are examined for a first capture before all of them are read."""
HELP = "A pcap or pcapng file, or a folder of them. ~ is your home folder."


def ask_capture(services: Services) -> None:
    """Ask for a file or folder, starting with the last one used."""

    def save(typed: Values) -> Path:
        return checked(str(typed["path"]))

    last = services.saved_state.get("capture_file", "folder", default="~/")
    fields = (Field("path", title="File or folder", required=True, help=HELP),)
    form = Form("Open a capture", fields, save, values={"path": str(last)}, verb="open")
    ask_form(services, form, lambda path: open_capture(services, path))


def checked(typed: str) -> Path:
    """The path to open. Raises DomainError if it can't be opened. Run it in a thread."""
    return resolve_path(typed, _openable)


def _openable(path: Path) -> None:
    """Raises DomainError for what can't be opened, OSError for what can't be read."""

    if not path.exists():
        raise DomainError(f"{one_line(str(path), 120)} doesn't exist.", advice="Check the name.")
    if path.is_dir():
        _some_capture(path)
    elif not path.is_file():
        raise DomainError(f"{one_line(path.name, 80)} is neither a file nor a folder.")
    else:
        Capture(path).close()


def _some_capture(folder: Path) -> None:
    """Raises DomainError for a folder without captures, OSError for one that can't be read."""

    # os.walk is silent about a folder that it can't read; this raises.
    os.listdir(folder)
    examined = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            examined += 1
            one = Path(directory) / name
            if examined > MAX_EXAMINED or (one.is_file() and find_captures([Path(directory)], name)):
                return
    raise DomainError(
        f"There are no captures in {one_line(str(folder), 120)}.", advice="Captures must be pcap or pcapng files."
    )


def open_capture(services: Services, path: Path) -> None:
    """Index new captures, with progress, then list the calls."""
    services.saved_state.put("capture_file", "folder", value=f"{path if path.is_dir() else path.parent}/")
    name = one_line(path.name or str(path), 60)

    def work(cancel: Cancel, progress: Callable[[int, int], None]) -> list[str]:

        stop, largest = threading.Event(), services.settings.captures.largest_bytes
        try:
            with cancel.running(stop.set), closing(Index(index_path(services))) as index:
                paths = find_captures([path])
                problems = IndexUpdate(index, progress, stop, key_log(services), largest).update(paths)
                known = [file for one in paths if (file := index.file(one)) is not None]
        except IndexingStopped:
            raise QueryCancelled("Cancelled.") from None
        if not known:
            raise DomainError(problems[0] if problems else f"{name} no longer contains a capture.")
        return [
            *problems,
            *(f"{one_line(file.path.name, 60)}: {note.rstrip('.')}." for file in known for note in file.notes),
        ]

    def done(problems: list[str]) -> None:
        services.open(Location(SCREEN, fixed_filters=(FixedFilter("opened", str(path), f"in {name}"),)))
        services.notify(
            problems[0] + (f" And {plural(len(problems) - 1, 'more problem')}." if problems[1:] else "")
            if problems
            else "",
            "warn",
        )

    def failed(trouble: Exception) -> None:
        services.notify(f"{trouble} {getattr(trouble, 'advice', '')}".strip(), "bad")

    services.notify(f"Reading {name} …", "")
    services.jobs.long(f"Reading {name}", work, done, failed)
