"""Receives HEP over UDP and hands the datagrams on, many at a time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from ipaddress import IPv6Address

from partnertui.calls.trace_model import Endpoint
from partnertui.captures.hourly_hep_writer import Datagram
from partnertui.domain.errors import DomainError

LARGEST = 65_535
BUFFER = 64_000_000
"""Bytes that the kernel keeps while a batch is written; it gives what net.core.rmem_max allows."""
BATCH_SECONDS = 0.25
MAX_WAITING = 400_000
"""Datagrams that are kept in memory; beyond that new ones are dropped and counted."""
Take = Callable[[list[Datagram]], None]


def endpoint_of(text: str) -> Endpoint:
    """Address and port of `127.0.0.1:9060` or `[::1]:9060`; raises DomainError."""
    address, _, port = text.strip().rpartition(":")
    address = address.removeprefix("[").removesuffix("]")
    with contextlib.suppress(OSError, ValueError):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        socket.inet_pton(family, address)
        if 0 <= int(port) <= 65_535:
            return Endpoint(address, int(port))
    raise DomainError(f"{text} isn't a valid address and port.", advice="Use the format 127.0.0.1:9060 or [::1]:9060.")


def listening_socket(listen: Endpoint) -> socket.socket:
    """A bound UDP socket; raises DomainError."""
    made = socket.socket(socket.AF_INET6 if ":" in listen.address else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        with contextlib.suppress(OSError):  # only root may have more than net.core.rmem_max
            made.setsockopt(socket.SOL_SOCKET, 33, BUFFER)  # SO_RCVBUFFORCE, which the module doesn't name
        made.bind((listen.address, listen.port))
    except OSError as error:
        made.close()
        raise DomainError(
            f"HEP can't be received on {listen}: {(error.strerror or str(error)).lower()}.",
            advice="Another collector may be running there; choose another address with --listen.",
        ) from None
    # So that recvfrom() returns and `stop` is looked at.
    made.settimeout(BATCH_SECONDS)
    return made


class HepReceiver:
    """Reads a socket until `stop` is set and what arrived until then is read; `take` runs in a thread of its own."""

    def __init__(self, opened: socket.socket, take: Take, stop: threading.Event) -> None:
        self.socket, self.take, self.stop = opened, take, stop
        self.received = self.dropped = 0
        self._waiting = list[Datagram]()
        self._ended = threading.Event()

    def run(self) -> None:
        """Returns once everything was handed on."""
        writer = threading.Thread(target=self._write, name="hep writer")
        writer.start()
        try:
            while not self.stop.is_set():
                self._receive()
            self.socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    self._add(*self.socket.recvfrom(LARGEST))
        finally:
            self._ended.set()
            writer.join()

    def _receive(self) -> None:
        with contextlib.suppress(TimeoutError, ConnectionError):
            self._add(*self.socket.recvfrom(LARGEST))

    def _add(self, data: bytes, sender: tuple[str, int]) -> None:
        self.received += 1
        if len(self._waiting) >= MAX_WAITING:
            self.dropped += 1
            return
        self._waiting.append(Datagram(time.time_ns() // 1000, Endpoint(_plain(sender[0]), sender[1]), data))

    def _write(self) -> None:
        ended = False
        while not ended:
            ended = self._ended.wait(BATCH_SECONDS)
            batch, self._waiting = self._waiting, []
            self.take(batch)


def _plain(address: str) -> str:
    """An IPv4 address that an IPv6 socket shows as ::ffff:192.0.2.1, without a zone."""
    if ":" not in address:
        return address
    parsed = IPv6Address(address.partition("%")[0])
    return str(parsed.ipv4_mapped or parsed)
