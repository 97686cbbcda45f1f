"""Reads what can be refunded of a transaction: its lines, its payments, and the credit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from partnertui.db.models import CreditCard, Customer, Payment, Transaction, TransactionItem
from partnertui.db.models.base import table_of
from partnertui.domain.billing_enums import ItemType, PaymentState, PaymentType
from partnertui.domain.capital_letter import capital
from partnertui.domain.errors import DomainError
from partnertui.domain.refunds import REFUNDABLE, Sale, SoldLine, refund_refusal


@dataclass(frozen=True)
class PaidBy:
    """A payment with what is left of it; `card` is its brand and last four digits, "" for none."""

    id: int
    unique_payment_id: str
    payment_type: PaymentType
    left: int
    card: str
    gateway: str | None
    gateway_reference: str | None


@dataclass(frozen=True)
class Refundable:
    """A transaction that can be refunded; without payments there is nothing but paying out by hand."""

    id: int
    sale: Sale
    payments: tuple[PaidBy, ...]
    company: str
    invoice_number: str | None
    credit: int
    credit_limit: int
    credit_currency: str


def load_refundable(connection: Connection, transaction_id: int) -> Refundable:
    """Everything that a refund is planned from. Raises DomainError with the reason where it can't be refunded."""
    columns = (
        Transaction.id,
        Transaction.state,
        Transaction.amount,
        Transaction.refunded,
        Transaction.failure_code,
        Transaction.invoice_number,
        Customer.company,
        Customer.credit,
        Customer.credit_limit,
        Customer.currency.label("credit_currency"),
    )
    query = select(*columns).join(Customer, Customer.id == Transaction.customer_id)
    row = connection.execute(query.where(Transaction.id == transaction_id)).mappings().first()
    if row is None:
        raise DomainError("This transaction was deleted.", advice="Go back and refresh the list.")
    refuse_unrefundable(row["state"], row["amount"], row["refunded"], row["failure_code"])
    return Refundable(
        row["id"],
        read_sale(connection, transaction_id),
        payments_of(connection, transaction_id),
        row["company"],
        row["invoice_number"],
        row["credit"],
        row["credit_limit"] or 0,
        row["credit_currency"],
    )


def refuse_unrefundable(state: str, amount: int, refunded: int, failure_code: str | None) -> None:
    """Raises DomainError with the reason where a transaction can't be refunded."""
    if refusal := refund_refusal(state, amount, refunded, failure_code):
        raise DomainError(f"Not refunded. {capital(refusal)}.")


def read_sale(connection: Connection, transaction_id: int) -> Sale:
    """The amounts of a transaction and its lines; one without lines counts as a single line."""
    bought, items = table_of(Transaction), table_of(TransactionItem)
    amounts = (bought.c.amount, bought.c.tax, bought.c.refunded, bought.c.currency)
    row = connection.execute(select(*amounts).where(bought.c.id == transaction_id)).mappings().one()
    earlier = select(func.sum(Transaction.tax)).where(
        Transaction.refund_of_id == transaction_id, Transaction.state != PaymentState.FAILED
    )
    refunded_tax = -int(connection.execute(earlier).scalar() or 0)
    query = select(items).where(items.c.transaction_id == transaction_id).order_by(items.c.id)
    lines = tuple(
        SoldLine(
            item["id"],
            item["description"],
            item["total"],
            item["tax"],
            item["refunded"],
            item["refunded_tax"],
            item["item_type"] == ItemType.CREDIT,
        )
        for item in connection.execute(query).mappings()
    )
    net_refunded = row["refunded"] - refunded_tax
    whole = SoldLine(0, "Full amount", row["amount"] - row["tax"], row["tax"], net_refunded, refunded_tax)
    return Sale(row["amount"], row["tax"], row["refunded"], refunded_tax, row["currency"], lines or (whole,))


def payments_of(connection: Connection, transaction_id: int) -> tuple[PaidBy, ...]:
    """The payments of a transaction that have something left, the largest first."""
    left = Payment.amount - Payment.refunded
    columns = (
        Payment.id,
        Payment.unique_payment_id,
        Payment.payment_type,
        left.label("left"),
        func.coalesce(CreditCard.brand + " •••• " + CreditCard.last_four, "").label("card"),
        Payment.gateway,
        Payment.gateway_reference,
    )
    query = (
        select(*columns)
        .outerjoin(CreditCard, CreditCard.id == Payment.card_id)
        .where(Payment.transaction_id == transaction_id, Payment.state.in_(REFUNDABLE), left > 0)
        .order_by(left.desc(), Payment.id)
    )
    return tuple(PaidBy(**row) for row in connection.execute(query).mappings())
