"""Reads the messages of a call from `hep_messages`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, inspect, select

from partnertui.calls.guessed_legs import MAX_LEG_GAP_US
from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.db.models import HepMessage
from partnertui.db.sip_table_leg_search import MAX_MESSAGES, find_linked_call

ORIGIN = "hep_messages"
NO_MEDIA = "HEP mirrors signalling only, so it doesn't show whether there was audio in both directions"


def hep_call(connection: Connection, call_ids: Sequence[str]) -> Trace | None:
    """The call with these Call-IDs and its other legs; None if none of them was received. Raises DatabaseError."""
    if not inspect(connection).has_table(ORIGIN):
        return None
    return find_linked_call(HepMessages(connection), call_ids, NO_MEDIA)


def hep_registrations(connection: Connection, user: str, since_us: int) -> list[Message]:
    """The REGISTER requests of a user (the user part of To) and their answers since a time; at most MAX_MESSAGES."""
    if not inspect(connection).has_table(ORIGIN):
        return []
    wanted = (HepMessage.method == "REGISTER") & (HepMessage.to_user == user) & (HepMessage.time_us >= since_us)
    return HepMessages(connection).read(wanted)


class HepMessages:
    """See MessageSource."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def with_call_ids(self, call_ids: Iterable[str]) -> list[Message]:
        """See MessageSource."""
        return self.read(HepMessage.call_id.in_(list(call_ids)))

    def with_correlations(self, correlations: Iterable[str]) -> list[Message]:
        """See MessageSource."""
        return self.read(HepMessage.correlation_id.in_(list(correlations)))

    def invites_near(self, first: Message) -> list[Message]:
        """See MessageSource."""
        begin, end = first.time_us - MAX_LEG_GAP_US, first.time_us + MAX_LEG_GAP_US
        is_other = (HepMessage.method == "INVITE") & (HepMessage.status == 0) & (HepMessage.call_id != first.call_id)
        return self.read(HepMessage.time_us.between(begin, end) & is_other)

    def read(self, condition: ColumnElement[bool]) -> list[Message]:
        """The messages that a condition chooses, oldest first; at most MAX_MESSAGES."""
        columns = (
            HepMessage.id,
            HepMessage.time_us,
            HepMessage.transport,
            HepMessage.source,
            HepMessage.source_port,
            HepMessage.destination,
            HepMessage.destination_port,
            HepMessage.message,
            HepMessage.correlation_id,
        )
        order = (HepMessage.time_us, HepMessage.id)
        rows = self.connection.execute(select(*columns).where(condition).order_by(*order).limit(MAX_MESSAGES))
        return [_message(*row) for row in rows]


def _message(
    key: int,
    time_us: int,
    transport: str,
    source: str,
    source_port: int,
    destination: str,
    destination_port: int,
    data: bytes,
    correlation_id: str,
) -> Message:
    ends = Endpoint(source, source_port), Endpoint(destination, destination_port)
    return Message(key, time_us, transport, *ends, bytes(data), ORIGIN, correlation_id)
