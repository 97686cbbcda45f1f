"""Baskets, payments, transactions, statements and cards; money in micro-units with its currency."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.billing_enums import (
    BasketState,
    BillingPeriod,
    CardStatus,
    ItemType,
    PaymentState,
    PaymentType,
    StatementKind,
    TaxCategory,
    TransactionType,
)
from partnertui.domain.refunds import RefundState


class BasketItem(Owned, Versioned, Base):
    """An item that a customer has yet to pay for; hidden from the customer until `hidden_until`."""

    __tablename__ = "basket_items"
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    item_type: Mapped[ItemType] = mapped_column(EnumText(ItemType))
    unique_item_id: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str]
    price: Mapped[int]
    currency: Mapped[str]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    hidden_until: Mapped[datetime | None]
    state: Mapped[BasketState] = mapped_column(EnumText(BasketState), default=BasketState.DUE)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    recurrence: Mapped[BillingPeriod] = mapped_column(
        EnumText(BillingPeriod), default=BillingPeriod.ONCE, server_default=BillingPeriod.ONCE.value
    )
    first_day: Mapped[date | None]
    """The first day of the first period, local to the customer; None for what doesn't recur."""
    period_number: Mapped[int] = mapped_column(default=0, server_default="0")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("basket_items.id"))
    """The item of the period before."""
    __table_args__ = (
        # however often, and by however many at a time, an item is paid or becomes due: one follows it
        Index("uq_basket_items_follows_id", "follows_id", unique=True),
    )


class Payment(Owned, Versioned, Base):
    """A payment received; `idempotency_key` is made when the form opens, so that no payment is taken twice."""

    __tablename__ = "payments"
    secrets = frozenset({"gateway_answer_ciphertext"})
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    payment_type: Mapped[PaymentType] = mapped_column(EnumText(PaymentType))
    unique_payment_id: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    card_id: Mapped[int | None] = mapped_column(ForeignKey("credit_cards.id"))
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("transactions.id"), index=True)
    gateway: Mapped[str | None]
    gateway_reference: Mapped[str | None] = mapped_column(index=True)
    gateway_answer_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_answer: Mapped[bool] = mapped_column(Computed("gateway_answer_ciphertext IS NOT NULL", persisted=True))
    state: Mapped[PaymentState] = mapped_column(EnumText(PaymentState), default=PaymentState.PENDING)
    refunded: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str | None]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    __table_args__ = (
        CheckConstraint("refunded >= 0 AND refunded <= amount", name="refunded"),
        Index("ix_payments_customer_id_at", "customer_id", "at"),
    )


class PaymentCorrection(Owned, Base):
    """A clerical error put right: what a payment was recorded with and what arrived; never changed or deleted."""

    __tablename__ = "payment_corrections"
    history = False
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    amount_before: Mapped[int]
    amount_after: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    at: Mapped[datetime] = mapped_column(default=now)


ADDRESS = ("company", "contact", "street", "postcode", "city", "state", "country", "vat_number")
"""Columns of a customer's address, each of which a transaction has as `billing_…`."""


class Transaction(Owned, Versioned, Base):
    """A sale, renewal, top-up or refund, with the address it was billed to."""

    __tablename__ = "transactions"
    secrets = frozenset({"gateway_answer_ciphertext"})
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    transaction_type: Mapped[TransactionType] = mapped_column(EnumText(TransactionType))
    amount: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    state: Mapped[PaymentState] = mapped_column(EnumText(PaymentState), default=PaymentState.PENDING)
    gateway: Mapped[str | None]
    gateway_reference: Mapped[str | None]
    gateway_answer_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_answer: Mapped[bool] = mapped_column(Computed("gateway_answer_ciphertext IS NOT NULL", persisted=True))
    result: Mapped[str | None]
    failure_code: Mapped[str | None]
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("transactions.id"), index=True)
    invoice_number: Mapped[str | None] = mapped_column(unique=True)
    billing_company: Mapped[str | None]
    billing_contact: Mapped[str | None]
    billing_street: Mapped[str | None]
    billing_postcode: Mapped[str | None]
    billing_city: Mapped[str | None]
    billing_state: Mapped[str | None]
    billing_country: Mapped[str | None]
    billing_vat_number: Mapped[str | None]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    __table_args__ = (CheckConstraint("refunded >= 0 AND refunded <= amount OR amount < 0", name="refunded"),)


class TransactionItem(Owned, Versioned, Base):
    """A line of a transaction; the quantity is in thousandths, so that fractions of minutes can be sold.

    `total` and `refunded` are without tax; the customer pays `total + tax`. A refund has lines of its own, below zero.
    """

    __tablename__ = "transaction_items"
    transaction_id: Mapped[int] = mapped_column(ForeignKey("transactions.id"), index=True)
    category: Mapped[str] = mapped_column(default="")
    item_type: Mapped[ItemType] = mapped_column(EnumText(ItemType))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    description: Mapped[str]
    quantity: Mapped[int] = mapped_column(default=1000)
    unit: Mapped[str | None]
    """Code of UN/ECE recommendation 20, such as MIN for minutes; None for pieces."""
    unit_price: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    tax_rate: Mapped[int | None]
    """Hundredths of a percent: 1900 is 19 %; None where only the tax is known."""
    tax_category: Mapped[TaxCategory | None] = mapped_column(EnumText(TaxCategory))
    refunded: Mapped[int] = mapped_column(default=0)
    refunded_tax: Mapped[int] = mapped_column(default=0, server_default="0")
    refund_of_item_id: Mapped[int | None] = mapped_column(ForeignKey("transaction_items.id"), index=True)
    currency: Mapped[str]
    period_from: Mapped[datetime | None]
    period_to: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("refunded >= 0 AND refunded <= total OR total < 0", name="refunded"),
        CheckConstraint("refunded_tax >= 0 AND refunded_tax <= tax OR tax < 0", name="refunded_tax"),
    )


def _once(name: str, condition: str) -> Index:
    where = text(condition)
    columns = ("cdr_id", "rating_round")
    return Index(f"uq_statement_entries_{name}", *columns, unique=True, sqlite_where=where, postgresql_where=where)


class Refund(Owned, Versioned, Base):
    """Money on its way back to a customer: the intent, committed before anything is sent, and what became of it.

    `transaction_id` is the transaction of type refund, which already counts; a refund that fails or is rejected takes
    it back. `sent_at` is set before the gateway is asked, once and for all: after that the outcome is only looked up.
    """

    __tablename__ = "refunds"
    secrets = frozenset({"gateway_answer_ciphertext"})
    transaction_id: Mapped[int] = mapped_column(ForeignKey("transactions.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    amount: Mapped[int]
    currency: Mapped[str]
    gateway: Mapped[str]
    state: Mapped[RefundState] = mapped_column(EnumText(RefundState), index=True)
    gateway_reference: Mapped[str | None]
    gateway_answer_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_answer: Mapped[bool] = mapped_column(Computed("gateway_answer_ciphertext IS NOT NULL", persisted=True))
    failure_code: Mapped[str | None]
    result: Mapped[str | None]
    """What became of it, in words."""
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    requested_at: Mapped[datetime] = mapped_column(default=now, index=True)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    """Who approved or rejected it; never who requested it."""
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("approved_by_id <> requested_by_id", name="second_person"),
    )


class AnswerReading(Owned, Base):
    """A request to read a gateway's answer, and its reading: good for one, soon, by who made it."""

    __tablename__ = "answer_readings"
    history = False
    object_table: Mapped[str]
    object_id: Mapped[int]
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    reason: Mapped[str]
    requested_in: Mapped[str]
    requested_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_answer_readings_object", "object_table", "object_id"),)


class StatementEntry(Owned, Base):
    """A line of the PSTN credit ledger: balance after = balance before + credit - debit."""

    __tablename__ = "statement_entries"
    at: Mapped[datetime] = mapped_column(default=now)
    sequence: Mapped[int]
    kind: Mapped[StatementKind] = mapped_column(EnumText(StatementKind))
    description: Mapped[str]
    debit: Mapped[int] = mapped_column(default=0)
    credit: Mapped[int] = mapped_column(default=0)
    balance_before: Mapped[int]
    balance_after: Mapped[int]
    currency: Mapped[str]
    cdr_id: Mapped[int | None]
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("transactions.id"))
    rating_round: Mapped[int | None]
    """0 for the first charge of a call, 1 and so on where it was rated again; None for other lines."""
    __table_args__ = (
        CheckConstraint("debit >= 0 AND credit >= 0", name="signs"),
        CheckConstraint("balance_after = balance_before + credit - debit", name="balance"),
        UniqueConstraint("customer_id", "sequence"),
        Index("ix_statement_entries_at", "at"),
        Index("ix_statement_entries_customer_id_at", "customer_id", "at"),
        # however many programs run at a time, a call is charged and paid back once a round
        _once("charged", "debit > 0 AND rating_round IS NOT NULL"),
        _once("paid_back", "credit > 0 AND rating_round IS NOT NULL"),
    )


class CreditCard(Owned, Versioned, Base):
    """A stored card: the last four digits in plain text, the rest as ciphertext; a CVV is never stored."""

    __tablename__ = "credit_cards"
    secrets = frozenset({"number_ciphertext", "number_hmac", "gateway_token_ciphertext"})
    holder: Mapped[str]
    brand: Mapped[str]
    last_four: Mapped[str]
    expiry_year: Mapped[int]
    expiry_month: Mapped[int]
    number_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    number_hmac: Mapped[bytes | None] = mapped_column(index=True, deferred=True)
    gateway: Mapped[str | None]
    gateway_token_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_token: Mapped[bool] = mapped_column(Computed("gateway_token_ciphertext IS NOT NULL", persisted=True))
    status: Mapped[CardStatus] = mapped_column(EnumText(CardStatus), default=CardStatus.ACTIVE)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("length(last_four) = 4", name="last_four"),
        CheckConstraint("expiry_month BETWEEN 1 AND 12", name="month"),
    )
