"""Loads the trace of a call from captures, from received HEP and from Kamailio's sip_trace table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from partnertui.calls.call_assembly import as_captured, build_trace
from partnertui.calls.platform_record import PlatformRecord
from partnertui.calls.replaced_calls import own_part, some_messages
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexingStopped
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.called_user_registration import with_registrations
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import rtp_packets, with_streams
from partnertui.captures.saving import Packet
from partnertui.db.errors import DatabaseUnavailable, QueryCancelled
from partnertui.db.hep.stored_messages import NO_MEDIA as HEP_NO_MEDIA
from partnertui.db.hep.stored_messages import hep_call
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.db.kamailio.registered_now import registered_now
from partnertui.db.kamailio.sip_trace import NO_MEDIA, traced_call
from partnertui.db.partner_visible_calls import foreign_call_ids, may_know_user
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Services
from partnertui.screens.shared.call_trace.capture_index_settings import capture_paths, index_path, key_log
from partnertui.screens.shared.call_trace.index_job import update_index

Progress = Callable[[int, int], None]


@dataclass
class CallTraceLoader:
    """Loads the call with these Call-IDs: indexed captures and tables of messages first, other captures later.

    The source with more messages wins.
    """

    services: Services
    call_ids: tuple[str, ...]
    began: datetime | None = None
    customer_id: int | None = None
    looked: list[str] = field(default_factory=list)
    """Where it was looked for and what went wrong there, in sentences."""
    running: bool = False
    """True for a call in progress."""
    record: PlatformRecord | None = None
    """What the CDR or the live table has of it."""
    searched: bool = False
    """True once captures that aren't indexed were searched too."""

    @property
    def index(self) -> Path:
        """Path of the capture index."""
        return index_path(self.services)

    def load(self, cancel: Cancel, progress: Progress) -> Trace:
        """The messages available at once, otherwise those a search finds. Raises DomainError if there are none."""
        self.looked, self.searched = [], False
        found = _better(self._captured((), cancel, progress), self._own(_better(self._received(), self._traced())))
        if found is None:
            found = self._search(cancel, progress)
        if found is None:
            raise DomainError(
                "No trace was found. " + " ".join(self.looked),
                advice="Settings, Capture folders lists the folders that are searched.",
            )
        return replace(found, record=self.record) if self.record is not None else found

    def reload(self, cancel: Cancel, progress: Progress) -> Trace:
        """Load again; captures that are still being written are indexed up to their current end."""

        update_index(self.services, cancel, progress)
        return self.load(cancel, progress)

    def _search(self, cancel: Cancel, progress: Progress) -> Trace | None:
        """Search all captures, including those that aren't indexed yet."""
        self.searched = True
        paths = capture_paths(self.services)
        found = self._captured(paths, cancel, progress)
        if found is None:
            searched = f"It isn't in the {plural(len(paths), 'capture')} searched."
            self.looked.insert(0, searched if paths else "There are no captures to search.")
        return found

    def _received(self) -> Trace | None:
        """Look among the messages that `partnertui hep` received; an error is only noted."""
        try:
            return self.services.database.read(lambda connection: hep_call(connection, self.call_ids))
        except UserError as error:
            self.looked.append(f"{error}")
            return None

    def _traced(self) -> Trace | None:
        """Look in Kamailio's table; an error is only noted."""

        try:
            with closing(open_kamailio(self.services.settings)) as kamailio:
                found = self.services.database.read(lambda connection: traced_call(connection, kamailio, self.call_ids))
        except UserError as error:
            self.looked.append(f"{error}")
            return None
        if found is None:
            self.looked.append("It isn't in Kamailio's sip_trace table.")
        return found

    def _captured(self, paths: Sequence[Path], cancel: Cancel, progress: Progress) -> Trace | None:
        """Look in the index, and in these captures."""

        stop, largest = threading.Event(), self.services.settings.captures.largest_bytes
        began = int(self.began.timestamp() * 1e6) if self.began is not None else None
        try:
            with cancel.running(stop.set), closing(Index(index_path(self.services))) as index:
                finder = CallFinder(index, stop, progress, key_log(self.services), largest)
                found = finder.call(paths, self.call_ids, began)
        except IndexingStopped:
            raise QueryCancelled("Cancelled.") from None
        self.looked += finder.troubles[:3]
        return self._own(found)

    def _own(self, trace: Trace | None) -> Trace | None:
        """The trace without legs that aren't the operator's to see; None if none is left."""
        if trace is None:
            return None
        operator = self.services.operator
        foreign = self.services.database.read(
            lambda connection: foreign_call_ids(connection, operator, self.call_ids, trace.call_ids)
        )
        if not foreign.intersection(trace.call_ids):
            return trace
        kept = [index for index, message in enumerate(trace.messages) if message.call_id not in foreign]
        if trace.others.issuperset(kept):
            self.looked.append("Its Call-ID was also used by another call, which you can't see: ask support.")
            return None
        words = (*trace.missing, "a leg that isn't yours was left out")
        if trace.others:
            return replace(some_messages(trace, kept), missing=words)
        messages = as_captured(trace)
        return build_trace([messages[index] for index in kept], missing=words)

    def load_more(self, trace: Trace, cancel: Cancel, progress: Progress) -> Trace:
        """Add messages that only a search finds, and RTP; captures may have that of the table's calls too."""

        try:
            captured = None if self.searched else self._search(cancel, progress)
        except (
            DatabaseUnavailable
        ):  # without the database the folders are unknown, but indexed captures can still be read
            captured = None
        if captured is not None and captured.messages != trace.messages:
            trace = replace(_better(captured, trace) or trace, record=self.record)
        with closing(Index(index_path(self.services))) as index, closing(CallLoader(index)) as loader:
            heard = with_streams(loader, trace)
            if self._may_know(CallAnalysis(own_part(trace)[0]).dialled):
                heard = self._with_location(with_registrations(loader, heard))
        if not heard.streams:
            return heard if (heard.missing, heard.known) != (trace.missing, trace.known) else trace
        return replace(heard, missing=tuple(words for words in heard.missing if words not in (NO_MEDIA, HEP_NO_MEDIA)))

    def _may_know(self, called: str) -> bool:
        """Whether the operator may learn where the called user is registered."""
        operator = self.services.operator
        return self.services.database.read(lambda connection: may_know_user(connection, operator, called))

    def _with_location(self, trace: Trace) -> Trace:
        """Add what Kamailio's location table has of the called user; an error is only noted."""
        # Where a phone is registered explains nothing about a call that was answered.
        if any(message.is_answer("INVITE", 200, 299) for message in trace.messages):
            return trace
        called = CallAnalysis(own_part(trace)[0]).dialled
        try:
            with closing(open_kamailio(self.services.settings)) as kamailio:
                sentence = self.services.database.read(
                    lambda connection: registered_now(connection, kamailio, called, utc_now())
                )
        except UserError as error:
            self.looked.append(f"{error}")
            return trace
        return replace(trace, known=(*trace.known, sentence)) if sentence else trace

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """RTP packets for a capture of this call alone."""

        with closing(Index(index_path(self.services))) as index, closing(CallLoader(index)) as loader:
            return rtp_packets(loader, trace)


def _better(captured: Trace | None, traced: Trace | None) -> Trace | None:
    """The trace with more messages; in a tie the capture's, which has the RTP too."""
    if captured is None or traced is None:
        return captured or traced
    return traced if _distinct(traced) > _distinct(captured) else captured


def _distinct(trace: Trace) -> int:
    return len(trace.messages) - len(trace.copies)
