"""Reads the figures that a customer's record opens with, each by one bounded, indexed query."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from partnertui.db.basket_state import item_state
from partnertui.db.credit import weekly_pace
from partnertui.db.models import BasketItem, Cdr, Ddi, Payment, Ticket, TransactionItem, User
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.billing_enums import UNPAID, BasketState
from partnertui.domain.call_enums import FAILED
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.ticket_enums import DONE

MOST_COUNTED = 1_000
"""Rows that are counted, at most; beyond, it is that many or more."""
MOST_PHONES = 1_000


def read_cockpit(connection: Connection, customer_id: int, now: datetime, today: datetime) -> RowDict:
    """The figures by name. `today` is when the operator's day began."""
    payment = fetch_dicts(connection, last_payment(customer_id))
    return {
        "pace": weekly_pace(connection, customer_id, now),
        "last_payment": payment[0] if payment else None,
        "failed_today": connection.execute(failed_calls(customer_id, today)).scalar_one(),
        "open_tickets": connection.execute(open_tickets(customer_id)).scalar_one(),
        "basket": fetch_dicts(connection, basket(customer_id, now)),
        "ddis": fetch_dicts(connection, ddis(customer_id)),
        "next_due": connection.execute(next_due(customer_id, now)).scalar(),
        "paid_until": connection.execute(paid_until(customer_id)).scalar(),
        "phones": [(row.sip_username, row.sip_domain) for row in connection.execute(phones(customer_id))],
    }


def last_payment(customer_id: int) -> Select[*tuple[object, ...]]:
    """The newest payment, whatever came of it."""
    columns = (Payment.at, Payment.amount, Payment.currency, Payment.state, Payment.payment_type, Payment.failure_code)
    return select(*columns).where(Payment.customer_id == customer_id).order_by(Payment.at.desc()).limit(1)


def failed_calls(customer_id: int, since: datetime) -> Select[int]:
    """How many calls failed since a time: the four slots of the customer's shard, each from that time on."""
    slots = slots_of_customer(customer_id)
    calls = select(Cdr.id).where(
        Cdr.slot.in_(slots),
        Cdr.started_at >= since,
        Cdr.customer_id + 0 == customer_id,  # "+ 0": by its own index, all calls that a customer ever made were read
        Cdr.disposition.in_(FAILED),
    )
    return select(func.count()).select_from(calls.limit(MOST_COUNTED).subquery())


def open_tickets(customer_id: int) -> Select[int]:
    """How many tickets aren't solved or closed."""
    tickets = select(Ticket.id).where(Ticket.customer_id == customer_id, Ticket.state.not_in(DONE))
    return select(func.count()).select_from(tickets.limit(MOST_COUNTED).subquery())


def basket(customer_id: int, now: datetime) -> Select[*tuple[object, ...]]:
    """By currency: items that are due or will be, their sum, and how many are overdue; hidden ones are left out."""
    items = (
        select(BasketItem.currency, BasketItem.price, BasketItem.due_at)
        .where(
            BasketItem.customer_id == customer_id,
            BasketItem.state != BasketState.PAID,
            item_state(now) != BasketState.HIDDEN,
        )
        .limit(MOST_COUNTED)
        .subquery()
    )
    today = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)  # what is due today isn't overdue
    overdue = func.count().filter(items.c.due_at < today)
    total = func.sum(items.c.price)
    return (
        select(items.c.currency, func.count().label("items"), total.label("total"), overdue.label("overdue"))
        .group_by(items.c.currency)
        .order_by(items.c.currency)
    )


def ddis(customer_id: int) -> Select[*tuple[object, ...]]:
    """How many DDIs there are, by state."""
    return (
        select(Ddi.state, func.count().label("numbers"))
        .where(Ddi.customer_id == customer_id)
        .group_by(Ddi.state)
        .order_by(Ddi.state)
    )


def next_due(customer_id: int, now: datetime) -> Select[datetime | None]:
    """When the next unpaid item is due."""
    return select(func.min(BasketItem.due_at)).where(
        BasketItem.customer_id == customer_id, BasketItem.state.in_(UNPAID), BasketItem.due_at >= now
    )


def paid_until(customer_id: int) -> Select[datetime | None]:
    """The end of the last period that was invoiced."""
    return select(func.max(TransactionItem.period_to)).where(TransactionItem.customer_id == customer_id)


def phones(customer_id: int) -> Select[str, str]:
    """SIP user name and domain of the active users, of which each has a phone to register."""
    return (
        select(User.sip_username, User.sip_domain)
        .where(User.customer_id == customer_id, User.state == UserState.ACTIVE)
        .limit(MOST_PHONES)
    )
