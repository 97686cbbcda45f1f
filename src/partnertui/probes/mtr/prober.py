"""What both kinds of probes share: slots of probes on their way, sizes, and sentences for what the host refuses."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from partnertui.probes.addresses import ProbeRefused
from partnertui.probes.mtr.replies import Reply, ReplyKind

SMALLEST, LARGEST = 64, 1500
"""Bytes of a packet with its headers."""
HEADERS = {4: 28, 6: 48}
"""IP, then eight bytes of UDP or ICMP."""


class Method(StrEnum):
    """How paths are probed."""

    ICMP = "ICMP"
    UDP = "UDP"

    @property
    def words(self) -> str:
        """As it is said to an agent."""
        return "ICMP" if self is Method.ICMP else "UDP, no rights needed"


class Prober(Protocol):
    """Sends probes and hands over what comes back."""

    method: Method

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """Begins to hand over answers, on the running event loop."""

    def send(self, number: int, ttl: int, size: int) -> None:
        """Sends the probe of a round; raises ProbeRefused where this host cannot send at all."""

    def close(self) -> None:
        """Ends it."""


@dataclass
class OutstandingProbes:
    """Probes on their way by what their answer names, each with round, time to live and the moment it left."""

    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    """Begins every probe's content, so that another's answer is never taken for ours."""
    _open: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)

    def put(self, key: tuple[int, int], number: int, ttl: int, at_ns: int) -> None:
        """Notes a probe that leaves; an older one in the same slot is forgotten."""
        self._open[key] = (number, ttl, at_ns)

    def take(self, key: tuple[int, int], address: str, at_ns: int, said: tuple[ReplyKind, str]) -> Reply | None:
        """The answer to the probe in a slot; None where none is on its way there."""
        found = self._open.pop(key, None)
        if found is None:
            return None
        number, ttl, left = found
        return Reply(number, ttl, address, max(0.0, (at_ns - left) / 1e6), *said)

    def ours(self, content: bytes) -> bool:
        """False where what is quoted of a probe's content is not what we send; routers may quote none of it."""
        return content[: len(self.nonce)] == self.nonce[: len(content)]

    def content(self, version: int, size: int) -> bytes:
        """The content of a packet that is so many bytes long with its headers."""
        length = max(SMALLEST, min(size, LARGEST)) - HEADERS[version]
        return self.nonce + bytes(max(0, length - len(self.nonce)))


_LOCAL = {
    errno.ENETUNREACH: "there is no route to that network from here",
    errno.EHOSTUNREACH: "there is no route to that host from here",
    errno.EPERM: "a firewall on this host forbids it",
    errno.EACCES: "a firewall on this host forbids it",
    errno.EADDRNOTAVAIL: "this host has no address of that kind",
    errno.EAFNOSUPPORT: "this host has no IPv6",
    errno.EMFILE: "too many files are open",
}


def refused(error: OSError, version: int) -> ProbeRefused:
    """What this host says when a probe cannot even leave, as a sentence."""
    words = _LOCAL.get(error.errno or 0, error.strerror or type(error).__name__)
    advice = "Does this host have IPv6? An IPv4 address of the same host may do." if version == 6 else ""
    return ProbeRefused(f"No probe can be sent: {words}.", advice=advice or "Look at this host's network.")
