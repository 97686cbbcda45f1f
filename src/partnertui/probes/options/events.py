"""What happens while an OPTIONS is on its way; every stream ends with exactly one final event."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.probes.options.destination import Destination


@dataclass(frozen=True)
class DestinationChosen:
    """A place is tried: the `number`th of `destinations`."""

    destination: Destination
    number: int = 1
    destinations: int = 1
    final = False


@dataclass(frozen=True)
class Connected:
    """The connection stands, `after` seconds; `words` say what encrypts it, empty over TCP."""

    words: str
    after: float
    final = False


@dataclass(frozen=True)
class CertificateUntrusted:
    """The certificate is wrong, `words` say why; what follows went over a connection that is not verified."""

    words: str
    after: float
    final = False


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
class SeriesResult:
    """One request of a series is over: `status` 0, no time and no `end` where nothing came."""

    number: int
    status: int
    reason: str
    milliseconds: float | None
    end: Answered | None = None
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
    untrusted: str = ""
    """What is wrong with the certificate of whoever answered."""
    final = True

    @property
    def phone(self) -> str:
        """What the answering device calls itself; empty where it does not say."""
        return self.user_agent or self.server


@dataclass(frozen=True)
class TimedOut:
    """Nothing came in `after` seconds; with `trying`, a hop had said that it is at it.

    `sent` is 0 where not even the connection stood.
    """

    after: float
    sent: int
    trying: bool = False
    final = True


@dataclass(frozen=True)
class Refused:
    """Nobody is there, or not for us: `words` tell.

    `kind` is port, host, network, local, closed (the connection ended) or tls (no encryption could be agreed on).
    """

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


Final = Answered | TimedOut | Refused | BadAnswer


@dataclass(frozen=True)
class DestinationFailed:
    """A place failed, and the next is tried (RFC 3263, section 4.3)."""

    destination: Destination
    end: Final
    final = False


Event = (
    DestinationChosen
    | Connected
    | CertificateUntrusted
    | Sent
    | Retransmitted
    | Provisional
    | SeriesResult
    | DestinationFailed
    | Final
)
