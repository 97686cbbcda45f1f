"""Events of an OPTIONS request; every stream ends with exactly one final event (`final` is True)."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.probes.sip_options.destination import Destination


@dataclass(frozen=True)
class DestinationChosen:
    """A destination is tried: `number` of `destinations`."""

    destination: Destination
    number: int = 1
    destinations: int = 1
    final = False


@dataclass(frozen=True)
class Connected:
    """The connection was established `after` seconds; `words` name the encryption and are empty over TCP."""

    words: str
    after: float
    final = False


@dataclass(frozen=True)
class CertificateUntrusted:
    """The certificate is invalid for the reason in `words`; the exchange continues over an unverified connection."""

    words: str
    after: float
    final = False


@dataclass(frozen=True)
class Sent:
    """The request was sent; `text` is the message."""

    text: str
    final = False


@dataclass(frozen=True)
class Retransmitted:
    """The request was retransmitted: transmission `number`, `after` seconds after the first."""

    number: int
    after: float
    final = False


@dataclass(frozen=True)
class Provisional:
    """A provisional response, such as 100 Trying."""

    status: int
    reason: str
    after: float
    final = False


@dataclass(frozen=True)
class SeriesResult:
    """One request of a series is done. Without a response, `status` is 0 and `milliseconds` and `end` are None."""

    number: int
    status: int
    reason: str
    milliseconds: float | None
    end: Answered | None = None
    final = False


@dataclass(frozen=True)
class Answered:
    """A final response, `milliseconds` after the first of `sent` transmissions.

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
    """What's wrong with the peer's certificate; empty when it's valid or there is none."""
    final = True

    @property
    def phone(self) -> str:
        """The device's own product name; empty when it sends none."""
        return self.user_agent or self.server


@dataclass(frozen=True)
class TimedOut:
    """No final response in `after` seconds; `trying` when a provisional response came.

    `sent` is 0 when the connection wasn't established.
    """

    after: float
    sent: int
    trying: bool = False
    final = True


@dataclass(frozen=True)
class Refused:
    """The request was refused on the network; `words` explain.

    `kind` is port, host, network, local, closed (the connection was closed) or tls (no encryption was negotiated).
    """

    kind: str
    words: str
    after: float
    final = True


@dataclass(frozen=True)
class BadAnswer:
    """Something other than SIP was received, and no valid response until the deadline."""

    why: str
    after: float
    final = True


Final = Answered | TimedOut | Refused | BadAnswer


@dataclass(frozen=True)
class DestinationFailed:
    """A destination failed and the next one is tried (RFC 3263, section 4.3)."""

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
