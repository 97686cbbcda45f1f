"""Loads a call from the captures that were opened."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexingStopped
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.called_user_registration import with_registrations
from partnertui.captures.indexed_call_list import files_under
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import rtp_packets, with_streams
from partnertui.captures.saving import Packet
from partnertui.db.errors import QueryCancelled
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Services
from partnertui.screens.shared.call_trace.capture_index_settings import index_path, key_log

if TYPE_CHECKING:
    from partnertui.screens.shared.trace.loader_protocol import Progress


@dataclass
class FileTraceLoader:
    """Loads a call from the captures at or below a path; from all indexed ones if it's empty."""

    services: Services
    opened: str
    call_id: str

    @property
    def index(self) -> Path:
        """Path of the capture index."""
        return index_path(self.services)

    def load(self, cancel: Cancel, progress: Progress) -> Trace:
        """The messages. Raises DomainError when the captures are gone."""

        stop, largest = threading.Event(), self.services.settings.captures.largest_bytes
        try:
            with cancel.running(stop.set), closing(Index(self.index)) as index:
                finder = CallFinder(index, stop, progress, key_log(self.services), largest)
                found = finder.call_in(self._paths(index), self.call_id)
        except IndexingStopped:
            raise QueryCancelled("Cancelled.") from None
        if found is None:
            raise DomainError("The capture of this call is gone or was overwritten.", advice="Open it again.")
        return found

    def _paths(self, index: Index) -> list[Path]:

        return list(files_under(index, self.opened).values())

    def load_more(self, trace: Trace, cancel: Cancel, progress: Progress) -> Trace:
        """Add the RTP streams."""

        with closing(Index(self.index)) as index, closing(CallLoader(index)) as loader:
            return with_registrations(loader, with_streams(loader, trace, paths=self._paths(index)))

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """RTP packets for a capture of this call alone."""

        with closing(Index(self.index)) as index, closing(CallLoader(index)) as loader:
            return rtp_packets(loader, trace, self._paths(index))
