"""Readers of setting values, from TOML or from text; an invalid value raises what was expected instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

T = TypeVar("T")
YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off"})


class InvalidSetting(ValueError):
    """A value that a setting can't have; its text says what was expected."""


@dataclass(frozen=True)
class Reader(Generic[T]):
    """Reads one kind of value.

    `check` gets a value as TOML has it, and `from_text` makes such a value of text; both raise ValueError.
    """

    expected: str
    check: Callable[[object], T]
    from_text: Callable[[str], object] = str

    def read(self, value: object) -> T:
        """A value given in TOML; raises InvalidSetting."""
        try:
            return self.check(value)
        except ValueError:
            raise InvalidSetting(f"expected {self.expected}") from None

    def read_text(self, text: str) -> T:
        """A value given by an environment variable or a flag; raises InvalidSetting."""
        try:
            value = self.from_text(text)
        except ValueError:
            raise InvalidSetting(f"expected {self.expected}") from None
        return self.read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(value)
    return [_text(entry) for entry in value]


def _split(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def text(expected: str = "a string in quotes", check: Callable[[str], str] = str) -> Reader[str]:
    """Any text that passes `check`, which may change it or raise ValueError."""
    return Reader(expected, lambda value: check(_text(value)))


def flag() -> Reader[bool]:
    """True or false."""

    def check(value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value

    def from_text(text: str) -> bool:
        if text.lower() in YES | NO:
            return text.lower() in YES
        raise ValueError(text)

    return Reader("true or false", check, from_text)


def number(low: float, high: float) -> Reader[float]:
    """A number from `low` to `high`."""

    def check(value: object) -> float:
        # To Python, true is an int.
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(value)
        return float(value)

    return Reader(f"a number from {low:g} to {high:g}", check, float)


def command() -> Reader[tuple[str, ...]]:
    """A command with its arguments; text is split as a shell would."""

    def check(value: object) -> tuple[str, ...]:
        entries = _texts(value)
        if any("\0" in entry for entry in entries) or entries[:1] == [""]:
            raise ValueError(value)
        return tuple(entries)

    def from_text(text: str) -> list[str]:
        import shlex  # here, because few starts read a command from the environment

        return shlex.split(text)

    return Reader('a list of strings, such as ["/usr/local/bin/block", "--quietly"]', check, from_text)


def one_of(*choices: str) -> Reader[str]:
    """One of some words, in any case."""

    def check(value: object) -> str:
        choice = _text(value).lower()
        if choice not in choices:
            raise ValueError(value)
        return choice

    return Reader(f"one of {', '.join(choices)}", check)


def url(*schemes: str) -> Reader[str]:
    """A URL with one of the schemes, or empty text."""

    def check(value: object) -> str:
        url = _text(value)
        # SQLAlchemy's URLs may name a driver behind the scheme: postgresql+psycopg://.
        if url and ("://" not in url or re.split(r"[:+]", url, maxsplit=1)[0] not in schemes):
            raise ValueError
        return url

    return Reader(f"a URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}", check)


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(value)
    return value.upper()


def country() -> Reader[str]:
    """A country code of two letters (ISO 3166)."""
    return text('a country code of two letters, such as "GB"', _country)


def _locale(value: str) -> str:
    if value and not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", value):
        raise ValueError(value)
    return value


def locale() -> Reader[str]:
    """A locale, or empty text."""
    return text('a locale such as "de_DE", or ""', _locale)


def _zone(value: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return value and ZoneInfo(value).key
    # OSError: "Europe" is a folder of the zone database.
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(value) from None


def zone() -> Reader[str]:
    """A time zone of the zone database, or empty text."""
    return text('a time zone such as "Europe/London" or "UTC"', _zone)


def networks() -> Reader[tuple[IPv4Network | IPv6Network, ...]]:
    """A list of IP networks or addresses."""

    def check(value: object) -> tuple[IPv4Network | IPv6Network, ...]:
        from ipaddress import ip_network

        return tuple(ip_network(entry, strict=False) for entry in _texts(value))

    return Reader('a list of networks, such as ["192.0.2.0/24", "2001:db8::/32"]', check, _split)


def servers() -> Reader[tuple[str, ...]]:
    """A list of server addresses, each with an optional port."""
    address = r"(?P<host>[^\[\]:]+|\[[^\[\]]+\]|[^\[\]]*:[^\[\]]*:[^\[\]]*)(?::(?P<port>[0-9]{1,5}))?"

    def check(value: object) -> tuple[str, ...]:
        from ipaddress import ip_address

        entries = _texts(value)
        for entry in entries:
            match = re.fullmatch(address, entry)
            if match is None or int(match["port"] or 53) not in range(1, 65536):
                raise ValueError(value)
            ip_address(match["host"].strip("[]"))
        return tuple(entries)

    expected = 'a list of addresses, such as ["192.0.2.53", "192.0.2.54:5353", "[2001:db8::53]:53"]'
    return Reader(expected, check, _split)


def feature_codes() -> Reader[tuple[str, ...]]:
    """A list of feature codes, each with what it does."""

    def check(value: object) -> tuple[str, ...]:
        entries = _texts(value)
        if not all(re.fullmatch(r"[*#][0-9*#]{1,7} \S.*", entry) for entry in entries):
            raise ValueError(value)
        return tuple(entries)

    return Reader('a list of codes with their names, such as ["*8 call pick-up"]', check, _split)
