"""Finds the DDI price that fits a range of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnertui.domain.number_ranges import NumberRange


@dataclass(frozen=True)
class DdiPrice:
    """An entry of a DDI price list; fees in micro-units of its currency. Without a prefix it is of a whole country."""

    id: int
    name: str
    prefix: str
    country: str
    currency: str
    setup_fee: int
    monthly_fee: int
    is_own_list: bool = False
    """Whether it is in the list that the customer uses for DDIs."""

    def fits(self, number: str, country: str) -> bool:
        """Whether it prices a number (E.164 digits) of a country."""
        return number.startswith(self.prefix) if self.prefix else bool(country) and self.country == country


def best_price(prices: Iterable[DdiPrice], numbers: NumberRange, country: str) -> DdiPrice | None:
    """The price to propose: of the longest prefix that all numbers have, the customer's own list before others."""
    fitting = [price for price in prices if fits_all(price, numbers, country)]
    return max(fitting, key=lambda price: (price.is_own_list, len(price.prefix), -price.id), default=None)


def fits_all(price: DdiPrice, numbers: NumberRange, country: str) -> bool:
    """Whether a price is for all of the numbers."""
    return price.fits(numbers.first, country) and price.fits(numbers.last, country)
