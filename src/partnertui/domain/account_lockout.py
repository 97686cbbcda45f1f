"""When failed logins lock an account: after how many, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from partnertui.domain.errors import DomainError

MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)
"""So many failures within this time lock an account, for this time after the last of them."""


class WrongPassword(DomainError):
    """The password isn't the operator's."""


class AccountLocked(DomainError):
    """Too many wrong passwords: not even the right one is accepted until the time is over."""


def locked_until(failures: Sequence[datetime]) -> datetime | None:
    """Until when these failures lock an account, whatever the time is now; None if they don't."""
    latest = sorted(failures)[-MOST_FAILURES:]
    return latest[-1] + WINDOW if len(latest) == MOST_FAILURES and latest[-1] - latest[0] <= WINDOW else None


def locked(login: str, until: datetime) -> AccountLocked:
    """The refusal of a locked account."""
    local = until.astimezone()
    return AccountLocked(
        f"“{login}” is locked until {local:%H:%M:%S} ({local:%d %b}): {MOST_FAILURES} wrong passwords.",
        "Wait until then, or ask an admin to unlock it.",
    )


def wrong_password(left: int) -> WrongPassword:
    """The refusal of a password; left: how many more may be tried."""
    advice = f"{left} more {'try' if left == 1 else 'tries'} before the login is locked." if left else ""
    return WrongPassword("Wrong password.", advice)
