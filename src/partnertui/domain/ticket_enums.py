"""Enums of tickets: state, priority, kinds of messages, participants and watches."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


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


LONGEST_WAIT = timedelta(days=30)
"""A ticket that waits for an event comes back after this, whatever happens."""
STAYS_SOLVED = timedelta(days=14)
"""Reopened within this time, a ticket wasn't solved."""


WORKING = frozenset({TicketState.NEW, TicketState.OPEN, TicketState.PENDING, TicketState.ON_HOLD, TicketState.SNOOZED})
DONE = frozenset({TicketState.SOLVED, TicketState.CLOSED})
CLOCK_PAUSED = frozenset({TicketState.PENDING, TicketState.ON_HOLD, *DONE})
"""States in which we wait for the customer or a third party, so the SLA clock stands still."""
