"""Finds the call that showed a ticket's problem, and the newest later one of its number, as proof of the solution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, or_, select

from partnertui.db.models import Cdr, Ticket
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query, ResultRow
from partnertui.db.tickets.linked_records import call_of_ticket
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.evidence import CALL_ID, CDR_ID
from partnertui.domain.operators import Operator
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.sip_and_q850_codes import sip_words

COLUMNS = (
    Cdr.id,
    Cdr.started_at,
    Cdr.direction,
    Cdr.customer_id,
    Cdr.partner_id,
    Cdr.source_number,
    Cdr.destination_number,
    Cdr.disposition,
    Cdr.sip_code,
    Cdr.duration,
)


@dataclass(frozen=True)
class FoundCall:
    """A call of the call list: its number of the other side ("" if withheld), and what it shows, by label."""

    id: int
    started_at: datetime
    customer_id: int | None
    number: str
    words: str
    """How it ended: "answered, 200 OK"."""
    facts: Mapping[str, str] = field(default_factory=dict)


def call_of_evidence(connection: Connection, operator: Operator, facts: Mapping[str, str]) -> FoundCall | None:
    """The call that was attached, or whose trace was; None if it can't be told, as where numbers are masked."""
    if facts.get(CDR_ID, "").isdecimal():
        return _first(connection, operator, select(*COLUMNS).where(Cdr.id == int(facts[CDR_ID])))
    call_id = facts.get(CALL_ID)
    if not call_id:
        return None
    legs = select(*COLUMNS).where(or_(Cdr.call_id_a == call_id, Cdr.call_id_b == call_id))
    return _first(connection, operator, legs.order_by(Cdr.id))


def linked_call(connection: Connection, operator: Operator, ticket_id: int) -> FoundCall | None:
    """The call that a ticket is about; None if it has none, or it is no longer in the call list."""
    linked = select(*COLUMNS).join(Ticket, Cdr.id == call_of_ticket()).where(Ticket.id == ticket_id)
    return _first(connection, operator, linked)


def later_call(connection: Connection, operator: Operator, call: FoundCall) -> FoundCall | None:
    """The newest later call of the same customer to or from the number; None if there was none yet."""
    if not call.number:
        return None
    later = select(*COLUMNS).where(
        Cdr.slot.in_(slots_of_customer(call.customer_id)),
        Cdr.customer_id.is_not_distinct_from(call.customer_id),
        or_(Cdr.source_number == call.number, Cdr.destination_number == call.number),
        Cdr.started_at > call.started_at,
    )
    return _first(connection, operator, later.order_by(Cdr.started_at.desc(), Cdr.id.desc()))


def _first(connection: Connection, operator: Operator, calls: Query) -> FoundCall | None:
    row = connection.execute(scope(calls, operator).limit(1)).first()
    return None if row is None else _found(row)


def _found(row: ResultRow) -> FoundCall:
    ends = [format_number(number) if number else "withheld" for number in (row.source_number, row.destination_number)]
    response = f"{row.sip_code} {sip_words(row.sip_code)}" if row.sip_code else ""
    minutes, seconds = divmod(row.duration, 60)
    facts = {
        "From": ends[0],
        "To": ends[1],
        "Started": f"{row.started_at:%Y-%m-%d %H:%M:%S} UTC",
        "Result": str(row.disposition),
        "Response": response,
        "Duration": f"{minutes}:{seconds:02}",
        CDR_ID: str(row.id),
    }
    number = row.source_number if row.direction == CallDirection.INBOUND else row.destination_number
    words = ", ".join(filter(None, (str(row.disposition), response)))
    known = {label: value for label, value in facts.items() if value}
    return FoundCall(row.id, row.started_at, row.customer_id, number or "", words, known)
