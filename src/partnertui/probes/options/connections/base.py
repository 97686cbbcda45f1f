"""What all links have in common, and what breaks them."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Protocol

from partnertui.probes.options.events import Refused
from partnertui.probes.options.message_log import ConnectionLog


@dataclass(frozen=True)
class TlsTrust:
    """Which certificates are believed: those of the system's authorities, and those in a PEM file `ca`."""

    verify: bool = True
    ca: str = ""


class Connection(Protocol):
    """Messages to one place and back."""

    @property
    def log(self) -> ConnectionLog:
        """Both ends."""

    @property
    def reliable(self) -> bool:
        """True where the transport itself sends again what was lost."""

    @property
    def secured(self) -> str:
        """What encrypts it; empty for nothing."""

    @property
    def untrusted(self) -> str:
        """What is wrong with the certificate; empty where it is right, or was not asked for."""

    def send(self, data: bytes) -> None:
        """Sends a message."""

    async def receive(self) -> bytes:
        """The next message. Raises OSError, LinkBroken, and SipSyntaxError for a stream of something else."""

    def close(self) -> None:
        """Ends it at once."""


class ConnectionBroken(Exception):
    """The link ended, or never was: `kind` as in events.Refused."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.words = kind, words


_UNREACHABLE = {
    errno.ECONNREFUSED: ("port", "nobody listens on that port"),
    errno.EHOSTUNREACH: ("host", "the host cannot be reached"),
    errno.ENETUNREACH: ("network", "there is no route to that network"),
    errno.ETIMEDOUT: ("host", "the host does not answer"),
    errno.ECONNRESET: ("closed", "it broke the connection off without an answer"),
    errno.EPIPE: ("closed", "it broke the connection off without an answer"),
    errno.EACCES: ("local", "a firewall forbids it"),
    errno.EPERM: ("local", "a firewall on this host forbids it"),
    errno.EAFNOSUPPORT: ("local", "this host has no IPv6"),
    errno.EADDRNOTAVAIL: ("local", "this host has no address of that kind"),
    errno.EMFILE: ("local", "too many connections are open here"),
    errno.EMSGSIZE: ("local", "the message is too large for UDP"),
}


def refusal_event(error: OSError | ConnectionBroken, after: float) -> Refused:
    """The event for an error of a link, `after` seconds."""
    if isinstance(error, ConnectionBroken):
        return Refused(error.kind, error.words, after)
    kind, words = _UNREACHABLE.get(error.errno or 0, ("local", error.strerror or "the network reported an error"))
    return Refused(kind, words, after)
