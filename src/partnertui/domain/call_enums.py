"""Enums of calls: direction, category, disposition, who hung up, states of live calls."""

from __future__ import annotations

from enum import StrEnum


class CallDirection(StrEnum):
    """Direction of a call, from the customer's point of view."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    INTERNAL = "internal"


class LegCategory(StrEnum):
    """The tab of the CDR screen that a call appears under."""

    DIALLED = "dialled"
    RECEIVED = "received"
    MISSED = "missed"
    OTHER = "other"


class Disposition(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    CONGESTION = "congestion"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    DIVERTED = "diverted"


FAILED = (Disposition.FAILED, Disposition.CONGESTION, Disposition.REJECTED)
"""How calls end that count as failed; busy and unanswered ones, and those that the caller gave up, don't."""


class HungUpBy(StrEnum):
    """The side that ended a call."""

    CALLER = "caller"
    CALLEE = "callee"
    SERVER = "server"


class LiveState(StrEnum):
    """State of a call in progress (RFC 4235, section 3.7.1)."""

    SETUP = "setup"
    RINGING = "ringing"
    ANSWERED = "answered"
