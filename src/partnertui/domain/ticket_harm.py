"""Scores how much harm a waiting ticket does: its customer's failing calls, weighted by plan and SLA."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from partnertui.domain.plurals import plural

MICROS = 1_000_000
PLAN_WEIGHTS: tuple[tuple[int, int], ...] = ((100 * MICROS, 3), (20 * MICROS, 2))
"""Weights by the plan's monthly fee from so many micro-units on, the highest first; below them and without a plan 1."""
SLA_WEIGHTS: tuple[tuple[timedelta, int, str], ...] = (
    (timedelta(), 8, "overdue"),
    (timedelta(minutes=30), 4, "due within 30 minutes"),
    (timedelta(hours=2), 3, "due within 2 hours"),
    (timedelta(hours=8), 2, "due within 8 hours"),
)
"""Weights where at most so much time is left, the shortest first; more time, a paused SLA and none at all weigh 1."""
FAILING_HOURS = 1
"""Hours in which failed calls are counted."""
LAST_HOURS = "in the last hour" if FAILING_HOURS == 1 else f"in the last {FAILING_HOURS} hours"


def plan_weight(monthly_fee: int | None) -> int:
    """The weight of a plan by its monthly fee in micro-units of its currency."""
    return next((weight for fee, weight in PLAN_WEIGHTS if (monthly_fee or 0) >= fee), 1)


def sla_weight(due: datetime | None, paused: datetime | None, now: datetime) -> tuple[int, str]:
    """The weight of the time that is left, and why, in words."""
    if due is None:
        return 1, "no SLA"
    if paused is not None:
        return 1, "SLA paused"
    left = due - now
    return next(((weight, words) for most, weight, words in SLA_WEIGHTS if left <= most), (1, "not due soon"))


def explained(
    failing: int, plan: str | None, monthly_fee: int | None, times: Sequence[datetime | None], now: datetime
) -> str:
    """The sum in words; `times` is when the SLA is due, and since when it is paused."""
    due, paused = times
    weight, why = sla_weight(due, paused, now)
    by_plan = plan_weight(monthly_fee)
    calls = plural(failing, "failing call")
    named = f"plan {plan}" if plan else "no plan"
    rate = "an hour" if FAILING_HOURS == 1 else LAST_HOURS
    return f"{calls} {rate} × {by_plan} ({named}) × {weight} ({why}) = {failing * by_plan * weight:,}"
