"""The time line of a call's or ticket's problem: the first failed call, and the changes before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.errors import RowDeleted
from partnertui.db.first_failed_call import Break, call_row, find_break, newest_failure
from partnertui.db.models import Ticket, User
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query, ResultRow
from partnertui.db.tickets.linked_records import call_of_ticket, linked_phones
from partnertui.db.what_changed import Change, Subject, changes_before
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.sip_and_q850_codes import sip_words

LAST_GOOD, FIRST_BAD = "answered", "failed"
"""The sorts of the two calls between which it broke."""


@dataclass(frozen=True)
class TimeLine:
    """The first failure with the events before it, in order; `found` is None where no failed call is known."""

    until: datetime
    found: Break | None
    changes: tuple[Change, ...]


def time_line_of_call(connection: Connection, operator: Operator, call_id: int) -> TimeLine:
    """What changed before the failures that a call belongs to. Raises RowDeleted, DomainError."""
    call = call_row(connection, call_id)
    if call is None:
        raise RowDeleted("This call was deleted.", advice="Refresh the list.")
    return _of_call(connection, operator, call)


def time_line_of_ticket(connection: Connection, operator: Operator, ticket_id: int) -> TimeLine:
    """The same for the call that a ticket is about, else for the newest failed call of its phone or user.

    Where there is none, the hours before the ticket are shown. Raises RowDeleted, DomainError.
    """
    columns = (
        call_of_ticket().label("cdr_id"),
        Ticket.aor,
        Ticket.user_id,
        Ticket.customer_id,
        Ticket.created_at,
        Ticket.partner_id,
    )
    statement: Query = select(*columns).where(Ticket.id == ticket_id)
    ticket = connection.execute(scope(statement, operator)).first()
    if ticket is None:
        raise RowDeleted("This ticket was deleted.", advice="Refresh the list.")
    call = call_row(connection, ticket.cdr_id) if ticket.cdr_id is not None else None
    if call is None and ticket.customer_id is None:
        raise DomainError("This ticket has neither a call nor a customer.", advice="Link the call that it is about.")
    linked = (phone.user_id for phone in linked_phones(connection, [ticket_id])[ticket_id] if phone.user_id is not None)
    user_id = _user_of(connection, ticket.aor) or next(linked, None) or ticket.user_id
    if call is None and user_id is not None:
        call = newest_failure(connection, user_id, ticket.customer_id, ticket.created_at)
    if call is not None:
        return _of_call(connection, operator, call)
    subject = Subject(ticket.customer_id, user_id, ticket.aor or _aor_of(connection, user_id))
    until = ticket.created_at
    return TimeLine(until, None, tuple(changes_before(connection, operator, subject, until)))


def _of_call(connection: Connection, operator: Operator, call: ResultRow) -> TimeLine:
    if call.customer_id is None:
        raise DomainError("This call doesn't belong to a customer, so it has no history.")
    found = find_break(connection, call)
    until = found.first_bad.started_at
    subject = Subject(call.customer_id, call.user_id, _aor_of(connection, call.user_id))
    calls = [_call_change(found.first_bad, FIRST_BAD)]
    if found.last_good is not None:
        calls.append(_call_change(found.last_good, LAST_GOOD))
    changes = [*changes_before(connection, operator, subject, until), *calls]
    return TimeLine(until, found, tuple(sorted(changes, key=lambda one: (one.at, one.sort == FIRST_BAD))))


def _call_change(call: ResultRow, sort: str) -> Change:
    numbers = [
        format_number(number) if number else "unknown" for number in (call.source_number, call.destination_number)
    ]
    code = f", {call.sip_code} {sip_words(call.sip_code)}" if call.sip_code and sort == FIRST_BAD else ""
    words = (
        "the last call that was answered"
        if sort == LAST_GOOD
        else f"the first call that failed ({call.disposition}{code})"
    )
    return Change(call.started_at, sort, f"{' to '.join(numbers)}: {words}", "cdrs", call.id)


def _user_of(connection: Connection, aor: str | None) -> int | None:
    name, _, domain = (aor or "").partition("@")
    wanted = select(User.id).where(User.sip_username == name, User.sip_domain == domain)
    found: int | None = connection.execute(wanted).scalar() if name and domain else None
    return found


def _aor_of(connection: Connection, user_id: int | None) -> str | None:
    row = connection.execute(select(User.sip_username, User.sip_domain).where(User.id == (user_id or 0))).first()
    return f"{row.sip_username}@{row.sip_domain}" if row is not None and row.sip_username else None
