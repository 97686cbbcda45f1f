"""Money: micro-units with a currency beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from partnertui.db.rows.filter_criteria import Criterion, Equals
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Money(Kind[int]):
    """An amount in millionths of the currency's unit; the currency is another column of the row."""

    currency: str = "currency"
    """The column that holds the ISO 4217 code."""
    exact: bool = False
    """True shows fractions of a cent, as call charges need."""
    locale: str = "en_GB"
    """How amounts are typed."""
    places: int = 6
    """Decimal places that can be typed."""
    typed_in: str = ""
    """ISO 4217 code of what is typed, whose sign can stand beside it; "" for one that isn't known."""
    align: ClassVar[str] = "right"
    width: ClassVar[int] = 11
    ordered: ClassVar[bool] = True
    samples: ClassVar[tuple[str, ...]] = ("00", "000", "0.00", "00.00", "000.00", "0000.00")

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The amount with its currency's sign."""
        if value is None:
            return ""
        from partnertui.domain.money import format_money

        return format_money(value, row.get(self.currency) or "EUR", exact=self.exact)

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Below zero is bad, nothing is muted."""
        if not value:
            return "muted"
        return "bad" if value < 0 else ""

    def input_text(self, value: int | None) -> str:
        """The amount with the locale's decimal mark, no sign of currency."""
        from partnertui.domain.money import marks_of

        return "" if value is None else _decimal(value, marks_of(self.locale)[0], min(self.places, 2))

    def export_value(self, value: int | None, row: Row = EMPTY_ROW) -> str | None:
        """The amount as a decimal number, exact to the millionth; the currency is a column of its own."""
        return None if value is None else _decimal(value, ".")

    def parse(self, typed: str) -> int:
        """The micro-units of an amount like 12.50; raises InvalidValue."""
        from partnertui.domain.money import parse_money

        try:
            return parse_money(typed, self.typed_in, self.locale, self.places)
        except DomainError as error:
            raise InvalidValue(f"{error} {error.advice}".strip()) from None

    def in_locale(self, locale: str) -> Self:
        """This kind with another locale."""
        return replace(self, locale=locale)

    def in_currency(self, currency: str) -> Self:
        """This kind with a currency's sign, and its decimals unless it is about fractions of its smallest unit."""
        from partnertui.domain.money import decimal_places

        return replace(self, typed_in=currency, places=self.places if self.exact else decimal_places(currency))

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """An amount with decimals, such as 12.50 or €12.50."""
        number = re.sub(r"^[^\d-]{1,4}|[^\d]{1,4}$", "", typed)
        if not re.fullmatch(r"-?[\d.,']*\d[.,]\d{2}", number):
            return None
        try:
            return Equals(field, self.parse(number))
        except InvalidValue:
            return None

    def span(self, typed: str, now: datetime) -> tuple[int, int]:
        """Just that amount."""
        value = self.parse(typed)
        return value, value + 1


def _decimal(value: int, mark: str, least: int = 2) -> str:
    """Micro-units with at least so many decimals and no more than needed."""
    whole, micro = divmod(abs(value), 1_000_000)
    digits = f"{micro:06}".rstrip("0").ljust(least, "0")
    return f"{'-' if value < 0 else ''}{whole}{mark if digits else ''}{digits}"
