"""Computes a call's charge: exact, rounded once, half a micro-unit away from zero."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.domain.money import divided
from partnertui.domain.rating.price_table import CallTerms
from partnertui.domain.rating.rating_state import RatingState

MINUTE = 60


@dataclass(frozen=True)
class Charge:
    """What a call costs, in micro-units, and why."""

    state: RatingState
    amount: int = 0
    billed_seconds: int = 0
    """Seconds in whole steps; what the minutes cover is a part of them."""
    covered_seconds: int = 0


UNANSWERED = Charge(RatingState.RATED)
"""Costs nothing and uses no minutes, whatever the price."""


def billed_seconds(duration: int, first: int, step: int) -> int:
    """A duration in whole steps: the first one, then as many further ones as were begun; 0 for no duration."""
    if duration <= 0:
        return 0
    return first if duration <= first else first + -(-(duration - first) // step) * step


def charge_of(terms: CallTerms, duration: int, seconds_left: int = 0) -> Charge:
    """What an answered call of so many seconds costs.

    `seconds_left` is what is left of the customer's minutes. They cover a call that a price counts among them, as far
    as they go; the rest is charged. What is covered as a whole costs nothing; a call that is free uses no minutes.
    """
    if duration <= 0:
        return UNANSWERED
    billed = billed_seconds(duration, terms.first_seconds, terms.step_seconds)
    if not (terms.per_minute or terms.per_call or terms.minimum):
        return Charge(RatingState.FREE, 0, billed)
    covered = min(billed, max(0, seconds_left)) if terms.unlimited else 0
    return Charge(
        RatingState.INCLUDED if covered == billed else RatingState.RATED,
        amount_of(terms, billed, covered),
        billed,
        covered,
    )


def amount_of(terms: CallTerms, billed: int, covered: int) -> int:
    """The sum for billed seconds of which some are covered, in micro-units; below no minimum unless all are."""
    if covered >= billed:
        return 0
    return divided(sixtieths_of(terms, billed - covered), MINUTE)


def sixtieths_of(terms: CallTerms, charged: int) -> int:
    """The exact sum for charged seconds, in sixtieths of a micro-unit: time and connection fee, or the minimum."""
    return max(terms.per_minute * charged + terms.per_call * MINUTE, terms.minimum * MINUTE)


@dataclass(frozen=True)
class Minutes:
    """A customer's minutes: whole ones left, and how many seconds of the current one are used (0 to 59)."""

    left: int
    seconds_used: int = 0

    @property
    def seconds(self) -> int:
        """Seconds left."""
        return max(0, self.left * MINUTE - self.seconds_used)

    def less(self, seconds: int) -> Minutes:
        """After a call; never below zero. A negative number gives seconds back."""
        rest = max(0, self.seconds - seconds)
        left = -(-rest // MINUTE)
        return Minutes(left, left * MINUTE - rest)
