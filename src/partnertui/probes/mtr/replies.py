"""What routers and the destination answer to a probe: ICMP types and codes (RFC 792, RFC 4443) as kinds and words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReplyKind(StrEnum):
    """What an answer says about the path."""

    EXCEEDED = "exceeded"
    """A router on the way: the time to live was used up there."""
    DESTINATION = "destination"
    """The destination itself."""
    UNREACHABLE = "unreachable"
    """Somebody on the way says that it goes no further."""


@dataclass(frozen=True)
class Reply:
    """One answer to the probe of a round with a time to live; `words` where somebody says why it goes no further."""

    round: int
    ttl: int
    address: str
    milliseconds: float
    kind: ReplyKind
    words: str = ""


@dataclass(frozen=True)
class RoundEnded:
    """All probes of a round have left, and the next one is due."""

    number: int


Event = Reply | RoundEnded

TIME_EXCEEDED = {4: 11, 6: 3}
ERROR_TYPES = {4: {3, 11}, 6: {1, 2, 3}}
"""Types that quote the packet they complain about."""
PORT_UNREACHABLE = {4: (3, 3), 6: (1, 4)}
ECHO_REPLY = {4: 0, 6: 129}
ECHO_REQUEST = {4: 8, 6: 128}
FIREWALL = "a firewall forbids it"
WORDS: dict[tuple[int, int, int], str] = {
    (4, 3, 0): "network unreachable",
    (4, 3, 1): "host unreachable",
    (4, 3, 2): "protocol unreachable",
    (4, 3, 4): "packet too big",
    (4, 3, 5): "source route failed",
    (4, 3, 6): "network unknown",
    (4, 3, 7): "host unknown",
    (4, 3, 9): FIREWALL,
    (4, 3, 10): FIREWALL,
    (4, 3, 11): "network unreachable for this service",
    (4, 3, 12): "host unreachable for this service",
    (4, 3, 13): FIREWALL,
    (6, 1, 0): "no route",
    (6, 1, 1): FIREWALL,
    (6, 1, 2): "beyond the scope of the source address",
    (6, 1, 3): "address unreachable",
    (6, 1, 5): FIREWALL,
    (6, 1, 6): "route rejected",
    (6, 2, 0): "packet too big",
}
"""By IP version, type and code."""


def classify_icmp(version: int, kind: int, code: int, *, from_target: bool) -> tuple[ReplyKind, str] | None:
    """What an ICMP message says; None for those that answer no probe. Whatever the target itself sends, it is there."""
    if kind == TIME_EXCEEDED[version]:
        return (ReplyKind.DESTINATION if from_target else ReplyKind.EXCEEDED), ""
    if kind == ECHO_REPLY[version] or (kind, code) == PORT_UNREACHABLE[version]:
        return ReplyKind.DESTINATION, ""
    if kind not in ERROR_TYPES[version]:
        return None
    if from_target:
        return ReplyKind.DESTINATION, ""
    return ReplyKind.UNREACHABLE, WORDS.get((version, kind, code), f"unreachable (code {code})")
