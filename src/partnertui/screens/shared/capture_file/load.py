"""Reads a call out of the captures that were opened, and out of nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.shell.services import Services
from partnertui.screens.shared.call_trace.load import index_path, key_log

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.captures.saving import Packet
    from partnertui.db.cancel import Cancel


@dataclass
class FileLoad:
    """The trace of a call in the captures at or below a path; in all that are indexed where it is empty."""

    services: Services
    opened: str
    call_id: str

    @property
    def index(self) -> Path:
        """Where the index is."""
        return index_path(self.services)

    def work(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The messages; raises DomainError where the captures are gone."""
        from partnertui.captures.index import Index
        from partnertui.captures.indexer import IndexingStopped
        from partnertui.captures.lookup import CallFinder
        from partnertui.db.errors import QueryCancelled

        stop = threading.Event()
        try:
            with cancel.running(stop.set), closing(Index(self.index)) as index:
                found = CallFinder(index, stop, tell, key_log(self.services)).call_in(self._paths(index), self.call_id)
        except IndexingStopped:
            raise QueryCancelled("The agent gave it up.") from None
        if found is None:
            raise DomainError("The capture of this call is gone, or it was written anew.", advice="Open it again.")
        return found

    def _paths(self, index: object) -> list[Path]:
        from partnertui.captures.call_list import files_under

        return list(files_under(index, self.opened).values())  # type: ignore[arg-type]

    def more(self, trace: Trace, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The streams."""
        from partnertui.captures.audio import with_streams
        from partnertui.captures.index import Index
        from partnertui.captures.loader import CallLoader

        with closing(Index(self.index)) as index, closing(CallLoader(index)) as loader:
            return with_streams(loader, trace, paths=self._paths(index))

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """The sound, for a capture of just this call."""
        from partnertui.captures.audio import rtp_packets
        from partnertui.captures.index import Index
        from partnertui.captures.loader import CallLoader

        with closing(Index(self.index)) as index, closing(CallLoader(index)) as loader:
            return rtp_packets(loader, trace, self._paths(index))
