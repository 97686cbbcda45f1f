"""Tickets: states, priorities, and the targets of the service level agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from partnertui.domain.errors import DomainError
from partnertui.domain.field_values import StoredValues, Values

LONGEST_TARGET = 366 * 24 * 60


class TicketState(StrEnum):
    """State of a ticket."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on hold"
    SNOOZED = "snoozed"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How urgent a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


PRIORITY_RANK = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}
"""For sorting: urgent is highest."""


class MessageKind(StrEnum):
    """What a line of a ticket's conversation is."""

    CUSTOMER = "customer"
    REPLY = "reply"
    NOTE = "note"
    EVENT = "event"


class ParticipantKind(StrEnum):
    """How an address takes part in a ticket."""

    REQUESTER = "requester"
    COPIED = "copied"
    STRANGER = "stranger"
    """Wrote with the ticket's number without having been part of it."""


class WatchKind(StrEnum):
    """What brings a ticket back."""

    TIME = "time"
    PROMISE = "promise"
    CALL = "call"
    REGISTRATION = "registration"
    PAYMENT = "payment"
    FAILURE = "failure"


WORKING = frozenset({TicketState.NEW, TicketState.OPEN, TicketState.PENDING, TicketState.ON_HOLD, TicketState.SNOOZED})
DONE = frozenset({TicketState.SOLVED, TicketState.CLOSED})
CLOCK_PAUSED = frozenset({TicketState.PENDING, TicketState.ON_HOLD, *DONE})
"""States in which we wait for the customer or a third party, so the SLA clock stands still."""


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
            raise DomainError("A target has at least 1 minute, at most a year.", "Type minutes.", field=field)
    if solution < answer:
        raise DomainError(
            "A ticket isn't solved before it is answered.",
            "Type at least as many minutes.",
            field="solution_minutes",
        )
    if not 0 <= (values.get("warn_minutes") or 0) <= LONGEST_TARGET:
        raise DomainError("A warning is at most a year ahead.", "Type minutes.", field="warn_minutes")
    return dict(values)
