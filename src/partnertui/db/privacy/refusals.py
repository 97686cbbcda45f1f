"""What refuses an erasure: a contract, money or work that is still open, with the law that lets us keep data for it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

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
from partnertui.db.rows.types import Expression
from partnertui.domain.billing import BasketState, PaymentState
from partnertui.domain.customers import CustomerStatus, UserState
from partnertui.domain.money import format_money
from partnertui.domain.privacy.laws import CLAIMS, CONTRACT
from partnertui.domain.refunds import OPEN
from partnertui.domain.support import WORKING
from partnertui.domain.telephony import PendingState

ENDED_ORDERS = (PendingState.ACTIVATED, PendingState.CANCELLED)


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
    for model, condition, one, many, advice, law in _open(customer_id):
        count = connection.scalar(select(func.count()).select_from(table_of(model)).where(condition)) or 0
        if count:
            words = f"1 {one} is" if count == 1 else f"{count:,} {many} are"
            found.append(f"{words} {advice} ({law}).")
    return found


def _open(customer_id: int) -> list[tuple[type[Base], Expression, str, str, str, str]]:
    """What may still be open: model, condition, the words for one and many, what to do, and the law."""

    def of(model: type[Base]) -> Expression:
        owner: Expression = table_of(model).c.customer_id
        return owner == customer_id

    waiting = SwitchUser.revision > SwitchUser.written_revision
    return [
        (
            Payment,
            of(Payment) & (Payment.state == PaymentState.PENDING),
            "payment",
            "payments",
            "pending: wait for the outcome, or mark it as failed",
            CLAIMS,
        ),
        (
            BasketItem,
            of(BasketItem) & (BasketItem.state == BasketState.ATTACHED),
            "basket item",
            "basket items",
            "attached to a payment: wait for its outcome",
            CLAIMS,
        ),
        (Refund, of(Refund) & Refund.state.in_(OPEN), "refund", "refunds", "open: finish it in Refunds", CLAIMS),
        (
            PendingDdi,
            of(PendingDdi) & PendingDdi.state.not_in(ENDED_ORDERS),
            "order",
            "orders",
            "open: cancel or activate it in Pending DDIs",
            CONTRACT,
        ),
        (Ddi, of(Ddi), "number", "numbers", "still the customer's: take it back in DDIs", CONTRACT),
        (Ticket, of(Ticket) & Ticket.state.in_(WORKING), "ticket", "tickets", "open: solve or close it", CONTRACT),
        (
            User,
            of(User) & User.removed_at.is_(None) & (User.state == UserState.ACTIVE),
            "user",
            "users",
            "active: disable or remove it, so that the switch lets it go",
            CONTRACT,
        ),
        (
            SwitchUser,
            of(SwitchUser) & waiting,
            "SIP account",
            "SIP accounts",
            "not yet written to the switch: run “partnertui sync”",
            CONTRACT,
        ),
    ]
