"""The currency of the amounts in a form, and the currencies that it offers."""

from __future__ import annotations

from partnertui.domain.money import CURRENCIES
from partnertui.kit.declare.form import Option, Values

CURRENCY_OPTIONS = tuple(Option(code, code) for code in CURRENCIES)


def currency_of(values: Values) -> str:
    """The unit behind amounts of a form."""
    return str(values.get("currency") or "")
