"""MAC prefixes (OUI) of phone makers, by phone model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from partnertui.domain.errors import DomainError
from partnertui.domain.price_lists import one_name
from partnertui.domain.value_types import StoredValues, Values

MOST_LINES = 200
_OUI = re.compile(r"[0-9a-f]{6}")


def read_ouis(typed: str) -> list[str]:
    """MAC prefixes (IEEE MA-L, 24 bits) as 00:04:13 or 000413, with commas or blanks between; six hex digits each.

    Raises DomainError.
    """
    found: list[str] = []
    for word in re.split(r"[\s,;]+", typed.strip().lower()):
        digits = re.sub(r"[:.-]", "", word)
        if not word:
            continue
        if not _OUI.fullmatch(digits):
            raise DomainError(
                f"“{word}” isn't a MAC prefix: MAC prefixes have six hex digits.",
                "Use the format 00:04:13; separate several with commas.",
                field="ouis",
            )
        found.append(digits)
    return list(dict.fromkeys(found))


def shown_ouis(ouis: Sequence[str]) -> str:
    """MAC prefixes as they are printed on the box."""
    return ", ".join(":".join((oui[:2], oui[2:4], oui[4:])) for oui in ouis)


def checked_model(values: Values) -> StoredValues:
    """The values of a phone model to store. Raises DomainError with the field that isn't valid."""
    if not 1 <= (values.get("lines") or 0) <= MOST_LINES:
        raise DomainError(f"A phone has 1 to {MOST_LINES} lines.", "Enter how many.", field="lines")
    ouis = read_ouis(", ".join(values.get("ouis") or ()))
    return {**values, "make": one_name(values, "make"), "model": one_name(values, "model"), "ouis": ouis}
