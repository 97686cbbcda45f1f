"""Rules of PSTN credit: valid adjustments, and how long a credit lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from partnertui.domain.errors import DomainError
from partnertui.domain.money import LARGEST, LARGEST_ADVICE, format_money
from partnertui.domain.reasons import checked_reason

WEEK = timedelta(days=7)
LONGEST = timedelta(days=365)
"""Beyond this, how long a credit lasts is no use to anybody."""


ADD_OR_DEDUCT = "Enter an amount to add, or one with a minus to deduct."


@dataclass(frozen=True)
class Pace:
    """What calls and numbers cost within a span of time, in micro-units."""

    spent: int
    span: timedelta


def checked_adjustment(amount: int | None, reason: str | None) -> tuple[int, str]:
    """An amount other than zero and a reason on one line; raises DomainError with the field that isn't valid."""
    if amount == 0:
        raise DomainError("The amount can't be zero.", field="amount", advice=ADD_OR_DEDUCT)
    if amount is None:
        raise DomainError("An amount is required.", field="amount", advice=ADD_OR_DEDUCT)
    if abs(amount) > LARGEST:
        raise DomainError("The amount is too large.", field="amount", advice=LARGEST_ADVICE)
    return amount, checked_reason(reason, "It is shown on the customer's statement.")


def adjusted(balance: int, amount: int) -> int:
    """A balance after an adjustment; raises DomainError if it is too large to be kept."""
    after = balance + amount
    if abs(after) > LARGEST:
        raise DomainError("The credit would be too large.", field="amount", advice=LARGEST_ADVICE)
    return after


def balance_words(balance: int, currency: str) -> str:
    """A balance as it is told to a customer: what they have, or what they owe."""
    if not balance:
        return "nothing owed, no credit"
    amount = format_money(abs(balance), currency)
    return f"{amount} in credit" if balance > 0 else f"owes {amount}"


def lasts(available: int, pace: Pace) -> timedelta | None:
    """How long an amount lasts at a pace; None if nothing is being spent, or it lasts for more than LONGEST."""
    if pace.spent <= 0 or pace.span <= timedelta(0):
        return None
    if available <= 0:
        return timedelta(0)
    seconds = available * pace.span.total_seconds() / pace.spent
    return timedelta(seconds=seconds) if seconds <= LONGEST.total_seconds() else None
