"""PriceTable: finds the price of a call by the longest prefix valid on its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class CallTerms:
    """What a price says about calls: all that the sum needs. Money in micro-units, steps in seconds."""

    name: str
    prefix: str
    currency: str
    per_minute: int
    per_call: int = 0
    minimum: int = 0
    first_seconds: int = 60
    step_seconds: int = 1
    unlimited: bool = False
    """Whether the customer's minutes cover it."""


@dataclass(frozen=True)
class CallPrice:
    """A price of a list, and the days on which it is valid, both included; None: without an end."""

    terms: CallTerms
    id: int = 0
    price_list_id: int = 0
    price_list: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class PriceTable:
    """The prices of one list, found by the number called."""

    def __init__(self, currency: str, prices: Iterable[CallPrice]) -> None:
        self.currency = currency
        self._by_prefix: dict[str, list[CallPrice]] = {}
        for price in prices:
            self._by_prefix.setdefault(price.terms.prefix, []).append(price)
        for same in self._by_prefix.values():
            # of two prices that are valid on one day, the one that began later is meant
            same.sort(key=lambda price: (price.valid_from or date.min, price.id), reverse=True)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix}, reverse=True)

    def find(self, number: str, day: date) -> CallPrice | None:
        """The price of a call to a number (E.164 digits) on a day; None if the list has none."""
        for length in self._lengths:
            for price in self._by_prefix.get(number[:length], ()) if length <= len(number) else ():
                if price.is_valid(day):
                    return price
        return None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """A customer's time zone; UTC for a name that isn't known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def day_of(started: datetime, time_zone: str) -> date:
    """The day of a call: by the clock of the customer."""
    return started.astimezone(zone_of(time_zone)).date()
