"""Base class of the probers: outstanding probes, sizes, local errors."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from partnertui.config.settings import MTR_SIZES
from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind

SMALLEST, LARGEST = MTR_SIZES
"""Bytes of a packet with its headers."""
HEADERS = {4: 28, 6: 48}
"""IP, then eight bytes of UDP or ICMP."""


class Method(StrEnum):
    """The protocol of the probes."""

    ICMP = "ICMP"
    UDP = "UDP"

    @property
    def words(self) -> str:
        """The method for display."""
        return "ICMP" if self is Method.ICMP else "UDP (no privileges needed)"


class Prober(Protocol):
    """Sends probes and delivers their replies."""

    method: Method

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """Start to deliver replies on the running event loop."""

    def send(self, number: int, ttl: int, size: int) -> None:
        """Send the probe of a round. Raises ProbeRefused if this host can't send at all."""

    def close(self) -> None:
        """Close all sockets."""


@dataclass
class OutstandingProbes:
    """Outstanding probes by the key their reply carries, each with round, time to live and send time."""

    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    """Starts every probe's payload, so that another program's reply is never taken for ours."""
    _open: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)

    def put(self, key: tuple[int, int], number: int, ttl: int, at_ns: int) -> None:
        """Record a sent probe; replaces an older one with the same key."""
        self._open[key] = (number, ttl, at_ns)

    def take(self, key: tuple[int, int], address: str, at_ns: int, classified: tuple[ReplyKind, str]) -> Reply | None:
        """The reply to an outstanding probe; None if there is none with that key."""
        found = self._open.pop(key, None)
        if found is None:
            return None
        number, ttl, left = found
        return Reply(number, ttl, address, max(0.0, (at_ns - left) / 1e6), *classified)

    def ours(self, content: bytes) -> bool:
        """False if the quoted payload isn't ours; routers may quote none of it."""
        # routers need to quote only 8 bytes behind the IP header, which is UDP's or ICMP's header (RFC 792)
        return content[: len(self.nonce)] == self.nonce[: len(content)]

    def content(self, version: int, size: int) -> bytes:
        """The payload of a packet of `size` bytes including headers."""
        length = max(SMALLEST, min(size, LARGEST)) - HEADERS[version]
        return self.nonce + bytes(max(0, length - len(self.nonce)))


_LOCAL = {
    errno.ENETUNREACH: "there is no route to that network from here",
    errno.EHOSTUNREACH: "there is no route to that host from here",
    errno.EPERM: "a firewall on this host blocks it",
    errno.EACCES: "a firewall on this host blocks it",
    errno.EADDRNOTAVAIL: "this host has no address of that type",
    errno.EAFNOSUPPORT: "this host has no IPv6",
    errno.EMFILE: "too many files are open",
}


def refused(error: OSError, version: int) -> ProbeRefused:
    """The error when a probe can't even be sent."""
    words = _LOCAL.get(error.errno or 0, error.strerror or type(error).__name__)
    advice = "Check whether this host has IPv6, or try the destination's IPv4 address." if version == 6 else ""
    return ProbeRefused(f"No probe can be sent: {words}.", advice=advice or "Check this host's network.")
