"""SLA targets: defaults by priority, and validation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import Priority
from partnertui.domain.value_types import StoredValues, Values

LONGEST_TARGET = 366 * 24 * 60


@dataclass(frozen=True)
class Sla:
    """The promise for one priority."""

    first_answer: timedelta
    solution: timedelta


DEFAULT_SLA = {
    Priority.LOW: Sla(timedelta(hours=24), timedelta(days=10)),
    Priority.NORMAL: Sla(timedelta(hours=8), timedelta(days=5)),
    Priority.HIGH: Sla(timedelta(hours=4), timedelta(days=2)),
    Priority.URGENT: Sla(timedelta(hours=1), timedelta(hours=8)),
}


def checked_target(values: Values) -> StoredValues:
    """The values of an SLA target to store, in minutes. Raises DomainError with the field that isn't valid."""
    answer, solution = values.get("first_answer_minutes") or 0, values.get("solution_minutes") or 0
    for field, minutes in (("first_answer_minutes", answer), ("solution_minutes", solution)):
        if not 0 < minutes <= LONGEST_TARGET:
            raise DomainError(
                "A target must be between 1 minute and a year.", "Enter a number of minutes.", field=field
            )
    if solution < answer:
        raise DomainError(
            "The resolution target can't be shorter than the first response target.",
            "Enter at least as many minutes.",
            field="solution_minutes",
        )
    if not 0 <= (values.get("warn_minutes") or 0) <= LONGEST_TARGET:
        raise DomainError(
            "A warning must be between 0 minutes and a year ahead.", "Enter a number of minutes.", field="warn_minutes"
        )
    return dict(values)
