"""Reasons to refuse an erasure: open contracts, money or work, with the law that allows keeping the data."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, true

from partnertui.db.models import (
    BasketItem,
    Customer,
    Ddi,
    Payment,
    PendingDdi,
    Refund,
    SwitchUser,
    Ticket,
    User,
)
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.domain.billing_enums import BasketState, PaymentState
from partnertui.domain.customer_and_user_enums import CustomerStatus, UserState
from partnertui.domain.money import format_money
from partnertui.domain.pending_ddis import ENDED as ENDED_ORDERS
from partnertui.domain.privacy.retention_laws import CLAIMS, CONTRACT
from partnertui.domain.refunds import OPEN
from partnertui.domain.ticket_enums import WORKING


@dataclass(frozen=True)
class OpenWork:
    """Rows that are still open, what to do about them, and the law that lets us keep data for them."""

    model: type[Base]
    noun: str
    advice: str
    law: str
    is_open: Expression = field(default_factory=true)


OPEN_WORK = (
    OpenWork(
        Payment,
        "payment",
        "pending and must be marked as paid or as not received first",
        CLAIMS,
        table_of(Payment).c.state == PaymentState.PENDING,
    ),
    OpenWork(
        BasketItem,
        "basket item",
        "attached to a payment that isn't settled yet",
        CLAIMS,
        table_of(BasketItem).c.state == BasketState.ATTACHED,
    ),
    OpenWork(
        Refund, "refund", "open and must be finished in Refunds first", CLAIMS, table_of(Refund).c.state.in_(OPEN)
    ),
    OpenWork(
        PendingDdi,
        "order",
        "open and must be rejected or activated in Pending DDI first",
        CONTRACT,
        table_of(PendingDdi).c.state.not_in(ENDED_ORDERS),
    ),
    OpenWork(Ddi, "number", "still assigned to the customer and must be taken back in DDIs first", CONTRACT),
    OpenWork(
        Ticket, "ticket", "open and must be solved or closed first", CONTRACT, table_of(Ticket).c.state.in_(WORKING)
    ),
    OpenWork(
        User,
        "user",
        "active and must be disabled or removed first, to leave the switch",
        CONTRACT,
        table_of(User).c.state == UserState.ACTIVE,
    ),
    OpenWork(
        SwitchUser,
        "SIP account",
        "not yet written to the switch: run “partnertui sync”",
        CONTRACT,
        table_of(SwitchUser).c.revision > table_of(SwitchUser).c.written_revision,
    ),
)


def refusals(connection: Connection, customer_id: int) -> list[str]:
    """Why a customer can't be erased now, each a sentence with what to do and the law; empty if it can."""
    customer = connection.execute(
        select(Customer.status, Customer.credit, Customer.currency).where(Customer.id == customer_id)
    ).one()
    found: list[str] = []
    if customer.status != CustomerStatus.CANCELLED:
        found.append(f"The customer is {customer.status}: cancel it first ({CONTRACT}).")
    money = format_money(abs(customer.credit), customer.currency)
    if customer.credit < 0:
        found.append(f"The customer owes {money}: settle that first ({CLAIMS}).")
    elif customer.credit > 0:
        found.append(f"The customer has a credit of {money}: refund or adjust it first ({CLAIMS}).")
    for work in OPEN_WORK:
        rows = table_of(work.model)
        query = select(func.count()).select_from(rows).where(rows.c.customer_id == customer_id, work.is_open)
        count = connection.scalar(query) or 0
        if count:
            words = f"1 {work.noun} is" if count == 1 else f"{count:,} {work.noun}s are"
            found.append(f"{words} {work.advice} ({work.law}).")
    return found
