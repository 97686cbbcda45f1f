"""The currencies to choose from in a form."""

from __future__ import annotations

from partnertui.domain.money import CURRENCIES
from partnertui.kit.declare.form import Option, Values

CURRENCY_OPTIONS = tuple(Option(code, code) for code in CURRENCIES)


def currency_of(values: Values) -> str:
    """The unit behind amounts of a form."""
    return str(values.get("currency") or "")
