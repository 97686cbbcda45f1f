"""Replies of routers and the destination to a probe: ICMP types and codes (RFC 792, RFC 4443) and their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReplyKind(StrEnum):
    """What a reply says about the path."""

    EXCEEDED = "exceeded"
    """A router along the path: the time to live expired there."""
    DESTINATION = "destination"
    """The destination itself."""
    UNREACHABLE = "unreachable"
    """A host along the path reports that packets get no further."""


@dataclass(frozen=True)
class Reply:
    """A reply to the probe of a round with a time to live; `words` give the reason when it's UNREACHABLE."""

    round: int
    ttl: int
    address: str
    milliseconds: float
    kind: ReplyKind
    words: str = ""


@dataclass(frozen=True)
class RoundEnded:
    """All probes of a round were sent, and the next round is due."""

    number: int


Event = Reply | RoundEnded

TIME_EXCEEDED = {4: 11, 6: 3}
ERROR_TYPES = {4: {3, 11}, 6: {1, 2, 3}}
"""ICMP error types, which quote the packet they refer to."""
PORT_UNREACHABLE = {4: (3, 3), 6: (1, 4)}
ECHO_REPLY = {4: 0, 6: 129}
ECHO_REQUEST = {4: 8, 6: 128}
FIREWALL = "blocked by a firewall"
TOO_BIG = "packet too big"
WORDS: dict[tuple[int, int, int], str] = {
    (4, 3, 0): "network unreachable",
    (4, 3, 1): "host unreachable",
    (4, 3, 2): "protocol unreachable",
    (4, 3, 4): TOO_BIG,
    (4, 3, 5): "source route failed",
    (4, 3, 6): "network unknown",
    (4, 3, 7): "host unknown",
    (4, 3, 9): FIREWALL,
    (4, 3, 10): FIREWALL,
    (4, 3, 11): "network unreachable for this type of service",
    (4, 3, 12): "host unreachable for this type of service",
    (4, 3, 13): FIREWALL,
    (6, 1, 0): "no route",
    (6, 1, 1): FIREWALL,
    (6, 1, 2): "beyond the scope of the source address",
    (6, 1, 3): "address unreachable",
    (6, 1, 5): FIREWALL,
    (6, 1, 6): "route rejected",
    (6, 2, 0): TOO_BIG,
}
"""By IP version, type and code."""


def classify_icmp(version: int, kind: int, code: int, *, from_target: bool) -> tuple[ReplyKind, str] | None:
    """Classify an ICMP message; None if it isn't a reply. Anything the target sends proves it's reachable."""
    if kind == TIME_EXCEEDED[version]:
        return (ReplyKind.DESTINATION if from_target else ReplyKind.EXCEEDED), ""
    if kind == ECHO_REPLY[version] or (kind, code) == PORT_UNREACHABLE[version]:
        return ReplyKind.DESTINATION, ""
    if kind not in ERROR_TYPES[version]:
        return None
    if from_target:
        return ReplyKind.DESTINATION, ""
    return ReplyKind.UNREACHABLE, WORDS.get((version, kind, code), f"unreachable (code {code})")
