"""Reads what is due or breached today: SLA, promises, cards, trials, ports and credit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from partnertui.db.models import CreditCard, Customer, PendingDdi, Ticket, TicketWatch
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import ListedColumn, Query, ResultRow, RowDict
from partnertui.domain.billing_enums import CardStatus
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.due_kinds import DueKind
from partnertui.domain.money import format_money
from partnertui.domain.operators import Operator
from partnertui.domain.pending_ddis import ENDED
from partnertui.domain.ticket_enums import CLOCK_PAUSED, TicketState, WatchKind

MOST = 500
"""Rows of each kind."""


def due_today(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    """A row for everything due until `end`, late ones too, as far as the operator may see it."""
    readers = (_tickets, _promises, _cards, _trials, _ports, _credit)
    found = (row for reader in readers for row in reader(connection, operator, now, end))
    for number, row in enumerate(found, 1):
        yield {"id": number, **row}


def _tickets(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    paused = [state.value for state in CLOCK_PAUSED]
    tickets = (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.sla_due_at,
            Ticket.first_answered_at,
            Ticket.customer_id,
            Customer.company,
            Ticket.partner_id,
        )
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.sla_due_at <= end, Ticket.state.not_in(paused))
    )
    for row in connection.execute(scope(_first(tickets, Ticket.sla_due_at), operator)):
        what = "first response" if row.first_answered_at is None else "resolution"
        yield _row(DueKind.SLA, f"{row.number} {what}: {row.subject}", row, row.sla_due_at, "support", row.id)


def _promises(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    promises = (
        select(
            Ticket.id,
            Ticket.number,
            TicketWatch.text,
            TicketWatch.due_at,
            Ticket.customer_id,
            Customer.company,
            Ticket.partner_id,
        )
        .join(Ticket, Ticket.id == TicketWatch.ticket_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(
            TicketWatch.kind == WatchKind.PROMISE,
            TicketWatch.done_at.is_(None),
            TicketWatch.due_at <= end,
            Ticket.state != TicketState.CLOSED,
        )
    )
    for row in connection.execute(scope(_first(promises, TicketWatch.due_at), operator)):
        yield _row(DueKind.PROMISE, f"{row.number}: “{row.text}”", row, row.due_at, "support", row.id)


def _cards(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    gone = or_(
        CreditCard.expiry_year < end.year,
        and_(CreditCard.expiry_year == end.year, CreditCard.expiry_month <= end.month),
    )
    cards = (
        select(
            CreditCard.id,
            CreditCard.brand,
            CreditCard.last_four,
            CreditCard.expiry_year,
            CreditCard.expiry_month,
            CreditCard.customer_id,
            Customer.company,
            CreditCard.partner_id,
        )
        .join(Customer, Customer.id == CreditCard.customer_id)
        .where(
            CreditCard.status == CardStatus.ACTIVE,
            CreditCard.is_default,
            Customer.auto_top_up,
            Customer.status == CustomerStatus.ACTIVE,
            gone,
        )
    )
    for row in connection.execute(scope(_first(cards, CreditCard.expiry_year, CreditCard.expiry_month), operator)):
        over = (row.expiry_year, row.expiry_month) < (now.year, now.month)
        word = "expired" if over else "expires this month"
        card = f"{row.brand} ending in {row.last_four}"
        what = f"{card} {word} ({row.expiry_month:02}/{row.expiry_year}), and auto top-up uses it"
        yield _row(DueKind.CARD, what, row, None, "credit-cards", row.id)


def _trials(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    trials = select(
        Customer.id, Customer.trial_ends_at, Customer.id.label("customer_id"), Customer.company, Customer.partner_id
    ).where(Customer.status == CustomerStatus.TRIAL, Customer.trial_ends_at <= end)
    for row in connection.execute(scope(_first(trials, Customer.trial_ends_at), operator)):
        over = "ended" if row.trial_ends_at < now else "ends"
        yield _row(DueKind.TRIAL, f"The trial {over}", row, row.trial_ends_at, "customers", row.id)


def _ports(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    orders = (
        select(
            PendingDdi.id,
            PendingDdi.order_number,
            PendingDdi.agreed_at,
            PendingDdi.required_action,
            PendingDdi.customer_id,
            Customer.company,
            PendingDdi.partner_id,
        )
        .outerjoin(Customer, Customer.id == PendingDdi.customer_id)
        .where(PendingDdi.agreed_at <= end, PendingDdi.state.not_in(ENDED))
    )
    for row in connection.execute(scope(_first(orders, PendingDdi.agreed_at), operator)):
        action = f": {row.required_action}" if row.required_action else ""
        what = f"The agreed date of {row.order_number} has come{action}"
        yield _row(DueKind.PORT, what, row, row.agreed_at, "pending-ddi", row.id)


def _credit(connection: Connection, operator: Operator, now: datetime, end: datetime) -> Iterator[RowDict]:
    customers = select(
        Customer.id,
        Customer.credit,
        Customer.credit_limit,
        Customer.currency,
        Customer.id.label("customer_id"),
        Customer.company,
        Customer.partner_id,
    ).where(Customer.status == CustomerStatus.ACTIVE, Customer.credit + Customer.credit_limit <= 0)
    for row in connection.execute(scope(_first(customers, Customer.credit), operator)):
        credit, limit = (format_money(amount, row.currency) for amount in (row.credit, row.credit_limit))
        yield _row(DueKind.CREDIT, f"No credit for calls: {credit}, limit {limit}", row, None, "customers", row.id)


def _first(statement: Query, *order: ListedColumn) -> Query:
    return statement.order_by(*order).limit(MOST)


def _row(kind: DueKind, what: str, row: ResultRow, due: datetime | None, screen: str, record: int) -> RowDict:
    return {
        "kind": kind,
        "what": what,
        "customer": row.company,
        "customer_id": row.customer_id,
        "partner_id": row.partner_id,
        "due_at": due,
        "screen": screen,
        "record": record,
    }
