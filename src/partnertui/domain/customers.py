"""States of customers and of what they sign up for."""

from __future__ import annotations

from enum import StrEnum


class CustomerStatus(StrEnum):
    """Status of a customer; blocked is for fraud, suspended for unpaid bills."""

    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class XmppStatus(StrEnum):
    """State of the customer's chat domain."""

    OFF = "off"
    ACTIVE = "active"
    FAILED = "failed"


class TourState(StrEnum):
    """How far the introduction tour went."""

    NOT_STARTED = "not started"
    STARTED = "started"
    FINISHED = "finished"
    SKIPPED = "skipped"


class PriceListSlot(StrEnum):
    """Where a price list is used for a customer: the boxes of the edit form."""

    OUTBOUND_CALLS = "outbound calls"
    INBOUND_CALLS = "inbound calls"
    FORWARDED_CALLS = "forwarded calls"
    DDIS = "ddis"
    PRODUCTS = "products"
    SMS = "sms"


class PriceListKind(StrEnum):
    """What the entries of a price list price."""

    CALLS = "calls"
    DDIS = "ddis"
    PRODUCTS = "products"


SLOT_TAKES: dict[PriceListSlot, PriceListKind] = {
    PriceListSlot.OUTBOUND_CALLS: PriceListKind.CALLS,
    PriceListSlot.INBOUND_CALLS: PriceListKind.CALLS,
    PriceListSlot.FORWARDED_CALLS: PriceListKind.CALLS,
    PriceListSlot.DDIS: PriceListKind.DDIS,
    PriceListSlot.PRODUCTS: PriceListKind.PRODUCTS,
    PriceListSlot.SMS: PriceListKind.CALLS,
}
"""The kind of price list that fits into each box."""


class UserRole(StrEnum):
    """What a user may do in the customer's own panel."""

    USER = "user"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class UserState(StrEnum):
    """State of a user's account."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    LOCKED = "locked"


class Presence(StrEnum):
    """What the status log of a user notes."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    DO_NOT_DISTURB = "do not disturb"
    OFFLINE = "offline"
