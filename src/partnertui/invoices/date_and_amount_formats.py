"""Formats dates, amounts and durations for the customer's language and country; labels are English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_decimal_symbol

from partnertui.domain.money import MICRO, decimal_places, rounded
from partnertui.invoices.document_vat import percent

FALLBACK = "en_GB"
UNGROUPED = 1_000 * MICRO
"""Below this, no language separates groups of digits."""
UNITS = {"C62": "", "MIN": "min", "HUR": "h", "DAY": "days", "MON": "months", "SEC": "s"}
ONE_OF = {"DAY": "day", "MON": "month"}
"""Units that are called otherwise where the quantity is one."""


class Formats:
    """The formats of a language in a country, where Babel has them, else of the language, else British ones."""

    def __init__(self, language: str, country: str) -> None:
        self.locale = _locale(language, country)
        self._point: str = get_decimal_symbol(self.locale)
        self.amount = lru_cache(maxsize=5000)(self._amount)
        self.day = lru_cache(maxsize=500)(self._day)

    def _amount(self, micro: int, currency: str, *, exact: bool = False) -> str:
        """An amount without its currency; `exact` keeps fractions of a cent."""
        value, least = micro if exact else rounded(micro, currency), decimal_places(currency)
        if 0 <= value < UNGROUPED:  # most of ten thousand charges; Babel takes 20 µs each
            whole, part = divmod(value, MICRO)
            digits = f"{part:06d}"
            shown = digits[:least] + digits[least:].rstrip("0")
            return f"{whole}{self._point}{shown}" if shown else str(whole)
        pattern = "#,##0." + "0" * least + ("#" * (6 - least) if exact else "")
        return str(format_decimal(Decimal(value) / MICRO, format=pattern.rstrip("."), locale=self.locale))

    def money(self, micro: int, currency: str) -> str:
        """An amount with its currency."""
        amount = Decimal(rounded(micro, currency)) / MICRO  # Babel would round half to even
        return str(format_currency(amount, currency, locale=self.locale))

    def quantity(self, thousandths: int, unit: str) -> str:
        """A quantity with its unit."""
        number = format_decimal(Decimal(thousandths) / 1000, format="#,##0.###", locale=self.locale)
        name = ONE_OF.get(unit) if abs(thousandths) == 1000 else None
        return f"{number} {name or UNITS.get(unit, unit)}".strip()

    def rate(self, rate: int) -> str:
        """A VAT rate."""
        return percent(rate)

    def _day(self, iso: str) -> str:
        """A day such as 1 May 2026."""
        return str(format_date(date.fromisoformat(iso), "medium", locale=self.locale))


def _locale(language: str, country: str) -> Locale:
    for name in (f"{language}_{country}", language):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(FALLBACK)


def duration(seconds: int) -> str:
    """Hours, minutes and seconds: 1:02:03."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
