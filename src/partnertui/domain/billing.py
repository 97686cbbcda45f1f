"""States of what is bought, paid and given back."""

from __future__ import annotations

from enum import StrEnum


class BasketState(StrEnum):
    """Where a basket item stands."""

    HIDDEN = "hidden"
    DUE = "due"
    ATTACHED = "attached"
    PAID = "paid"


class ItemType(StrEnum):
    """What a basket or transaction item is for."""

    SUBSCRIPTION = "subscription"
    DDI_SETUP = "ddi set-up"
    DDI_MONTHLY = "ddi monthly"
    CREDIT = "credit"
    HARDWARE = "hardware"
    SERVICE = "service"


class PaymentType(StrEnum):
    """How a customer paid."""

    CARD = "card"
    BANK_TRANSFER = "bank transfer"
    PAYPAL = "paypal"
    MANUAL = "manual"


class PaymentState(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    PART_REFUNDED = "part refunded"
    REFUNDED = "refunded"


class TransactionType(StrEnum):
    """What a transaction did."""

    PURCHASE = "purchase"
    RENEWAL = "renewal"
    TOP_UP = "top-up"
    AUTO_TOP_UP = "auto top-up"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


class StatementKind(StrEnum):
    """What moved the PSTN credit."""

    CALL = "call"
    TOP_UP = "top-up"
    REFUND = "refund"
    DDI_FEE = "ddi fee"
    ADJUSTMENT = "adjustment"


class CardStatus(StrEnum):
    """State of a stored card; expiry is told by its date."""

    ACTIVE = "active"
    DECLINED = "declined"
    DELETED = "deleted"


class BillingPeriod(StrEnum):
    """How often a product is charged."""

    ONCE = "once"
    MONTHLY = "monthly"
    YEARLY = "yearly"
