"""What all connections have in common, and the errors that end them."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Protocol

from partnertui.probes.sip_options.events import Refused
from partnertui.probes.sip_options.message_log import ConnectionLog


@dataclass(frozen=True)
class TlsTrust:
    """Which certificates are trusted: the system's authorities, plus those in the PEM file `ca`."""

    verify: bool = True
    ca: str = ""


class Connection(Protocol):
    """Exchanges messages with one destination."""

    @property
    def log(self) -> ConnectionLog:
        """Both ends, and where messages are recorded."""

    @property
    def reliable(self) -> bool:
        """True when the transport retransmits by itself (TCP, TLS)."""

    @property
    def secured(self) -> str:
        """TLS version and cipher; empty without encryption."""

    @property
    def untrusted(self) -> str:
        """What's wrong with the peer's certificate; empty when it's valid or wasn't checked."""

    def send(self, data: bytes) -> None:
        """Send one message."""

    async def receive(self) -> bytes:
        """Receive the next message. Raises OSError, ConnectionBroken, and SipSyntaxError for a stream of other data."""

    def close(self) -> None:
        """Close the connection immediately."""


class ConnectionBroken(Exception):
    """The connection was closed or never established; `kind` as in events.Refused."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind, self.words = kind, words


_UNREACHABLE = {
    errno.ECONNREFUSED: ("port", "nothing is listening on that port"),
    errno.EHOSTUNREACH: ("host", "the host can't be reached"),
    errno.ENETUNREACH: ("network", "there is no route to that network"),
    errno.ETIMEDOUT: ("host", "the host doesn't respond"),
    errno.ECONNRESET: ("closed", "it reset the connection without responding"),
    errno.EPIPE: ("closed", "it reset the connection without responding"),
    errno.EACCES: ("local", "a firewall blocks it"),
    errno.EPERM: ("local", "a firewall on this host blocks it"),
    errno.EAFNOSUPPORT: ("local", "this host has no IPv6"),
    errno.EADDRNOTAVAIL: ("local", "this host has no address of that type"),
    errno.EMFILE: ("local", "too many connections are open on this host"),
    errno.EMSGSIZE: ("local", "the message is too large for UDP"),
}


def refusal_event(error: OSError | ConnectionBroken, after: float) -> Refused:
    """The event for a connection's error, `after` seconds."""
    if isinstance(error, ConnectionBroken):
        return Refused(error.kind, error.words, after)
    kind, words = _UNREACHABLE.get(error.errno or 0, ("local", error.strerror or "the network reported an error"))
    return Refused(kind, words, after)
