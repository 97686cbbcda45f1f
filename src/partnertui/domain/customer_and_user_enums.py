"""Enums of customers and users: status with its effects, chat domain, introduction tour, roles, presence."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class CustomerStatus(StrEnum):
    """Status of a customer; blocked is for fraud, suspended for unpaid bills."""

    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


TRIAL_LENGTH = timedelta(days=30)
"""How long a new customer may try, however it is added."""
NO_SESSIONS = frozenset({CustomerStatus.BLOCKED, CustomerStatus.CANCELLED})
"""Changing to one of these ends the customer's web sessions."""
NO_BASKET = frozenset({CustomerStatus.SUSPENDED, CustomerStatus.BLOCKED, CustomerStatus.CANCELLED})
"""Whose basket items are hidden: they are listed on request only."""


def status_effects(before: str, after: str, sessions: int, unpaid_items: int) -> str:
    """What a change of the status does, in a sentence; empty where nothing is changed."""
    if before == after:
        return ""
    effects: list[str] = []
    if after in NO_SESSIONS:
        effects.append(f"ends all web sessions ({sessions})")
    if (before in NO_BASKET) != (after in NO_BASKET):
        verb = "hides" if after in NO_BASKET else "shows"
        again = "" if after in NO_BASKET else " again"
        effects.append(f"{verb} basket items{again} ({unpaid_items})")
    verb = _VERBS[CustomerStatus(after)]
    return f"{verb} {' and '.join(effects)}." if effects else f"{verb}: sessions and basket aren't changed."


_VERBS: dict[CustomerStatus, str] = {
    CustomerStatus.TRIAL: "Starting a trial",
    CustomerStatus.ACTIVE: "Activating",
    CustomerStatus.SUSPENDED: "Suspending",
    CustomerStatus.BLOCKED: "Blocking",
    CustomerStatus.CANCELLED: "Cancelling",
}


class XmppStatus(StrEnum):
    """State of the customer's chat domain."""

    OFF = "off"
    ACTIVE = "active"
    FAILED = "failed"


class TourState(StrEnum):
    """How far the introduction tour went."""

    NOT_STARTED = "not started"
    STARTED = "started"
    FINISHED = "finished"
    SKIPPED = "skipped"


class UserRole(StrEnum):
    """What a user may do in the customer's own panel."""

    USER = "user"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class UserState(StrEnum):
    """State of a user's account."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    LOCKED = "locked"


class Presence(StrEnum):
    """What the status log of a user notes."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"
    DO_NOT_DISTURB = "do not disturb"
    OFFLINE = "offline"
