"""Parses amounts with either decimal mark; refuses ambiguous ones instead of guessing."""

from __future__ import annotations

import re
from functools import lru_cache

from partnertui.domain.errors import DomainError
from partnertui.domain.money import LARGEST, LARGEST_ADVICE, MICRO

MARKS = {"": "detected in each amount", ".": "point", ",": "comma"}
"""The decimal marks that a file can be said to have."""
DECIMALS = 6
# Thousands are grouped by blanks of several widths (ISO 80000-1), in Switzerland by an apostrophe.
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f']")
_GROUPED = {
    ".": re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.([0-9]+))?"),
    ",": re.compile(r"([+-]?)([1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,([0-9]+))?"),
}
_PLAIN = {".": re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]+))?"), ",": re.compile(r"([+-]?)([0-9]*)(?:,([0-9]+))?")}
# No group of thousands begins with 0, so 0.125 has one meaning and 1.250 has two.
_AMBIGUOUS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


@lru_cache(8192)  # a rate list has few different prices
def read_amount(typed: str, mark: str = "") -> int:
    """Micro-units of an amount as 0.012, 0,012, 1,234.50 or 1.234,50.

    mark: the decimal mark of the file; "" finds it in each amount, where `1,234` is ambiguous. Raises DomainError.
    """
    text = _BLANKS.sub("", typed)
    found = None
    for decimal in (mark,) if mark else _possible_marks(typed, text):
        found = found or _PLAIN[decimal].fullmatch(text) or _GROUPED[decimal].fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise DomainError(f"“{typed}” isn't an amount.", "Use an amount such as 0.0125.")
    part = (found[3] or "").rstrip("0")
    if len(part) > DECIMALS:
        raise DomainError(f"“{typed}” has more than six decimal places.", "Round it.")
    whole = int(found[2].replace(",", "").replace(".", "") or 0)
    amount = whole * MICRO + int(part.ljust(DECIMALS, "0"))
    if amount > LARGEST:
        raise DomainError(f"“{typed}” is too large.", LARGEST_ADVICE)
    return -amount if found[1] == "-" else amount


def _possible_marks(typed: str, text: str) -> tuple[str, ...]:
    """The decimal mark of an amount by itself: the last mark, if there are both."""
    if _AMBIGUOUS.fullmatch(text):
        plain, parted = re.sub("[.,]", "", text), re.sub("[.,]", ".", text)
        raise DomainError(f"“{typed}” could be {plain} or {parted}.", "Choose the file's decimal mark: point or comma.")
    comma, point = text.rfind(","), text.rfind(".")
    if comma < 0 or point < 0:  # the same mark several times separates thousands
        return (".", ",")
    return (",",) if comma > point else (".",)
