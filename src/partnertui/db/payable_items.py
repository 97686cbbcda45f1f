"""Reads what the payment form offers: a customer's unpaid items, unfinished sales, and their VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from partnertui.db.basket_state import is_free, item_state
from partnertui.db.models import BasketItem, Customer, Partner, Payment, Transaction
from partnertui.domain.basket_item_rules import propose_payment_id
from partnertui.domain.billing_enums import BasketState, ItemType, PaymentState
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import VatStanding
from partnertui.invoices.document_vat import TaxPlace
from partnertui.invoices.sale_vat import SaleTerms, terms_of_sale

MOST_ITEMS = 200
"""Items that a payment can choose from, at most: those due first."""


@dataclass(frozen=True)
class PayableItem:
    """An item that can be attached to a payment; its price is without tax."""

    id: int
    description: str
    price: int
    currency: str
    state: str
    due_at: datetime | None
    is_credit: bool


@dataclass(frozen=True)
class OpenSale:
    """A sale of which a part is paid, and what is missing of it, with tax."""

    id: int
    name: str
    rest: int
    currency: str


@dataclass(frozen=True)
class Payable:
    """What a customer can pay for."""

    customer_id: int
    company: str
    currency: str
    terms: SaleTerms
    items: tuple[PayableItem, ...]
    open_sales: tuple[OpenSale, ...]
    proposed_id: str


def load_payable(connection: Connection, customer_id: int, default_country: str, at: datetime) -> Payable:
    """Reads it; `default_country` is the provider's. Raises DomainError for no such customer or an unknown VAT rate."""
    query = select(Customer.company, Customer.currency).where(Customer.id == customer_id)
    row = connection.execute(query).first()
    if row is None:
        raise DomainError("This customer was deleted.")
    return Payable(
        customer_id,
        row.company,
        row.currency,
        read_terms(connection, customer_id, default_country),
        _items(connection, customer_id, at),
        open_sales(connection, customer_id),
        propose_payment_id(customer_id),
    )


def read_terms(connection: Connection, customer_id: int, default_country: str) -> SaleTerms:
    """The VAT of what is sold to a customer by their partner, or by the provider, whose country is the default."""
    columns = (Customer.country, Customer.vat_number, Customer.vat_state, Customer.vat_answered_at)
    query = select(
        *columns, Customer.vat_asked_at, Customer.currency, Customer.partner_id, Partner.country.label("seller")
    )
    row = connection.execute(
        query.outerjoin(Partner, Partner.id == Customer.partner_id).where(Customer.id == customer_id)
    ).one()
    seller = default_country if row.partner_id is None else row.seller or ""
    standing = VatStanding(row.country, row.vat_number, row.vat_state, row.vat_answered_at, row.vat_asked_at)
    return terms_of_sale(TaxPlace(seller, standing, row.currency))


def _items(connection: Connection, customer_id: int, at: datetime) -> tuple[PayableItem, ...]:
    state = item_state(at).label("state")
    item = BasketItem
    query = (
        select(item.id, item.description, item.price, item.currency, state, item.due_at, item.item_type)
        .where(item.customer_id == customer_id, item.state != BasketState.PAID, is_free())
        .order_by(item.due_at.is_(None), item.due_at, item.id)
        .limit(MOST_ITEMS)
    )
    return tuple(
        PayableItem(
            row.id, row.description, row.price, row.currency, row.state, row.due_at, row.item_type == ItemType.CREDIT
        )
        for row in connection.execute(query)
    )


def open_sales(connection: Connection, customer_id: int) -> tuple[OpenSale, ...]:
    """The customer's sales of which a part is paid and nothing more is on its way."""
    received = func.coalesce(func.sum(Payment.amount).filter(Payment.state == PaymentState.COMPLETED), 0)
    pending = func.count().filter(Payment.state == PaymentState.PENDING)
    query = (
        select(
            Transaction.id,
            func.min(Payment.unique_payment_id).label("name"),
            (Transaction.amount - received).label("rest"),
            Transaction.currency,
        )
        .join(Payment, Payment.transaction_id == Transaction.id)
        .where(Transaction.customer_id == customer_id, Transaction.state == PaymentState.PENDING)
        .group_by(Transaction.id, Transaction.amount, Transaction.currency)
        .having(received > 0, pending == 0)
        .order_by(Transaction.id)
        .limit(MOST_ITEMS)
    )
    return tuple(OpenSale(row.id, row.name, row.rest, row.currency) for row in connection.execute(query))
