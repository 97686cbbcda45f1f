"""What happens while an OPTIONS is on its way; every stream ends with exactly one final event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """The request left; `text` is the message."""

    text: str
    final = False


@dataclass(frozen=True)
class Retransmitted:
    """It left again, for the `number`th time in all, `after` seconds after the first."""

    number: int
    after: float
    final = False


@dataclass(frozen=True)
class Provisional:
    """A hop says that it is at it (100 Trying)."""

    status: int
    reason: str
    after: float
    final = False


@dataclass(frozen=True)
class Answered:
    """A final answer: `milliseconds` since the first request; `sent` is how many had left.

    Some phones name themselves in User-Agent, some in Server (RFC 3261, section 20.35): `phone` is either.
    """

    status: int
    reason: str
    milliseconds: float
    sent: int
    user_agent: str
    server: str
    allow: tuple[str, ...]
    warning: str
    text: str
    final = True

    @property
    def phone(self) -> str:
        """What the answering device calls itself; empty where it does not say."""
        return self.user_agent or self.server


@dataclass(frozen=True)
class TimedOut:
    """Nothing came in `after` seconds; with `trying`, a hop had said that it is at it."""

    after: float
    sent: int
    trying: bool = False
    final = True


@dataclass(frozen=True)
class Refused:
    """The network says that nobody is there: `kind` is `port`, `host`, `network` or `local`; `words` tell."""

    kind: str
    words: str
    after: float
    final = True


@dataclass(frozen=True)
class BadAnswer:
    """Something came that is not SIP, and nothing better until the time was up."""

    why: str
    after: float
    final = True


Event = Sent | Retransmitted | Provisional | Answered | TimedOut | Refused | BadAnswer
Final = Answered | TimedOut | Refused | BadAnswer
