"""Kinds for phone numbers, IP and MAC addresses, and countries."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

from partnertui.db.rows.filter_criteria import AnyOf, Contains, Criterion, Equals, Missing, OneOf, Prefix
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from partnertui.db.rows.type_aliases import Row

WITHHELD = ("withheld", "anonymous")
"""What agents type for callers without a number."""
NO_NUMBER = ("anonymous", "unavailable", "restricted", "withheld", "Anonymous")
"""What switches write for the number of a caller who withholds it (RFC 3323, RFC 3325)."""
WHOLE = 7
"""Digits of a national number from which it is looked for at the beginning alone, which an index serves."""


@dataclass(frozen=True)
class Number(Kind[str]):
    """A phone number: E.164 digits in the database, shown with a plus; short ones are extensions."""

    width: ClassVar[int] = 16
    caller: bool = False
    """True for who called: no number is shown as withheld, and can be filtered by that word."""
    country: str = ""
    """ISO 3166 code of the country whose national numbers are understood; "" for none."""

    def in_country(self, country: str) -> Self:
        """This kind, reading national numbers of a country."""
        return replace(self, country=country)

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """A plus before seven digits or more."""
        if self.caller and (not value or value in NO_NUMBER):
            return WITHHELD[0]
        if not value:
            return ""
        digits = str(value)
        return f"+{digits}" if len(digits) > 6 and digits.isdigit() and digits[0] != "0" else digits

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """Grouped as its country groups it, and the country."""
        if not value or (self.caller and value in NO_NUMBER):
            return self.text(value)
        from partnertui.domain.countries import country_name
        from partnertui.domain.phone_numbers import country_of, format_number

        country = country_of(str(value))
        return format_number(str(value)) + (f" · {country_name(country)}" if country else "")

    def export_value(self, value: str | None, row: Row = EMPTY_ROW) -> str | None:
        """E.164 with its plus; extensions as they are dialled."""
        return None if value is None else self.text(value)

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """A withheld number is muted."""
        return "muted" if self.caller and (not value or value in NO_NUMBER) else ""

    def input_text(self, value: str | None) -> str:
        """The number; nothing for none."""
        return "" if value is None else self.text(value)

    def parse(self, typed: str) -> str:
        """The E.164 digits; raises InvalidValue."""
        from partnertui.domain.phone_numbers import parse_number

        try:
            return parse_number(typed, self.country or None)
        except DomainError as error:
            raise InvalidValue(f"{error} {error.advice}") from None

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """Four digits or more, in any notation."""
        from partnertui.domain.phone_numbers import typed_digits

        return self._plain(field, typed) if 4 <= len(typed_digits(typed).lstrip("+")) <= 15 else None

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """The words for a withheld number."""
        return tuple(word for word in WITHHELD if self.caller and word.startswith(prefix.lower()))

    def may_become_right(self, typed: str, now: datetime) -> bool:
        """As long as no digit was typed."""
        return not re.search(r"[^\s()./=*+-]", typed) or super().may_become_right(typed, now)

    def _plain(self, field: str, typed: str) -> Criterion:
        """`+44*` or `+4420` begins with, `=4420…` exactly, bare digits are found anywhere inside.

        A national number is found at the beginning, under its country's code and as it was typed.
        """
        if self.caller and typed.lower().lstrip("=") in WITHHELD:
            return AnyOf((Missing(field), OneOf(field, NO_NUMBER)))
        from partnertui.domain.phone_numbers import e164_beginnings

        star, exact = typed.endswith("*"), typed.startswith("=")
        number = typed.lstrip("=").rstrip("*").strip()
        beginnings = e164_beginnings(number, self.country)
        if not beginnings:
            raise InvalidValue(f"“{typed}” isn't a phone number: enter its digits, in any notation")
        if exact:
            return Equals(field, beginnings[0]) if len(beginnings) == 1 else OneOf(field, beginnings)
        is_begun = star or number.startswith(("+", "00"))
        if len(beginnings) == 1:
            return Prefix(field, beginnings[0]) if is_begun else Contains(field, beginnings[0])
        national = beginnings[-1]
        inside = () if is_begun or len(national) >= WHOLE else (Contains(field, national),)
        # With `inside`, the prefix of the national form is left out: Contains finds all that it would.
        return AnyOf((*(Prefix(field, digits) for digits in beginnings[: None if not inside else -1]), *inside))


@dataclass(frozen=True)
class Ip(Kind[str]):
    """An IPv4 or IPv6 address."""

    width: ClassVar[int] = 15

    def parse(self, typed: str) -> str:
        """The address in its usual form; raises InvalidValue."""
        try:
            return str(ipaddress.ip_address(typed.strip()))
        except ValueError:
            raise InvalidValue(f"“{typed}” isn't an IP address") from None

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
    spaced: ClassVar[bool] = True

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

        try:
            return find_country(typed)
        except DomainError as error:
            raise InvalidValue(f"{error} {error.advice}") from None

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Names and codes that begin with what was typed; none for nothing, because there are 250."""
        from partnertui.domain.countries import countries

        wanted = prefix.strip().lower()
        found = ((code, name) for code, name in countries().items() if wanted)
        named = [name for _, name in found if name.lower().startswith(wanted)]
        return (*(code for code in countries() if wanted and code.lower().startswith(wanted)), *named)

    def _plain(self, field: str, typed: str) -> Criterion:
        return Equals(field, self.parse(typed.removeprefix("=")))


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
        from partnertui.domain.mac_addresses import read_mac

        try:
            return read_mac(typed)
        except DomainError as error:
            raise InvalidValue(f"{error} {error.advice}") from None

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """Six hex digits or more, in any notation."""
        from partnertui.domain.mac_addresses import mac_digits  # as above

        digits = mac_digits(typed)
        return Contains(field, digits) if len(digits) >= 6 else None

    def _plain(self, field: str, typed: str) -> Criterion:
        """Any part of it, in any notation; `0015*` begins with."""
        from partnertui.domain.mac_addresses import mac_digits  # as above

        digits = mac_digits(typed.rstrip("*").lstrip("="))
        if not digits:
            raise InvalidValue(f"“{typed}” isn't a MAC address: enter some of its hex digits")
        if typed.startswith("="):
            return Equals(field, self.parse(typed[1:]))
        return Prefix(field, digits) if typed.endswith("*") else Contains(field, digits)
