"""Rules of basket items: what can be stored, and which items can no longer be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from partnertui.domain.billing_enums import BasketState, BillingPeriod
from partnertui.domain.billing_periods import begins_at, period_of
from partnertui.domain.errors import DomainError
from partnertui.domain.money import LARGEST, example_amount, format_money, from_smallest, rounded

LONGEST_ID = 64
LONGEST_DESCRIPTION = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]*", re.ASCII)
_FOLLOWING = re.compile(r"-\d{8}$", re.ASCII)


def propose_item_id(customer_id: int) -> str:
    """An ID that no other item has, most likely."""
    return f"BI-{customer_id:05d}-{token_hex(4)}"


def propose_payment_id(customer_id: int) -> str:
    """An ID that no other payment has, most likely."""
    return f"PAY-{customer_id:05d}-{token_hex(4)}"


def following_id(item_id: str, begins: datetime) -> str:
    """The ID of an item that follows another one: that of the first, with the day on which its period begins."""
    # 9: the dash and the digits of the day.
    return f"{_FOLLOWING.sub('', item_id)[: LONGEST_ID - 9]}-{begins:%Y%m%d}"


def id_problem(typed: str) -> str:
    """Why this can't be an ID of an item or a payment, in a sentence; "" if it can."""
    if len(typed) > LONGEST_ID:
        return f"An ID can have at most {LONGEST_ID} characters."
    if not _ID.fullmatch(typed):
        return "An ID can contain letters, digits and . _ : / # -, and must begin with a letter or digit."
    return ""


def checked_id(typed: str | None, field: str) -> str:
    """The ID; raises DomainError with the field."""
    found = (typed or "").strip()
    if not found:
        raise DomainError("An ID is required.", field=field)
    if problem := id_problem(found):
        raise DomainError(problem, field=field, advice="Enter one, such as BI-00012-9f3a.")
    return found


def price_problem(price: int | None, currency: str) -> str:
    """Why this can't be a price, in a sentence; "" if it can."""
    if price is None or price <= 0:
        return "The price must be greater than zero."
    if price > LARGEST:
        return "The price is too large."
    if rounded(price, currency) != price:
        return f"Amounts in {currency} are multiples of {format_money(from_smallest(1, currency), currency)}."
    return ""


def checked_item(values: Mapping[str, Any], currency: str, zone: ZoneInfo) -> dict[str, Any]:
    """The values of an item's form as they are stored; `due` is a day of the customer's zone.

    Raises DomainError with the field.
    """
    description = " ".join((values.get("description") or "").split())
    if not description:
        raise DomainError("A description is required.", field="description", advice="It is printed on the invoice.")
    if len(description) > LONGEST_DESCRIPTION:
        raise DomainError(f"This is longer than {LONGEST_DESCRIPTION} characters.", field="description")
    if problem := price_problem(values.get("price"), currency):
        raise DomainError(
            problem, field="price", advice=f"Enter an amount excluding VAT, such as {example_amount(currency)}."
        )
    day = values.get("due")
    if not isinstance(day, date):
        raise DomainError("A due date is required.", field="due", advice="Enter a date, such as today or 2026-12-24.")
    recurrence = BillingPeriod(values.get("recurrence") or BillingPeriod.ONCE)
    if recurrence != BillingPeriod.ONCE:
        period_of(day, recurrence, 1)  # beyond the calendar is said now, not when the next one is due
    due_at = begins_at(day, zone)
    return {
        "product_id": values.get("product_id"),
        "item_type": values["item_type"],
        "unique_item_id": checked_id(values.get("unique_item_id"), "unique_item_id"),
        "description": description,
        "price": values["price"],
        "due_at": due_at,
        "hidden_until": due_at if values.get("hidden") else None,
        "recurrence": recurrence,
    }


def change_refusal(state: str, payment: str | None) -> str:
    """Why an item can't be edited or deleted, in words; "" if it can."""
    which = f" {payment}" if payment else ""
    if state == BasketState.PAID:
        return f"it has been paid with payment{which}" if which else "it has been paid"
    if state == BasketState.ATTACHED:
        return f"it is attached to payment{which}; mark that payment as not received first"
    return ""
