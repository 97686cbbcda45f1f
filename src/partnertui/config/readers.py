"""Reads one setting's value, from TOML or from text; a wrong one is answered with what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off"})


class InvalidSetting(ValueError):
    """A value that a setting cannot have; its text says what was expected."""


@dataclass(frozen=True)
class Reader:
    """One sort of value; `check` gets the right type already and may refuse it."""

    type: type | tuple[type, ...]
    expected: str
    convert: Callable[[str], Any]
    check: Callable[[Any], Any] = lambda value: value

    def read(self, value: object) -> Any:
        """A value as TOML gave it; raises Unfit."""
        if not isinstance(value, self.type) or (isinstance(value, bool) and self.type is not bool):
            raise InvalidSetting(f"expected {self.expected}")
        try:
            return self.check(value)
        except InvalidSetting:
            raise
        except ValueError:
            raise InvalidSetting(f"expected {self.expected}") from None

    def read_text(self, text: str) -> Any:
        """A value out of the environment or a flag; raises Unfit."""
        try:
            return self.read(self.convert(text))
        except InvalidSetting:
            raise
        except ValueError:
            raise InvalidSetting(f"expected {self.expected}") from None


def text(expected: str = "text in quotes", check: Callable[[str], Any] = str) -> Reader:
    """A text."""
    return Reader(str, expected, str, check)


def flag() -> Reader:
    """Yes or no."""

    def convert(word: str) -> bool:
        if word.lower() in YES | NO:
            return word.lower() in YES
        raise ValueError(word)

    return Reader(bool, "true or false", convert)


def number(low: float, high: float) -> Reader:
    """A number between two bounds, both allowed."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise ValueError(value)
        return float(value)

    return Reader((int, float), f"a number from {low:g} to {high:g}", float, check)


def words() -> Reader:
    """A list of words, such as a command with its arguments; on a command line as a shell would part it."""
    import shlex

    def check(value: list[object]) -> tuple[str, ...]:
        if not all(isinstance(entry, str) and "\0" not in entry for entry in value) or value[:1] == [""]:
            raise ValueError(value)
        return tuple(str(entry) for entry in value)

    return Reader(list, 'a list of texts, such as ["/usr/local/bin/block", "--quietly"]', shlex.split, check)


def one_of(*words: str) -> Reader:
    """One of some words, in any case."""

    def check(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(value)
        return value.lower()

    return Reader(str, f"one of {', '.join(words)}", str, check)


def url(*schemes: str) -> Reader:
    """A URL of one of the schemes; nothing at all is allowed, too."""
    expected = f"a URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def check(value: str) -> str:
        if value and re.split(r"[:+]", value, maxsplit=1)[0] not in schemes:
            raise ValueError
        if value and "://" not in value:
            raise ValueError
        return value

    return Reader(str, expected, str, check)


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(value)
    return value.upper()


def country() -> Reader:
    """A country's two letters (ISO 3166)."""
    return text('a country code of two letters, such as "GB"', _country)


def _zone(value: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return value and ZoneInfo(value).key
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(value) from None


def zone() -> Reader:
    """A time zone of the zone database; empty for the system's."""
    return text('a time zone such as "Europe/London" or "UTC"', _zone)


def networks() -> Reader:
    """A list of IP networks or addresses."""
    expected = 'a list of networks, such as ["192.0.2.0/24", "2001:db8::/32"]'

    def check(value: list[object]) -> tuple[Any, ...]:
        if not all(isinstance(entry, str) for entry in value):
            raise ValueError(value)
        from ipaddress import ip_network

        return tuple(ip_network(str(entry), strict=False) for entry in value)

    def convert(words: str) -> list[str]:
        return [word.strip() for word in words.split(",") if word.strip()]

    return Reader(list, expected, convert, check)


def servers() -> Reader:
    """A list of servers by address, each with a port if it is not the usual one."""
    expected = 'a list of addresses, such as ["192.0.2.53", "192.0.2.54:5353", "[2001:db8::53]:53"]'
    one = re.compile(r"(?P<host>[^\[\]:]+|\[[^\[\]]+\]|[^\[\]]*:[^\[\]]*:[^\[\]]*)(?::(?P<port>[0-9]{1,5}))?")

    def check(value: list[object]) -> tuple[str, ...]:
        from ipaddress import ip_address

        for entry in value:
            match = one.fullmatch(str(entry)) if isinstance(entry, str) else None
            if match is None or int(match["port"] or 53) not in range(1, 65536):
                raise ValueError(value)
            ip_address(match["host"].strip("[]"))
        return tuple(str(entry) for entry in value)

    def convert(words: str) -> list[str]:
        return [word.strip() for word in words.split(",") if word.strip()]

    return Reader(list, expected, convert, check)
