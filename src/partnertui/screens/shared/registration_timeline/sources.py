"""Where registrations of a phone are recorded: indexed captures, Kamailio's sip_trace table, our own history."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta

from partnertui.calls.registration_timeline import EventKind, RegistrationEvent, RegistrationTimeline
from partnertui.calls.registration_timeline import registration_timelines as timelines_of
from partnertui.calls.trace_model import Message
from partnertui.captures.call_id_index import Index
from partnertui.captures.indexed_call_list import registration_call_ids
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.db.change_history import Removal, removals
from partnertui.db.hep.stored_messages import hep_registrations
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.db.kamailio.traced_registrations import traced_registrations
from partnertui.db.query_cancellation import Cancel
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.kinds import Row
from partnertui.screens.shared.call_trace.capture_index_settings import index_path

TRACED_HOURS = 24
"""How far back Kamailio's table is read."""


@dataclass(frozen=True)
class FoundTimelines:
    """The time line of each phone, and in sentences where it was looked."""

    timelines: tuple[RegistrationTimeline, ...]
    looked: tuple[str, ...]


@dataclass(frozen=True)
class TimelineReader:
    """Reads what is recorded about the phones of one user; `row` may have a Call-ID and the owner's IDs."""

    services: Services
    user: str
    row: Row

    def read(self, cancel: Cancel) -> FoundTimelines:
        """All of it, in a thread. A source that can't be read is noted."""
        looked: list[str] = []
        captured = self._captured()
        looked.append(f"Indexed captures: {_counted(captured)}.")
        traced, received = self._traced(looked), self._received(looked)
        messages = _joined(captured, traced, received)
        live = bool(traced or received) or self.row.get("aor")
        last = max((message.time_us for message in messages), default=0)
        until = int(utc_now().timestamp() * 1e6) if live else last
        timelines = timelines_of(messages, until)
        return FoundTimelines(tuple(self._with_removals(timelines, looked)), tuple(looked))

    def _captured(self) -> list[Message]:
        with closing(Index(index_path(self.services))) as index, closing(CallLoader(index)) as loader:
            found = loader.of(registration_call_ids(index, self.user))
        return [message for message in found if message.reading.to_user == self.user]

    def _traced(self, looked: list[str]) -> list[Message]:
        call_id = self.row.get("call_id")
        since = utc_now() - timedelta(hours=TRACED_HOURS)
        try:
            with closing(open_kamailio(self.services.settings)) as kamailio:
                found = self.services.database.read(
                    lambda connection: traced_registrations(
                        connection, kamailio, self.user, [call_id] if call_id else [], since
                    )
                )
        except UserError as error:
            looked.append(f"Kamailio's sip_trace table: {error}")
            return []
        looked.append(f"Kamailio's sip_trace table, last {TRACED_HOURS} hours: {_counted(found)}.")
        return found

    def _received(self, looked: list[str]) -> list[Message]:
        since_us = int((utc_now() - timedelta(hours=TRACED_HOURS)).timestamp() * 1e6)
        try:
            found = self.services.database.read(lambda connection: hep_registrations(connection, self.user, since_us))
        except UserError as error:
            looked.append(f"Received HEP: {error}")
            return []
        looked.append(f"Received HEP, last {TRACED_HOURS} hours: {_counted(found)}.")
        return found

    def _with_removals(self, timelines: list[RegistrationTimeline], looked: list[str]) -> list[RegistrationTimeline]:
        """Adds the removals that our history has to the phone that was registered at the removed contact."""
        aor = str(self.row.get("aor") or "")
        if not aor or not timelines:
            return timelines
        owners = [(table, self.row.get(name)) for table, name in (("users", "user_id"), ("customers", "customer_id"))]
        known = [(table, key) for table, key in owners if key is not None] or [("location", self.row["id"])]
        try:
            found = self.services.database.read(lambda connection: removals(connection, known, aor))
        except UserError as error:
            looked.append(f"History: {error}")
            return timelines
        looked.append(
            f"History: {len(found)} removed by operators." if found else "History: none removed by operators."
        )
        return [_inserted(one, [r for r in found if _concerns(r, one)]) for one in timelines]


def _joined(*sources: list[Message]) -> list[Message]:
    """Messages of all sources; what an earlier source has, a later one doesn't add. Retransmissions stay."""
    found: list[Message] = []
    for source in sources:
        known = {message.data for message in found}
        found += [message for message in source if message.data not in known]
    return found


def _counted(messages: list[Message]) -> str:
    requests = sum(message.is_request("REGISTER") for message in messages)
    return f"{requests:,} REGISTER requests" if requests != 1 else "1 REGISTER request"


def _concerns(removal: Removal, timeline: RegistrationTimeline) -> bool:
    return any(event.contact and event.contact in removal.text.lower() for event in timeline.events)


def _inserted(timeline: RegistrationTimeline, found: list[Removal]) -> RegistrationTimeline:
    made = [
        RegistrationEvent(int(one.at.timestamp() * 1e6), EventKind.REMOVED, detail=f"by {one.operator}")
        for one in found
    ]
    events = sorted([*timeline.events, *made], key=lambda event: event.time_us)
    return replace(timeline, events=tuple(events))
