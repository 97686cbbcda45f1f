"""Converts numbers as switches write them to E.164 digits."""

from __future__ import annotations

import re
from functools import lru_cache

from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import parse_number

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
MIN_DIGITS = 7
"""Shorter numbers are extensions or short codes."""


@lru_cache(maxsize=20_000)
def digits_of(text: str, country: str) -> str:
    """E.164 digits if the text is a national or international number; extensions and names are unchanged."""
    text = re.sub(r"[\s().\-/]", "", text)
    if not _NUMBER.fullmatch(text) or len(text.lstrip("+")) < MIN_DIGITS:
        return text
    try:
        return parse_number(text, country)
    except DomainError:
        return text.lstrip("+")
