"""Asks which capture to open, reads it in the background, shows its calls."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnertui.domain.errors import DomainError
from partnertui.kit.shell.services import FixedFilter, Location, Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, ask_form
from partnertui.screens.shared.call_trace.load import index_path, key_log
from partnertui.screens.shared.capture_file.paths import typed_path

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel

SCREEN = "captured-calls"
MOST_LOOKED_AT = 20_000
"""Files of a folder that are looked at to see whether any of them is a capture, before all of them are read."""
HELP = "A pcap or pcapng file, or a folder of them. ~ is your home."


def ask_capture(services: Services) -> None:
    """Asks for a file or a folder; it begins with the folder of last time."""

    def save(typed: dict[str, Any]) -> Path:
        return checked(str(typed["path"]))

    last = services.saved_state.get("capture_file", "folder", default="~/")
    fields = (Field("path", title="File or folder", required=True, help=HELP),)
    form = Form("Open a capture", fields, save, values={"path": str(last)}, verb="opens it")
    ask_form(services, form, lambda path: open_capture(services, path))


def checked(typed: str) -> Path:
    """The file or folder that is meant; raises DomainError for what cannot be opened. Run it in a thread."""
    return typed_path(typed, _openable)


def _openable(path: Path) -> None:
    """Raises DomainError for what cannot be opened, OSError for what may not be read."""
    from partnertui.captures.file import Capture

    if not path.exists():
        raise DomainError(f"There is no {one_line(str(path), 120)}.", advice="Look at its name.")
    if path.is_dir():
        _some_capture(path)
    elif not path.is_file():
        raise DomainError(f"{one_line(path.name, 80)} is no file and no folder.")
    else:
        Capture(path).close()


def _some_capture(folder: Path) -> None:
    """Raises DomainError for a folder without any capture, OSError for one that may not be read."""
    from partnertui.captures.lookup import find_captures

    os.listdir(folder)
    looked = 0
    for place, _, names in os.walk(folder):
        for name in names:
            looked += 1
            one = Path(place) / name
            if looked > MOST_LOOKED_AT or (one.is_file() and find_captures([Path(place)], name)):
                return
    raise DomainError(f"No file in {one_line(str(folder), 120)} is a capture.", advice="Captures are pcap or pcapng.")


def open_capture(services: Services, path: Path) -> None:
    """Indexes what is new, with progress, then lists the calls."""
    services.saved_state.put("capture_file", "folder", value=f"{path if path.is_dir() else path.parent}/")
    name = one_line(path.name or str(path), 60)

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> list[str]:
        from partnertui.captures.index import Index
        from partnertui.captures.indexer import IndexingStopped, IndexUpdate
        from partnertui.captures.lookup import find_captures
        from partnertui.db.errors import QueryCancelled

        stop, largest = threading.Event(), int(services.settings.captures.largest * 1_000_000)
        try:
            with cancel.running(stop.set), closing(Index(index_path(services))) as index:
                paths = find_captures([path])
                troubles = IndexUpdate(index, tell, stop, key_log(services), largest).update(paths)
                known = [file for one in paths if (file := index.file(one)) is not None]
        except IndexingStopped:
            raise QueryCancelled("The agent gave it up.") from None
        if not known:
            raise DomainError(troubles[0] if troubles else f"{name} has no capture any more.")
        return [
            *troubles,
            *(f"{one_line(file.path.name, 60)}: {note.rstrip('.')}." for file in known for note in file.notes),
        ]

    def done(told: list[str]) -> None:
        services.open(Location(SCREEN, fixed_filters=(FixedFilter("opened", str(path), f"in {name}"),)))
        services.notify(told[0] + (f" And {len(told) - 1} more such." if told[1:] else "") if told else "", "warn")

    def failed(trouble: Exception) -> None:
        services.notify(f"{trouble} {getattr(trouble, 'advice', '')}".strip(), "bad")

    services.notify(f"Reading {name} …", "")
    services.jobs.long(f"Reading {name}", work, done, failed)
