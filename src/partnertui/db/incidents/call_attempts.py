"""Reads finished calls as attempts, with what they may share: carrier, prefix, phone model, network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.db.sync.cdr_rows import RECEIVED_SUFFIX
from partnertui.domain.call_enums import FAILED, CallDirection, Disposition
from partnertui.domain.incidents import ORDINARY_CODES, Attempt, SharedBy
from partnertui.domain.sip_and_q850_codes import NO_USER_RESPONDING, sip_words

MOST = 50_000
"""Calls looked at, the newest ones: ten minutes of 80 a second."""
NUMBER_CODES = frozenset({404, 410, 484, 604})
"""Final responses about the number dialled (RFC 3261, section 21): unknown, gone, incomplete, nowhere."""
PREFIX_DIGITS = range(3, 8)
_VERSION = re.compile(r"[ /_-]?v?\d+(\.\d+)+.*$")
COLUMNS = (
    Cdr.id,
    Cdr.origin,
    Cdr.started_at,
    Cdr.direction,
    Cdr.disposition,
    Cdr.sip_code,
    Cdr.q850_cause,
    Cdr.source_number,
    Cdr.destination_number,
    Cdr.source_ip,
    Cdr.destination_ip,
    Cdr.source_user_agent,
    Cdr.destination_user_agent,
    Cdr.server,
    Cdr.customer_id,
)


def call_attempts(connection: Connection, since: datetime, until: datetime) -> Iterator[Attempt]:
    """The calls that started after `since` and not after `until`; one between two customers counts once."""
    query = select(*COLUMNS).where(Cdr.started_at > since, Cdr.started_at <= until)
    calls = connection.execute(query.order_by(Cdr.started_at.desc()).limit(MOST)).all()
    received = {call.origin for call in calls if str(call.origin or "").endswith(RECEIVED_SUFFIX)}
    for call in calls:
        if f"{call.origin}{RECEIVED_SUFFIX}" not in received:
            yield _attempt(call, is_inside=call.direction == CallDirection.INTERNAL or call.origin in received)


def _attempt(call: ResultRow, *, is_inside: bool) -> Attempt:
    """The call as an attempt; `is_inside` if both ends are phones of ours, so that no carrier is involved."""
    outbound = call.direction == CallDirection.OUTBOUND
    phone_ip, carrier = (call.source_ip, call.destination_ip) if outbound else (call.destination_ip, call.source_ip)
    agent = call.source_user_agent if outbound else call.destination_user_agent
    shares = {
        SharedBy.SERVER: (call.server,),
        SharedBy.CARRIER: (None if is_inside else carrier,),
        SharedBy.NETWORK: (network_of(phone_ip),),
        SharedBy.PHONE_MODEL: (phone_model(agent),),
        SharedBy.PREFIX: prefixes(call.destination_number) if outbound else (),
    }
    given = {kind: tuple(value for value in values if value) for kind, values in shares.items()}
    return Attempt(
        call.id,
        call.started_at,
        failure_words(call.disposition, call.sip_code, call.q850_cause),
        str(call.destination_number or ""),
        {kind: values for kind, values in given.items() if values},
        call.customer_id,
        call.sip_code in NUMBER_CODES,
    )


def failure_words(disposition: Disposition, code: int | None, cause: int | None = None) -> str:
    """How a call failed, as the platform or the carrier said it; "" for what is ordinary: busy, cancelled, declined.

    `cause` is that of Q.850: nobody answering is ordinary, unless the called side gave no sign at all.
    """
    is_silent = code == 408 and cause == NO_USER_RESPONDING
    if not is_silent and (disposition not in FAILED or code in ORDINARY_CODES):
        return ""
    return f"{code} {sip_words(code)}" if code else str(disposition.value)


def network_of(address: str | None) -> str | None:
    """The network that an address is counted to: /24 of IPv4, /48 of IPv6; None for what is no address."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def phone_model(user_agent: str | None) -> str | None:
    """Make and model of a User-Agent, without its version."""
    words = _VERSION.sub("", (user_agent or "").strip()).strip()
    return words[:60] or None


def prefixes(number: str | None) -> tuple[str, ...]:
    """The prefixes of a number in E.164 digits; none for an extension."""
    if not number or not number.isdigit() or len(number) < 8:
        return ()
    return tuple(number[:digits] for digits in PREFIX_DIGITS)
