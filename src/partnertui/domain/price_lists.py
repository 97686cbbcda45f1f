"""Rules of price lists, their prices, price plans and products."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from partnertui.domain.errors import DomainError
from partnertui.domain.money import CURRENCIES
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.domain.value_types import StoredValues, Values

LONGEST_PREFIX = 15
"""Digits of an E.164 number."""
LONGEST_STEP = 3600
AMOUNTS = ("per_minute", "per_call", "minimum_charge", "setup_fee", "monthly_fee")
DAYS = ("valid_from", "valid_to")
USED_BY: dict[PriceListKind, frozenset[str]] = {
    PriceListKind.CALLS: frozenset(
        {
            "prefix",
            "country",
            "per_minute",
            "per_call",
            "minimum_charge",
            "first_seconds",
            "step_seconds",
            "unlimited",
            *DAYS,
        }
    ),
    PriceListKind.DDIS: frozenset({"prefix", "country", "setup_fee", "monthly_fee"}),
    PriceListKind.PRODUCTS: frozenset({"product_id", "setup_fee", "monthly_fee"}),
}
"""The columns of a price that each kind of list uses."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def read_prefix(typed: str) -> str:
    """The digits of a prefix: a country code and what follows. Raises DomainError."""
    if not (typed.isascii() and typed.isdigit()):
        text = f"“{typed}” isn't a prefix: prefixes have digits only." if typed else "A prefix is required."
        raise DomainError(text, "Enter digits only, such as 4930.", field="prefix")
    if typed[0] == "0":
        raise DomainError(
            "A prefix begins with a country code, which never starts with 0.",
            "Enter a prefix such as 4930.",
            field="prefix",
        )
    if len(typed) > LONGEST_PREFIX:
        raise DomainError(
            f"This has {len(typed)} digits; a number can have at most {LONGEST_PREFIX}.", "Shorten it.", field="prefix"
        )
    return typed


def require_amounts(values: Values, names: Iterable[str]) -> None:
    """Raises DomainError for the first amount that is below zero."""
    for name in names:
        amount = values.get(name)
        if amount is not None and amount < 0:
            raise DomainError("A price can't be negative.", "Enter 0 or more.", field=name)


def require_steps(values: Values) -> None:
    """Raises DomainError if calls would be billed in steps that aren't between one second and an hour."""
    for name in ("first_seconds", "step_seconds"):
        seconds = values.get(name)
        if seconds is None or not 0 < seconds <= LONGEST_STEP:
            raise DomainError(
                f"A billing increment must be from 1 to {LONGEST_STEP} seconds.",
                "Enter 60 and 1 to bill by the second after the first minute.",
                field=name,
            )


def require_currency(values: Values) -> None:
    """Raises DomainError for a currency that isn't known."""
    if values.get("currency") not in CURRENCIES:
        raise DomainError("This currency isn't supported.", f"Use one of {', '.join(CURRENCIES)}.", field="currency")


def checked_price_list(values: Values) -> StoredValues:
    """The values of a price list to store. Raises DomainError with the field that isn't valid."""
    require_currency(values)
    return {**values, "name": one_name(values)}


def require_days(values: Values) -> None:
    """Raises DomainError if a price would end before it begins."""
    first, last = values.get("valid_from"), values.get("valid_to")
    if first is not None and last is not None and last < first:
        raise DomainError("The end date is before the start date.", "Enter a later end date.", field="valid_to")


def overlap(first: Values, other: Values) -> bool:
    """Whether two prices are valid on the same day."""
    begins = [one["valid_from"] or date.min for one in (first, other)]
    ends = [one["valid_to"] or date.max for one in (first, other)]
    return max(begins) <= min(ends)


def checked_price(values: Values, kind: PriceListKind) -> StoredValues:
    """The values of a price to store in a list of a kind; what such a list doesn't use is emptied.

    Raises DomainError with the field that isn't valid.
    """
    used = USED_BY[kind]
    found = {**values, "name": one_name(values)}
    found |= {name: None for name in ("prefix", "country", "product_id", *AMOUNTS, *DAYS) if name not in used}
    if kind != PriceListKind.CALLS:
        found |= {"first_seconds": 60, "step_seconds": 1, "unlimited": False}
    require_amounts(found, AMOUNTS)
    require_steps(found)
    require_days(found)
    if found["prefix"]:
        read_prefix(found["prefix"])
    if kind == PriceListKind.CALLS:
        read_prefix(found["prefix"] or "")
        if found["per_minute"] is None:
            raise DomainError("A price per minute is required.", "Enter 0 if calls are free.", field="per_minute")
    elif kind == PriceListKind.DDIS and not (found["prefix"] or found["country"]):
        raise DomainError("A prefix or a country is required.", "Enter one of them.", field="prefix")
    elif kind == PriceListKind.PRODUCTS and found["product_id"] is None:
        raise DomainError("A product is required.", "Choose one.", field="product_id")
    if kind != PriceListKind.CALLS and found["monthly_fee"] is None and found["setup_fee"] is None:
        raise DomainError("A monthly price or a set-up price is required.", "Enter one.", field="monthly_fee")
    return found


def checked_plan(values: Values) -> StoredValues:
    """The values of a price plan to store. Raises DomainError with the field that isn't valid."""
    require_currency(values)
    require_amounts(values, ("monthly_fee", "per_user_fee"))
    if (values.get("unlimited_minutes") or 0) < 0:
        raise DomainError("Minutes can't be negative.", "Enter 0 for none.", field="unlimited_minutes")
    return {**values, "name": one_name(values)}


def checked_product(values: Values) -> StoredValues:
    """The values of a product to store. Raises DomainError with the field that isn't valid."""
    require_currency(values)
    require_amounts(values, ("price",))
    if not _CODE.fullmatch(str(values.get("code") or "")):
        raise DomainError(
            "A code can only contain letters, digits, dots, dashes and underscores, and must begin with a letter or"
            " digit.",
            "Enter a code such as USER-STD.",
            field="code",
        )
    return {**values, "name": one_name(values), "category": values.get("category") or ""}


def one_name(values: Values, field: str = "name") -> str:
    """A name with single blanks. Raises DomainError if there is none."""
    name = " ".join(str(values.get(field) or "").split())
    if not name:
        raise DomainError("A name is required.", "Enter one.", field=field)
    return name
