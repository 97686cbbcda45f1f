"""Finds rows that a ticket can be linked to: its customer's calls, payments and more, and other tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, CustomerPhone, Invoice, Payment, Ticket, User
from partnertui.db.models.base import now
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.db.rows.type_aliases import Row
from partnertui.db.tickets.search import find_tickets
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_search import phrase_of

OFFERED, OFFERED_DAYS = 20, 7
"""Rows of each kind that are offered, and days in which calls are looked for."""


@dataclass(frozen=True)
class Linkable:
    """A row that a ticket may be linked to: its table and ID, what it is called, and a detail."""

    table: str
    id: int
    value: str
    detail: str


def linkable(connection: Connection, ticket: Row) -> Iterator[Linkable]:
    """Rows of a ticket's customer, the newest of each kind first; none without a customer."""
    customer = ticket["customer_id"]
    if customer is None:
        return
    yield from _calls(connection, customer)
    yield from _endpoints(connection, customer)
    yield from _billing(connection, customer)
    for found in tickets_like(connection, "", None, customer=customer):
        if found.id != ticket["id"]:
            yield found


def _calls(connection: Connection, customer: int) -> Iterator[Linkable]:
    slots = slots_of_customer(customer)
    calls = select(Cdr.id, Cdr.source_number, Cdr.destination_number, Cdr.disposition, Cdr.started_at)
    calls = calls.where(Cdr.slot.in_(slots), Cdr.customer_id == customer)
    calls = calls.where(Cdr.started_at >= now() - timedelta(days=OFFERED_DAYS))
    for call in connection.execute(calls.order_by(Cdr.started_at.desc()).limit(OFFERED)):
        when = f"{call.started_at.astimezone():%d %b %H:%M}"
        ends = f"{call.source_number or ''} to {call.destination_number or ''}"
        yield Linkable("cdrs", call.id, str(call.id), f"{when}  {ends}  {call.disposition}")


def _endpoints(connection: Connection, customer: int) -> Iterator[Linkable]:
    users = select(User.id, User.name, User.sip_username, User.sip_domain)
    users = users.where(User.customer_id == customer, User.removed_at.is_(None))
    for user in connection.execute(users.order_by(User.name).limit(OFFERED)):
        yield Linkable("users", user.id, f"{user.sip_username}@{user.sip_domain}", user.name)
    phones = select(CustomerPhone.id, CustomerPhone.mac, CustomerPhone.vendor)
    for phone in connection.execute(phones.where(CustomerPhone.customer_id == customer).limit(OFFERED)):
        yield Linkable("customer_phones", phone.id, phone.mac, phone.vendor or "")


def _billing(connection: Connection, customer: int) -> Iterator[Linkable]:
    payments = select(Payment.id, Payment.unique_payment_id, Payment.state, Payment.at)
    payments = payments.where(Payment.customer_id == customer).order_by(Payment.at.desc()).limit(OFFERED)
    for paid in connection.execute(payments):
        yield Linkable("payments", paid.id, paid.unique_payment_id, f"{paid.state}  {paid.at.astimezone():%d %b %Y}")
    invoices = select(Invoice.id, Invoice.number, Invoice.issued_at).where(Invoice.customer_id == customer)
    for issued in connection.execute(invoices.order_by(Invoice.issued_at.desc()).limit(OFFERED)):
        yield Linkable("invoices", issued.id, issued.number, f"{issued.issued_at.astimezone():%d %b %Y}")


def tickets_like(
    connection: Connection, typed: str, operator: Operator | None, *, customer: int | None = None
) -> list[Linkable]:
    """Tickets that weren't merged and have all words that were typed, the last updated first."""
    statement = select(Ticket.id, Ticket.number, Ticket.state, Ticket.subject).where(Ticket.merged_into_id.is_(None))
    if operator is not None and operator.partner_id is not None:
        statement = statement.where(Ticket.partner_id == operator.partner_id)
    if customer is not None:
        statement = statement.where(Ticket.customer_id == customer)
    groups = [(phrase,) for word in typed.split() if (phrase := phrase_of(word)) is not None]
    if groups:
        hits = find_tickets(connection, groups)
        best = sorted(hits, key=lambda ticket: hits[ticket].message_id or 0, reverse=True)[: OFFERED * 10]
        statement = statement.where(Ticket.id.in_(best))
    found = connection.execute(statement.order_by(Ticket.last_update_at.desc()).limit(OFFERED))
    return [Linkable("tickets", one.id, one.number, f"{one.state}  {one.subject}") for one in found]
