"""Calls from Kamailio's `sip_trace` table (module siptrace, trace_mode 2: each message once per direction)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select

from partnertui.calls.build import build_trace
from partnertui.calls.correlation import (
    MAX_LEG_GAP_US,
    MAX_LEG_ROUNDS,
    Join,
    Leg,
    by_call_id,
    join_of,
    leg_of,
    legs_of,
    other_leg,
)
from partnertui.calls.model import Endpoint, Message, Trace
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import Tables

ORIGIN = "sip_trace"
MAX_MESSAGES = 20_000
"""Messages read per query."""
NO_MEDIA = "Kamailio's table has signalling only, so it doesn't show whether there was audio in both directions"
_SOCKET = re.compile(r"(?:([a-z]+):)?(?:\[([^\]]+)\]|([^:]+)):(\d+)", re.IGNORECASE)


def traced_call(connection: Connection, kamailio: KamailioDatabase, call_ids: Sequence[str]) -> Trace | None:
    """The call with these Call-IDs and its other legs; None if the table has none of them.

    Raises KamailioUnavailable if the table is missing or of another version, DatabaseError if it can't be read.
    """
    return kamailio.read(connection, lambda switch: find_call(switch, kamailio.tables, call_ids), "sip_trace")


def find_call(connection: Connection, kamailio: Tables, call_ids: Sequence[str]) -> Trace | None:
    """As `traced_call`, on a connection that sees Kamailio's tables."""
    messages = _of(connection, kamailio, call_ids)
    if not messages:
        return None
    known = {message.call_id for message in messages}
    for _ in range(MAX_LEG_ROUNDS):
        more = _named(connection, kamailio, messages) - known
        if not more:
            break
        known |= more
        messages += _of(connection, kamailio, sorted(more))
    if len(known) == 1:
        other = _guessed(connection, kamailio, messages)
        messages += _of(connection, kamailio, [other]) if other else []
        if other and not join_of(messages, ()).by:  # otherwise its responses name the first leg
            return build_trace(messages, Join("numbers and time", guessed=True), missing=_missing(messages))
    return build_trace(messages, join_of(messages, call_ids), missing=_missing(messages))


def _missing(messages: Sequence[Message]) -> list[str]:
    """What the table can't show: the media, if the call was answered."""
    return [NO_MEDIA] if any(message.is_answer("INVITE", 200, 299) for message in messages) else []


def _of(connection: Connection, kamailio: Tables, call_ids: Sequence[str]) -> list[Message]:
    return _read(connection, kamailio, kamailio.sip_trace.c.callid.in_(call_ids))


def _read(connection: Connection, kamailio: Tables, condition: ColumnElement[bool]) -> list[Message]:
    table = kamailio.sip_trace
    columns = (table.c.id, table.c.time_stamp, table.c.time_us, table.c.msg, table.c.fromip, table.c.toip)
    rows = connection.execute(select(*columns).where(condition).order_by(table.c.id).limit(MAX_MESSAGES))
    return [_message(*row) for row in rows]


def _message(key: int, at: datetime, microseconds: int, text: str | bytes, source: str, destination: str) -> Message:
    transport, sender = endpoint(source or "")
    time_us = int(at.timestamp()) * 1_000_000 + max(microseconds or 0, 0)
    return Message(key, time_us, transport, sender, endpoint(destination or "")[1], as_sent(text), ORIGIN)


def as_sent(value: str | bytes | None) -> bytes:
    """The bytes of a message; Kamailio's SQLite driver writes a blob, its PostgreSQL driver hexadecimal text."""
    if isinstance(value, bytes):
        return value
    text = value or ""
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


def _named(connection: Connection, kamailio: Tables, messages: Sequence[Message]) -> set[str]:
    """Call-IDs of other legs by headers: those that these legs name, and those near in time that name these."""
    legs = legs_of(messages)
    known = {leg.call_id for leg in legs}
    named = {name for leg in legs for name in leg.named} - known
    sessions = {session for leg in legs for session in leg.sessions}
    found = {message.call_id for message in _of(connection, kamailio, sorted(named))} if named else set()
    for call_id, near in _near(connection, kamailio, messages).items():
        leg = leg_of(call_id, near)
        if leg.named & known or leg.sessions & sessions:
            found.add(call_id)
    return found


def _guessed(connection: Connection, kamailio: Tables, messages: Sequence[Message]) -> str:
    """The Call-ID of the other leg by numbers and time; empty if there is none, or more than one candidate."""
    own = leg_of(messages[0].call_id, messages)
    near = {call_id: leg_of(call_id, found) for call_id, found in _near(connection, kamailio, messages).items()}
    legs = [own, *(Leg(key, leg.invite, frozenset(), frozenset()) for key, leg in near.items())]
    return other_leg(legs, own.call_id)


def _near(connection: Connection, kamailio: Tables, messages: Sequence[Message]) -> dict[str, list[Message]]:
    """First INVITEs of other calls within some seconds, by Call-ID."""
    first = next((message for message in messages if message.is_request("INVITE")), None)
    if first is None:
        return {}
    table, span = kamailio.sip_trace, timedelta(microseconds=MAX_LEG_GAP_US)
    at = datetime.fromtimestamp(first.time_us / 1e6, UTC)
    found = _read(
        connection,
        kamailio,
        (table.c.time_stamp >= at - span)
        & (table.c.time_stamp <= at + span)
        & (table.c.method == "INVITE")
        & or_(table.c.status.is_(None), table.c.status == "")
        & (table.c.callid != first.call_id),
    )
    return by_call_id(m for m in found if abs(m.time_us - first.time_us) <= MAX_LEG_GAP_US and not m.reading.to_tag)
