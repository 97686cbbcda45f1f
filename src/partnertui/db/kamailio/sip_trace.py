"""Calls out of Kamailio's `sip_trace` table (module siptrace, trace_mode 2: each message once a direction)."""

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
from partnertui.db.kamailio.reach import Reach
from partnertui.db.kamailio.tables import Tables

ORIGIN = "sip_trace"
MOST = 20_000
"""Messages of a call that are read at most."""
NO_SOUND = "Kamailio's table holds the signalling alone: whether sound went both ways cannot be seen there"
_PLACE = re.compile(r"(?:([a-z]+):)?(?:\[([^\]]+)\]|([^:]+)):(\d+)", re.IGNORECASE)


def traced_call(connection: Connection, reach: Reach, call_ids: Sequence[str]) -> Trace | None:
    """The call of these Call-IDs with its other legs; None where the table has none of them. Raises DomainError."""
    return reach.read(connection, lambda there: find_call(there, reach.place, call_ids), "sip_trace")


def find_call(there: Connection, place: Tables, call_ids: Sequence[str]) -> Trace | None:
    """The same on a connection that sees Kamailio's tables."""
    messages = _of(there, place, call_ids)
    if not messages:
        return None
    known = {message.call_id for message in messages}
    for _ in range(MAX_LEG_ROUNDS):
        more = _named(there, place, messages) - known
        if not more:
            break
        known |= more
        messages += _of(there, place, sorted(more))
    if len(known) == 1:
        other = _guessed(there, place, messages)
        messages += _of(there, place, [other]) if other else []
        if other and not join_of(messages, ()).by:  # else its answers name the first
            return build_trace(messages, Join("numbers and time", guessed=True), missing=_missing(messages))
    return build_trace(messages, join_of(messages, call_ids), missing=_missing(messages))


def _missing(messages: Sequence[Message]) -> list[str]:
    """What the table cannot show: the sound, where there may have been any."""
    return [NO_SOUND] if any(message.is_answer("INVITE", 200, 299) for message in messages) else []


def _of(there: Connection, place: Tables, call_ids: Sequence[str]) -> list[Message]:
    return _read(there, place, place.sip_trace.c.callid.in_(call_ids))


def _read(there: Connection, place: Tables, condition: ColumnElement[bool]) -> list[Message]:
    table = place.sip_trace
    columns = (table.c.id, table.c.time_stamp, table.c.time_us, table.c.msg, table.c.fromip, table.c.toip)
    rows = there.execute(select(*columns).where(condition).order_by(table.c.id).limit(MOST))
    return [_message(*row) for row in rows]


def _message(key: int, at: datetime, microseconds: int, text: str | bytes, source: str, destination: str) -> Message:
    transport, sender = endpoint(source or "")
    time_us = int(at.timestamp()) * 1_000_000 + max(microseconds or 0, 0)
    return Message(key, time_us, transport, sender, endpoint(destination or "")[1], as_sent(text), ORIGIN)


def as_sent(value: str | bytes | None) -> bytes:
    """The bytes of a message: Kamailio's SQLite driver writes a blob, its PostgreSQL driver hexadecimal text."""
    if isinstance(value, bytes):
        return value
    text = value or ""
    if text.startswith("\\x"):
        with contextlib.suppress(ValueError):
            return bytes.fromhex(text[2:])
    return text.encode("utf-8", "replace")


def endpoint(text: str) -> tuple[str, Endpoint]:
    """Transport and place of `udp:203.0.113.10:5060` or `tcp:[2001:db8::1]:5060`; a port 0 for what is neither."""
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        return "udp", Endpoint(text.strip()[:64], 0)
    return (match[1] or "udp").lower(), Endpoint(match[2] or match[3], min(int(match[4][:6]), 65_535))


def _named(there: Connection, place: Tables, messages: Sequence[Message]) -> set[str]:
    """Call-IDs of other legs by headers: those that these name, and those near in time that name these."""
    legs = legs_of(messages)
    known = {leg.call_id for leg in legs}
    named = {name for leg in legs for name in leg.named} - known
    sessions = {session for leg in legs for session in leg.sessions}
    found = {message.call_id for message in _of(there, place, sorted(named))} if named else set()
    for call_id, near in _near(there, place, messages).items():
        leg = leg_of(call_id, near)
        if leg.named & known or leg.sessions & sessions:
            found.add(call_id)
    return found


def _guessed(there: Connection, place: Tables, messages: Sequence[Message]) -> str:
    """The other leg by numbers and time; empty where there is none, or more than one would do."""
    own = leg_of(messages[0].call_id, messages)
    near = {call_id: leg_of(call_id, found) for call_id, found in _near(there, place, messages).items()}
    legs = [own, *(Leg(key, leg.invite, frozenset(), frozenset()) for key, leg in near.items())]
    return other_leg(legs, own.call_id)


def _near(there: Connection, place: Tables, messages: Sequence[Message]) -> dict[str, list[Message]]:
    """First INVITEs of other calls, within some seconds."""
    first = next((message for message in messages if message.is_request("INVITE")), None)
    if first is None:
        return {}
    table, span = place.sip_trace, timedelta(microseconds=MAX_LEG_GAP_US)
    at = datetime.fromtimestamp(first.time_us / 1e6, UTC)
    found = _read(
        there,
        place,
        (table.c.time_stamp >= at - span)
        & (table.c.time_stamp <= at + span)
        & (table.c.method == "INVITE")
        & or_(table.c.status.is_(None), table.c.status == "")
        & (table.c.callid != first.call_id),
    )
    return by_call_id(m for m in found if abs(m.time_us - first.time_us) <= MAX_LEG_GAP_US and not m.reading.to_tag)
