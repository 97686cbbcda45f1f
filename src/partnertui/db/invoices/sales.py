"""Reads the sale behind a document: a transaction, its items and its customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import TransactionItem
from partnertui.db.models.billing import ADDRESS
from partnertui.domain.vat_numbers import VatStanding
from partnertui.invoices.document import Party
from partnertui.invoices.sale import Sale, SoldItem
from partnertui.invoices.time_zones_and_days import local_day

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from partnertui.db.models import Customer, Transaction


def read_sale(session: Session, sold: Transaction, customer: Customer, zone: ZoneInfo | None) -> Sale:
    """A transaction as documents need it; days are those of the time zone."""
    address = _address(sold, customer)
    items = session.scalars(
        select(TransactionItem).where(TransactionItem.transaction_id == sold.id).order_by(TransactionItem.id)
    )
    return Sale(
        transaction_id=sold.id,
        customer_id=customer.id,
        transaction_type=sold.transaction_type,
        state=sold.state,
        failure_code=sold.failure_code,
        sold=local_day(sold.at, zone),
        currency=sold.currency,
        amount=sold.amount,
        tax=sold.tax,
        buyer=address,
        vat=_standing(address, customer),
        language=customer.language,
        purchase_order=customer.purchase_order or "",
        items=tuple(_item(item, zone) for item in items),
        refund_of_id=sold.refund_of_id,
    )


def _address(sold: Transaction, customer: Customer) -> Party:
    """The address that it was billed to; the customer's own where the transaction has none."""
    billed = {name: getattr(sold, f"billing_{name}") for name in ADDRESS}
    if not any(billed.values()):
        billed = {name: getattr(customer, name) for name in ADDRESS}
    name = billed.pop("company") or billed["contact"] or customer.company
    texts = {field: value or "" for field, value in billed.items()}
    return Party(
        name=name, email=customer.invoice_email or "", **(texts | {"country": texts["country"] or customer.country})
    )


def _standing(address: Party, customer: Customer) -> VatStanding:
    """What VIES says of the VAT number on the address; of another number than the customer's, nothing is known."""
    if address.vat_number != (customer.vat_number or "") or address.country != customer.country:
        return VatStanding(address.country, address.vat_number or None)
    return VatStanding(
        customer.country, customer.vat_number, customer.vat_state, customer.vat_answered_at, customer.vat_asked_at
    )


def _item(item: TransactionItem, zone: ZoneInfo | None) -> SoldItem:
    return SoldItem(
        id=item.id,
        description=item.description,
        quantity=item.quantity,
        unit=item.unit,
        unit_price=item.unit_price,
        net=item.total,
        tax=item.tax,
        rate=item.tax_rate,
        category=item.tax_category,
        period_from=_day(item.period_from, zone),
        period_to=_day(item.period_to and item.period_to - timedelta(microseconds=1), zone),
        refund_of_item_id=item.refund_of_item_id,
    )


def _day(moment: datetime | None, zone: ZoneInfo | None) -> str:
    return local_day(moment, zone) if moment is not None else ""
