"""SwitchState: when a user's account was written to the switch and compared with it, as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SwitchState:
    """What our tables know of an account on the switch; see the table `switch_users`."""

    revision: int
    written_revision: int
    changed_at: datetime
    written_at: datetime | None = None
    checked_at: datetime | None = None
    differs: str | None = None
    last_error: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a change of it isn't on the switch yet."""
        return self.revision > self.written_revision

    def words(self, time: Callable[[datetime], str]) -> tuple[str, str]:
        """A sentence and its colour role: yes, waiting or differs; `time` shows a time."""
        if self.is_waiting:
            reason = f": {self.last_error}" if self.last_error else ", to be written next"
            return f"waiting since {time(self.changed_at)}{reason}", "warn"
        if self.differs is not None and self.checked_at is not None:
            return f"differs, compared {time(self.checked_at)}: {self.differs}", "bad"
        if self.checked_at is not None and (self.written_at is None or self.checked_at > self.written_at):
            return f"yes, compared {time(self.checked_at)}", "good"
        if self.written_at is not None:
            return f"yes, written {time(self.written_at)}", "good"
        return UNKNOWN


OFF = ("off: users aren't written to it (kamailio.subscribers)", "muted")
UNKNOWN = ("not known: neither written nor compared yet", "muted")
