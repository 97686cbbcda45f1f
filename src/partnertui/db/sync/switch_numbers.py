"""Numbers as switches write them, as digits of E.164; extensions and names stay as they are."""

from __future__ import annotations

import re
from functools import lru_cache

from partnertui.domain.errors import DomainError
from partnertui.domain.numbers import parse_number

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
SHORTEST = 7
"""Digits of the shortest number that may be E.164; shorter ones are extensions or short codes."""


@lru_cache(maxsize=20_000)
def digits_of(text: str, country: str) -> str:
    """E.164 digits where the text is a number of the country or of the world, else the text itself."""
    text = re.sub(r"[\s().\-/]", "", text)
    if not _NUMBER.fullmatch(text) or len(text.lstrip("+")) < SHORTEST:
        return text
    try:
        return parse_number(text, country)
    except DomainError:
        return text.lstrip("+")
