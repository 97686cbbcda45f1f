"""Numbers, addresses and countries."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.db.rows.criteria import Contains, Criterion, Equals, Prefix
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from partnertui.db.rows.types import Row


@dataclass(frozen=True)
class Number(Kind[str]):
    """A phone number: E.164 digits in the database, shown with a plus; short ones are extensions."""

    width: ClassVar[int] = 16

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """A plus before seven digits or more."""
        if not value:
            return ""
        digits = str(value)
        return f"+{digits}" if len(digits) > 6 and digits.isdigit() and digits[0] != "0" else digits

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """Grouped as its country groups it, and the country."""
        if not value:
            return ""
        from partnertui.domain.countries import country_name
        from partnertui.domain.numbers import country_of, format_number

        country = country_of(str(value))
        return format_number(str(value)) + (f" · {country_name(country)}" if country else "")

    def export_value(self, value: str | None, row: Row = EMPTY_ROW) -> str | None:
        """E.164 with its plus; extensions as they are dialled."""
        return None if value is None else self.text(value)

    def parse(self, typed: str) -> str:
        """The E.164 digits; raises InvalidValue."""
        from partnertui.domain.errors import DomainError
        from partnertui.domain.numbers import parse_number

        try:
            return parse_number(typed, None)
        except DomainError as error:
            raise InvalidValue(str(error)) from None

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """Four digits or more: anywhere inside, or the beginning behind a plus."""
        digits = re.sub(r"[\s()./-]", "", typed)
        return self._plain(field, digits) if re.fullmatch(r"(\+|00)?\d{4,15}", digits) else None

    def _plain(self, field: str, typed: str) -> Criterion:
        """`+44*` or `+4420` begins with, `=4420…` exactly, bare digits are found anywhere inside."""
        exact = typed.startswith("=")
        digits = re.sub(r"[\s()./-]", "", typed.lstrip("="))
        plus, star = digits.startswith("+"), digits.endswith("*")
        digits = digits.lstrip("+").rstrip("*")
        if digits.startswith("00") and len(digits) > 4:
            digits, plus = digits[2:], True
        if not digits:
            raise InvalidValue(f"“{typed}” has no digits to search for")
        if exact:
            return Equals(field, digits)
        return Prefix(field, digits) if plus or star else Contains(field, digits)


@dataclass(frozen=True)
class Ip(Kind[str]):
    """An IPv4 or IPv6 address."""

    width: ClassVar[int] = 15

    def parse(self, typed: str) -> str:
        """The address in its usual form; raises InvalidValue."""
        try:
            return str(ipaddress.ip_address(typed.strip()))
        except ValueError:
            raise InvalidValue(f"“{typed}” is not an IP address") from None

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """A whole address."""
        try:
            return Equals(field, str(ipaddress.ip_address(typed)))
        except ValueError:
            return None


@dataclass(frozen=True)
class Country(Kind[str]):
    """An ISO 3166 country code; its name if there is room."""

    width: ClassVar[int] = 4

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The country's name and code."""
        if not value:
            return ""
        from partnertui.domain.countries import country_name

        return f"{country_name(str(value))} ({value})"

    def input_text(self, value: str | None) -> str:
        """The code."""
        return str(value or "")

    def parse(self, typed: str) -> str:
        """The code, from a code or a name; raises InvalidValue."""
        from partnertui.domain.countries import find_country
        from partnertui.domain.errors import DomainError

        try:
            return find_country(typed)
        except DomainError as error:
            raise InvalidValue(str(error)) from None

    def _plain(self, field: str, typed: str) -> Criterion:
        return Equals(field, self.parse(typed))


@dataclass(frozen=True)
class Mac(Kind[str]):
    """A MAC address (IEEE 802): twelve lower-case hex digits in the database, shown with colons."""

    width: ClassVar[int] = 17

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """Pairs with colons between them."""
        digits = str(value or "")
        return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))

    def export_value(self, value: str | None, row: Row = EMPTY_ROW) -> str | None:
        """With colons."""
        return None if value is None else self.text(value)

    def parse(self, typed: str) -> str:
        """The digits of 00:15:65:AA:BB:CC, 0015-65aa-bbcc, 001565AABBCC …; raises InvalidValue."""
        digits = _hex(typed)
        if len(digits) != 12:
            raise InvalidValue(
                f"“{typed}” isn't a valid MAC address: twelve digits from 0 to f, as printed on the phone"
            )
        return digits

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """Six hex digits or more, in any notation."""
        digits = _hex(typed)
        return Contains(field, digits) if len(digits) >= 6 else None

    def _plain(self, field: str, typed: str) -> Criterion:
        """Any part of it, in any notation; `0015*` begins with."""
        digits = _hex(typed.rstrip("*").lstrip("="))
        if not digits:
            raise InvalidValue(f"“{typed}” has none of the digits 0 to f of a MAC address")
        if typed.startswith("="):
            return Equals(field, self.parse(typed[1:]))
        return Prefix(field, digits) if typed.endswith("*") else Contains(field, digits)


def _hex(typed: str) -> str:
    """The hex digits of a MAC in any notation; empty where anything else is in it."""
    digits = re.sub(r"[\s:.-]", "", typed.lower())
    return digits if re.fullmatch(r"[0-9a-f]{1,12}", digits) else ""
