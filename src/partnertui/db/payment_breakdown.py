"""Reads what a payment consists of: items of its sale, VAT by rate, other payments, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from partnertui.db.models import OperatorAccount, Payment, PaymentCorrection, Transaction, TransactionItem
from partnertui.domain.billing_enums import RECEIVED, ItemType, TaxCategory
from partnertui.domain.errors import DomainError

MOST_ITEMS = 200


@dataclass(frozen=True)
class Correction:
    """A clerical error that was put right."""

    at: datetime
    by: str
    before: int
    after: int
    reason: str


@dataclass(frozen=True)
class PaymentPrice:
    """A payment and its sale; `rates` are (rate, category, net, VAT), `others` what other payments of the sale paid."""

    amount: int
    tax: int
    fee: int
    refunded: int
    currency: str
    state: str
    failure_code: str | None
    has_sale: bool
    sale_state: str
    sale_amount: int
    sale_tax: int
    items: tuple[tuple[str, int], ...]
    rates: tuple[tuple[int | None, TaxCategory | None, int, int], ...]
    credit: int
    others: int
    corrections: tuple[Correction, ...]


def load_price(connection: Connection, payment_id: int) -> PaymentPrice:
    """Raises DomainError if the payment was deleted."""
    columns = (Payment.amount, Payment.tax, Payment.fee, Payment.refunded, Payment.currency, Payment.state)
    sale = (Transaction.state.label("sale_state"), Transaction.amount.label("sold"), Transaction.tax.label("sold_tax"))
    query = select(*columns, Payment.failure_code, Payment.transaction_id, *sale)
    row = connection.execute(
        query.outerjoin(Transaction, Transaction.id == Payment.transaction_id).where(Payment.id == payment_id)
    ).first()
    if row is None:
        raise DomainError("This payment was deleted.", advice="Refresh the list.")
    item = TransactionItem
    of_sale = item.transaction_id == row.transaction_id
    items = select(item.description, item.total).where(of_sale).order_by(item.id).limit(MOST_ITEMS)
    rates = (
        select(item.tax_rate, item.tax_category, func.sum(item.total), func.sum(item.tax))
        .where(of_sale)
        .group_by(item.tax_rate, item.tax_category)
        .order_by(item.tax_rate)
    )
    credit = select(func.coalesce(func.sum(item.total), 0)).where(of_sale, item.item_type == ItemType.CREDIT)
    others = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.transaction_id == row.transaction_id, Payment.id != payment_id, Payment.state.in_(RECEIVED)
    )
    return PaymentPrice(
        row.amount,
        row.tax,
        row.fee,
        row.refunded,
        row.currency,
        str(row.state),
        row.failure_code,
        row.transaction_id is not None,
        str(row.sale_state or ""),
        row.sold or 0,
        row.sold_tax or 0,
        tuple((one[0], int(one[1])) for one in connection.execute(items)),
        tuple((one[0], one[1], int(one[2]), int(one[3])) for one in connection.execute(rates)),
        int(connection.execute(credit).scalar() or 0) if row.sale_state in RECEIVED else 0,
        int(connection.execute(others).scalar() or 0),
        _corrections(connection, payment_id),
    )


def _corrections(connection: Connection, payment_id: int) -> tuple[Correction, ...]:
    entry = PaymentCorrection
    query = (
        select(entry.at, OperatorAccount.name, entry.amount_before, entry.amount_after, entry.reason)
        .join(OperatorAccount, OperatorAccount.id == entry.operator_id)
        .where(entry.payment_id == payment_id)
        .order_by(entry.id)
    )
    return tuple(Correction(*row) for row in connection.execute(query))
