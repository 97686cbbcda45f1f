"""Number patterns of routing rules: `4420*`, `44207946????`, `4420*,4421*`; nothing is any number."""

from __future__ import annotations

import re

from partnertui.domain.phone_numbers import format_number

ANONYMOUS = "anonymous"


def matches(pattern: str | None, number: str | None) -> bool:
    """True where a number (digits, or nothing for a withheld one) fits; `?` is one digit, `*` any number of them."""
    if not pattern or pattern.strip() in {"", "*"}:
        return True
    digits = re.sub(r"\D", "", number or "")
    return any(_one(part.strip().lower(), digits) for part in pattern.split(","))


def _one(part: str, digits: str) -> bool:
    if part == ANONYMOUS:
        return not digits
    wanted = "".join({"*": r"\d*", "?": r"\d"}.get(sign, re.escape(sign)) for sign in part if sign not in "+ ()-")
    return bool(digits) and re.fullmatch(wanted, digits) is not None


def pattern_words(pattern: str | None) -> str:
    """A pattern as one would say it."""
    if not pattern or pattern.strip() in {"", "*"}:
        return "any number"
    return " or ".join(_words(part.strip()) for part in pattern.split(","))


def _words(part: str) -> str:
    digits = part.lstrip("+")
    if digits.lower() == ANONYMOUS:
        return "a withheld number"
    if digits.endswith("*") and digits[:-1].isdigit():
        return f"numbers beginning with +{digits[:-1]}"
    return format_number(digits)
