"""Calls from Kamailio's `sip_trace` table (module siptrace, trace_mode 2: each message once per direction)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select

from partnertui.calls.guessed_legs import MAX_LEG_GAP_US
from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import Tables
from partnertui.db.sip_table_leg_search import MAX_MESSAGES, find_linked_call

ORIGIN = "sip_trace"
NO_MEDIA = "Kamailio's table has signalling only, so it doesn't show whether there was audio in both directions"
_SOCKET = re.compile(r"(?:([a-z]+):)?(?:\[([^\]]+)\]|([^:]+)):(\d+)", re.IGNORECASE)


def traced_call(connection: Connection, kamailio: KamailioDatabase, call_ids: Sequence[str]) -> Trace | None:
    """The call with these Call-IDs and its other legs; None if the table has none of them.

    Raises KamailioUnavailable if the table is missing or of another version, DatabaseError if it can't be read.
    """
    return kamailio.read(connection, lambda switch: find_call(switch, kamailio.tables, call_ids), "sip_trace")


def find_call(connection: Connection, kamailio: Tables, call_ids: Sequence[str]) -> Trace | None:
    """As `traced_call`, on a connection that sees Kamailio's tables."""
    return find_linked_call(TracedMessages(connection, kamailio), call_ids, NO_MEDIA)


class TracedMessages:
    """See MessageSource."""

    def __init__(self, connection: Connection, kamailio: Tables) -> None:
        self.connection, self.kamailio = connection, kamailio

    def with_call_ids(self, call_ids: Iterable[str]) -> list[Message]:
        """See MessageSource."""
        return read_messages(self.connection, self.kamailio, self.kamailio.sip_trace.c.callid.in_(list(call_ids)))

    def with_correlations(self, correlations: Iterable[str]) -> list[Message]:
        """None: the table has no column for them."""
        return []

    def invites_near(self, first: Message) -> list[Message]:
        """See MessageSource."""
        table, span = self.kamailio.sip_trace, timedelta(microseconds=MAX_LEG_GAP_US)
        at = datetime.fromtimestamp(first.time_us / 1e6, UTC)
        return read_messages(
            self.connection,
            self.kamailio,
            (table.c.time_stamp >= at - span)
            & (table.c.time_stamp <= at + span)
            & (table.c.method == "INVITE")
            & or_(table.c.status.is_(None), table.c.status == "")
            & (table.c.callid != first.call_id),
        )


def read_messages(connection: Connection, kamailio: Tables, condition: ColumnElement[bool]) -> list[Message]:
    """The messages that a condition chooses, oldest first; never more than MAX_MESSAGES."""
    table = kamailio.sip_trace
    columns = (table.c.id, table.c.time_stamp, table.c.time_us, table.c.msg, table.c.fromip, table.c.toip)
    rows = connection.execute(select(*columns).where(condition).order_by(table.c.id).limit(MAX_MESSAGES))
    return [_message(*row) for row in rows]


def _message(key: int, at: datetime, microseconds: int, text: str | bytes, source: str, destination: str) -> Message:
    transport, sender = endpoint(source or "")
    # time_stamp has whole seconds, time_us the microseconds within
    time_us = int(at.timestamp()) * 1_000_000 + max(microseconds or 0, 0)
    return Message(key, time_us, transport, sender, endpoint(destination or "")[1], as_sent(text), ORIGIN)


def as_sent(value: str | bytes | None) -> bytes:
    """The bytes of a message; Kamailio's SQLite driver writes a blob, its PostgreSQL driver hexadecimal text."""
    if isinstance(value, bytes):
        return value
    text = value or ""
    # Kamailio's PostgreSQL driver writes the message as hexadecimal text
    if text.startswith("\\x"):
        with contextlib.suppress(ValueError):
            return bytes.fromhex(text[2:])
    return text.encode("utf-8", "replace")


def endpoint(text: str) -> tuple[str, Endpoint]:
    """Transport and endpoint of `udp:203.0.113.10:5060` or `tcp:[2001:db8::1]:5060`; port 0 for any other text."""
    match = _SOCKET.fullmatch(text.strip())
    if match is None:
        return "udp", Endpoint(text.strip()[:64], 0)
    return (match[1] or "udp").lower(), Endpoint(match[2] or match[3], min(int(match[4][:6]), 65_535))
