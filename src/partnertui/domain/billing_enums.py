"""Enums of billing: baskets, payments, transactions, statements, cards."""

from __future__ import annotations

from enum import StrEnum


class BasketState(StrEnum):
    """State of a basket item."""

    HIDDEN = "hidden"
    DUE = "due"
    ATTACHED = "attached"
    PAID = "paid"


UNPAID = (BasketState.DUE, BasketState.HIDDEN, BasketState.ATTACHED)
"""States of an item that is still to be paid."""


class ItemType(StrEnum):
    """What a basket or transaction item is for."""

    SUBSCRIPTION = "subscription"
    DDI_SETUP = "ddi set-up"
    DDI_MONTHLY = "ddi monthly"
    CREDIT = "credit"
    HARDWARE = "hardware"
    SERVICE = "service"


class PaymentType(StrEnum):
    """Payment method."""

    CARD = "card"
    BANK_TRANSFER = "bank transfer"
    PAYPAL = "paypal"
    MANUAL = "manual"


class PaymentState(StrEnum):
    """State of a payment."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    PART_REFUNDED = "part refunded"
    REFUNDED = "refunded"


RECEIVED = (PaymentState.COMPLETED, PaymentState.PART_REFUNDED, PaymentState.REFUNDED)
"""States of payments and sales whose money has arrived, whatever went back since; documents are issued for these."""


class TransactionType(StrEnum):
    """Kind of a transaction."""

    PURCHASE = "purchase"
    RENEWAL = "renewal"
    TOP_UP = "top-up"
    AUTO_TOP_UP = "auto top-up"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


class StatementKind(StrEnum):
    """Kind of a PSTN credit movement."""

    CALL = "call"
    TOP_UP = "top-up"
    REFUND = "refund"
    DDI_FEE = "ddi fee"
    ADJUSTMENT = "adjustment"


class TaxCategory(StrEnum):
    """Why a line has the VAT that it has, by its code in EN 16931 (UNCL 5305)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    EXPORT = "G"


class DocumentKind(StrEnum):
    """What is issued for a transaction."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit note"


class CardStatus(StrEnum):
    """State of a stored card; whether it has expired follows from its date."""

    ACTIVE = "active"
    DECLINED = "declined"
    DELETED = "deleted"


class CardState(StrEnum):
    """What a card is by now: its stored status, or expired."""

    ACTIVE = "active"
    DECLINED = "declined"
    EXPIRED = "expired"
    DELETED = "deleted"


class BillingPeriod(StrEnum):
    """How often a product is charged."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"
