"""What went over the wire, byte by byte: for the ladder and for the raw text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_MESSAGES = 1000
"""Messages of one test that are kept; a flood beyond is not."""
End = tuple[str, int]


@dataclass(frozen=True)
class LoggedMessage:
    """One datagram, or one message of a stream; `time_us` is UTC in microseconds since 1970, ends are address and port.

    `transport` is udp, tcp or tls.
    """

    time_us: int
    transport: str
    source: End
    destination: End
    data: bytes


@dataclass
class ConnectionLog:
    """Both ends of a conversation, and all that was said between them."""

    transport: str
    local: End
    remote: End
    keep: Callable[[LoggedMessage], None] = field(default=lambda message: None)

    def log_sent(self, data: bytes) -> None:
        """Notes what left."""
        self.keep(LoggedMessage(time.time_ns() // 1000, self.transport, self.local, self.remote, data))

    def log_received(self, data: bytes) -> None:
        """Notes what arrived."""
        self.keep(LoggedMessage(time.time_ns() // 1000, self.transport, self.remote, self.local, data))
