"""Reads the DDI prices that apply to a customer's numbers."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, CustomerPriceList, PriceList, PriceListEntry
from partnertui.domain.ddi_price_match import DdiPrice, fits_all
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.price_list_enums import PriceListKind, PriceListSlot


def ddi_prices(connection: Connection, customer_id: int) -> list[DdiPrice]:
    """All entries of enabled DDI price lists in the customer's currency, longest prefix first."""
    own = select(CustomerPriceList.price_list_id).where(
        CustomerPriceList.customer_id == customer_id, CustomerPriceList.slot == PriceListSlot.DDIS
    )
    own_list = connection.execute(own).scalar()
    currency = select(Customer.currency).where(Customer.id == customer_id).scalar_subquery()
    entries = (
        select(
            PriceListEntry.id,
            PriceListEntry.name,
            PriceListEntry.prefix,
            PriceListEntry.country,
            PriceListEntry.setup_fee,
            PriceListEntry.monthly_fee,
            PriceListEntry.price_list_id,
            PriceList.currency,
        )
        .join(PriceList, PriceList.id == PriceListEntry.price_list_id)
        .where(PriceList.kind == PriceListKind.DDIS, PriceList.enabled, PriceList.currency == currency)
    )
    found = [
        DdiPrice(
            row.id,
            row.name,
            row.prefix or "",
            row.country or "",
            row.currency,
            row.setup_fee or 0,
            row.monthly_fee or 0,
            row.price_list_id == own_list,
        )
        for row in connection.execute(entries)
    ]
    return sorted(found, key=lambda price: (not price.is_own_list, price.name.casefold(), price.prefix))


def fitting_price(
    connection: Connection, customer_id: int, price_id: int, numbers: NumberRange, country: str
) -> DdiPrice:
    """The price of that ID, for these numbers of the customer. Raises DomainError if it isn't theirs to have."""
    price = next((price for price in ddi_prices(connection, customer_id) if price.id == price_id), None)
    if price is None:
        raise DomainError(
            "This price is no longer in a DDI price list in the customer's currency.",
            "Choose another one.",
            field="price",
        )
    if not fits_all(price, numbers, country):
        what = f"numbers that begin with +{price.prefix}" if price.prefix else f"numbers in {price.country}"
        raise DomainError(f"{price.name} is for {what}.", "Choose a matching price.", field="price")
    return price
