"""Enums of price lists: what their entries price, and where a customer uses a list."""

from __future__ import annotations

from enum import StrEnum


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
