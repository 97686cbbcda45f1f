"""Calls out of Kamailio's `sip_trace` table (module siptrace, trace_mode 2: each message once a direction)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select

from partnertui.db.kamailio.reach import Reach
from partnertui.db.kamailio.tables import Tables
from partnertui.sip.trace.build import make_trace
from partnertui.sip.trace.joining import NEAR_US, Join, Leg, guessed_pairs, leg_of
from partnertui.sip.trace.model import Endpoint, Message, Trace

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
    found = {message.call_id for message in messages}
    join = Join("both Call-IDs of the CDR") if len(found) > 1 else Join()
    if len(found) == 1:
        others, join = _other_legs(there, place, messages)
        messages += _of(there, place, sorted(others)) if others else []
    return make_trace(messages, join, missing=[NO_SOUND])


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


def _other_legs(there: Connection, place: Tables, messages: Sequence[Message]) -> tuple[set[str], Join]:
    """By headers first, in both directions; else INVITEs near in time with the same numbers."""
    own = leg_of(messages[0].call_id, messages)
    near = {call_id: leg_of(call_id, found) for call_id, found in _near(there, place, messages).items()}
    certain = {key for key, leg in near.items() if own.call_id in leg.named or leg.sessions & own.sessions}
    certain |= {message.call_id for message in _of(there, place, sorted(own.named))} if own.named else set()
    if certain:
        return certain, Join("X-CID or Session-ID")
    legs = [own, *(Leg(key, leg.invite, frozenset(), frozenset()) for key, leg in near.items())]
    pairs = [pair for pair in guessed_pairs(legs) if own.call_id in pair]
    if not pairs:
        return set(), Join()
    return {call_id for call_id in pairs[0] if call_id != own.call_id}, Join("numbers and time", guessed=True)


def _near(there: Connection, place: Tables, messages: Sequence[Message]) -> dict[str, list[Message]]:
    """First INVITEs of other calls, within some seconds."""
    first = next((message for message in messages if message.is_request("INVITE")), None)
    if first is None:
        return {}
    table, span = place.sip_trace, timedelta(microseconds=NEAR_US)
    at = datetime.fromtimestamp(first.time_us / 1e6, UTC)
    found = _read(
        there, place,
        (table.c.time_stamp >= at - span) & (table.c.time_stamp <= at + span) & (table.c.method == "INVITE")
        & or_(table.c.status.is_(None), table.c.status == "") & (table.c.callid != first.call_id),
    )  # fmt: skip
    return _grouped(message for message in found if abs(message.time_us - first.time_us) <= NEAR_US)


def _grouped(messages: Iterable[Message]) -> dict[str, list[Message]]:
    groups: dict[str, list[Message]] = {}
    for message in messages:
        if not message.reading.to_tag:
            groups.setdefault(message.call_id, []).append(message)
    return groups
