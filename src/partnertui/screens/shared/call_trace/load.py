"""Reads the trace of a call from wherever one was kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.errors import UserError
from partnertui.kit.shell.services import Services

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.captures.lookup import CallFinder
    from partnertui.captures.saving import Packet
    from partnertui.db.cancel import Cancel

FILE = "captures.db"
Tell = Callable[[int, int], None]


@dataclass
class CallLoad:
    """The trace of the call with these Call-IDs: what is indexed and Kamailio's table at once, other captures later.

    Whichever has more messages is shown.
    """

    services: Services
    call_ids: tuple[str, ...]
    began: datetime | None = None
    customer_id: int | None = None
    looked: list[str] = field(default_factory=list)
    """Where it was looked for, and what was wrong there, in sentences."""
    running: bool = False
    """True for a call that is up."""
    searched: bool = False
    """True once captures that are not indexed were searched, too."""

    @property
    def index(self) -> Path:
        """Where the index of the captures is."""
        return index_path(self.services)

    def work(self, cancel: Cancel, tell: Tell) -> Trace:
        """The messages that can be had at once, else those that a search finds; raises DomainError for none at all."""
        self.looked, self.searched = [], False
        found = _better(self._captured((), cancel, tell), self._traced())
        if found is None:
            found = self._search(cancel, tell)
        if found is None:
            raise DomainError(
                "No trace of this call was kept. " + " ".join(self.looked),
                advice="Captures are looked for in the folders under Settings, Capture folders.",
            )
        return found

    def again(self, cancel: Cancel, tell: Tell) -> Trace:
        """What came since: captures that are still being written are indexed as far as they go."""
        from partnertui.screens.shared.call_trace.indexing import update_index

        update_index(self.services, cancel, tell)
        return self.work(cancel, tell)

    def _search(self, cancel: Cancel, tell: Tell) -> Trace | None:
        """Out of all captures, also those that are not indexed yet."""
        self.searched = True
        paths = capture_paths(self.services)
        found = self._captured(paths, cancel, tell)
        if found is None:
            many = f"None of {len(paths):,} captures has it." if paths else "No capture folder has a capture."
            self.looked.insert(0, many)
        return found

    def _traced(self) -> Trace | None:
        """Out of Kamailio's table; what keeps us from reading it is only noted."""
        from partnertui.db.kamailio.reach import Reach
        from partnertui.db.kamailio.sip_trace import traced_call

        settings = self.services.settings
        switch = settings.kamailio
        reach = Reach(settings.database_url, switch.url, switch.schema, switch.timezone)
        try:
            found = self.services.database.read(lambda connection: traced_call(connection, reach, self.call_ids))
            if found is None:
                self.looked.append("Kamailio's table sip_trace does not have it.")
        except UserError as error:
            self.looked.append(f"{error}")
            return None
        else:
            return found
        finally:
            reach.close()

    def _captured(self, paths: Sequence[Path], cancel: Cancel, tell: Tell) -> Trace | None:
        """Out of what is indexed, and of these captures."""
        from partnertui.captures.index import Index
        from partnertui.captures.indexer import IndexingStopped
        from partnertui.db.errors import QueryCancelled

        stop = threading.Event()
        began = int(self.began.timestamp() * 1e6) if self.began is not None else None
        try:
            with cancel.running(stop.set), closing(Index(index_path(self.services))) as index:
                finder = self._finder(index, stop, tell)
                found = finder.call(paths, self.call_ids, began)
        except IndexingStopped:
            raise QueryCancelled("The agent gave it up.") from None
        self.looked += finder.troubles[:3]
        return found

    def _finder(self, index: object, stop: threading.Event, tell: Tell) -> CallFinder:
        from partnertui.captures.lookup import CallFinder

        return CallFinder(index, stop, tell, key_log(self.services))  # type: ignore[arg-type]

    def more(self, trace: Trace, cancel: Cancel, tell: Tell) -> Trace:
        """With messages that only a search finds, and the streams: captures have those of the table's calls, too."""
        from partnertui.captures.audio import with_streams
        from partnertui.captures.index import Index
        from partnertui.captures.loader import CallLoader
        from partnertui.db.errors import DatabaseUnavailable
        from partnertui.db.kamailio.sip_trace import NO_SOUND

        try:
            captured = None if self.searched else self._search(cancel, tell)
        except DatabaseUnavailable:  # it knows the folders; what is indexed is read without it
            captured = None
        if captured is not None and captured.messages != trace.messages:
            trace = _better(captured, trace) or trace
        with closing(Index(index_path(self.services))) as index, closing(CallLoader(index)) as loader:
            heard = with_streams(loader, trace)
        if not heard.streams:
            return heard if heard.missing != trace.missing else trace
        return replace(heard, missing=tuple(words for words in heard.missing if words != NO_SOUND))

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """The sound, for a capture of just this call."""
        from partnertui.captures.audio import rtp_packets
        from partnertui.captures.index import Index
        from partnertui.captures.loader import CallLoader

        with closing(Index(index_path(self.services))) as index, closing(CallLoader(index)) as loader:
            return rtp_packets(loader, trace)


def _better(captured: Trace | None, traced: Trace | None) -> Trace | None:
    """The one with more messages; a capture has the sound too."""
    if captured is None or traced is None:
        return captured or traced
    return traced if _distinct(traced) > _distinct(captured) else captured


def _distinct(trace: Trace) -> int:
    return len(trace.messages) - len(trace.copies)


def index_path(services: Services) -> Path:
    """Where the index of captures is: in the cache, so that it may be thrown away."""
    return services.folders.cache / FILE


def key_log(services: Services) -> Path | None:
    """The TLS key log file of the settings."""
    return Path(services.settings.captures.keys) if services.settings.captures.keys else None


def capture_paths(services: Services) -> list[Path]:
    """Captures in the enabled folders, the newest last."""
    from sqlalchemy import select

    from partnertui.captures.lookup import find_captures
    from partnertui.db.models import CaptureFolder

    wanted = select(CaptureFolder.path, CaptureFolder.pattern).where(CaptureFolder.enabled)
    folders = services.database.read(lambda connection: connection.execute(wanted).all())
    found = {
        path for folder, pattern in folders for path in find_captures([Path(folder)], pattern or "*") if path.exists()
    }
    return sorted(found, key=lambda path: (path.stat().st_mtime, str(path)))
