"""Enums of mail: kinds of received mail, and states of outgoing mail."""

from __future__ import annotations

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail that came in is."""

    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    """Out of office and other automatic answers (RFC 3834)."""
    COPY = "copy"
    """A second copy, or our own mail coming back."""
    UNREADABLE = "unreadable"


class OutboxState(StrEnum):
    """State of a mail that goes out."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The service ended or the connection broke after the text was handed over: it may have arrived."""
    SENT = "sent"
    FAILED = "failed"
    """The server refused it for good."""
    BLOCKED = "blocked"
    """A variable has no value: the agent must write it again."""
    CANCELLED = "cancelled"


UNDECIDED = frozenset({OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.BLOCKED})
"""States that somebody has to decide about: such a mail can be sent again."""
CANCELLABLE = UNDECIDED | {OutboxState.WAITING}
"""States of a mail that can be cancelled: nobody is sending it, and it wasn't sent."""
CONFIRMABLE = frozenset({OutboxState.UNKNOWN})
"""States of a mail that can be marked as sent."""
