"""Records every message sent and received, byte for byte, for the ladder and the raw view."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_MESSAGES = 1000
"""Messages kept per test, so that a flood can't exhaust memory."""
End = tuple[str, int]


@dataclass(frozen=True)
class LoggedMessage:
    """One datagram, or one message of a stream. `time_us` is UTC in microseconds since 1970.

    `source` and `destination` are (address, port); `transport` is udp, tcp or tls.
    """

    time_us: int
    transport: str
    source: End
    destination: End
    data: bytes


@dataclass
class ConnectionLog:
    """Both ends of a connection; passes every message to `sink`."""

    transport: str
    local: End
    remote: End
    sink: Callable[[LoggedMessage], None] = field(default=lambda message: None)

    def log_sent(self, data: bytes) -> None:
        """Record a sent message."""
        self.sink(LoggedMessage(time.time_ns() // 1000, self.transport, self.local, self.remote, data))

    def log_received(self, data: bytes) -> None:
        """Record a received message."""
        self.sink(LoggedMessage(time.time_ns() // 1000, self.transport, self.remote, self.local, data))
