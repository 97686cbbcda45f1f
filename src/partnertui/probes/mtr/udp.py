"""Probes by UDP: no rights needed, answers come out of the sockets' error queues (Linux).

Each time to live has a socket of its own, each round a port of its own: an answer names both, so that one that comes
late is never taken for another. The ports are those of traceroute, which firewalls know.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from partnertui.probes.addresses import ProbeRefused
from partnertui.probes.mtr.error_queue import ORIGIN_ICMP, QueuedError, arrival, prepare, read_error
from partnertui.probes.mtr.prober import Method, OutstandingProbes, refused
from partnertui.probes.mtr.replies import Reply, ReplyKind, classify_icmp

FIRST_PORT, PORTS = 33434, 64


class UdpProber:
    """Sends UDP datagrams to ports where nobody listens."""

    method = Method.UDP

    def __init__(self, address: str) -> None:
        """Raises ProbeRefused where the system has no error queues."""
        if sys.platform != "linux":
            raise ProbeRefused("Paths can be probed by UDP on Linux only.", advice="Run it as root: then ICMP is used.")
        self.address, self.version = address, 6 if ":" in address else 4
        self.outstanding = OutstandingProbes()
        self._sockets: dict[int, socket.socket] = {}
        self._on_reply: Callable[[Reply], None] = lambda answer: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = False

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """Begins to hand over answers, on the running event loop."""
        self._on_reply, self._loop = on_reply, asyncio.get_running_loop()

    def send(self, number: int, ttl: int, size: int) -> None:
        """Sends the probe of a round; raises ProbeRefused where none has ever left this host."""
        sock = self._sockets.get(ttl) or self._open(ttl)
        port = FIRST_PORT + number % PORTS
        content = self.outstanding.content(self.version, size)
        self._drain(ttl, sock)
        self.outstanding.put((ttl, port), number, ttl, time.time_ns())
        try:
            try:
                sock.sendto(content, (self.address, port))
            except OSError:  # an error that came for an earlier probe is told at the next sendto: once more, then
                self._drain(ttl, sock)
                self.outstanding.put((ttl, port), number, ttl, time.time_ns())
                sock.sendto(content, (self.address, port))
        except OSError as error:
            if not self._left:
                raise refused(error, self.version) from None
        else:
            self._left = True

    def _open(self, ttl: int) -> socket.socket:
        try:
            sock = socket.socket(socket.AF_INET6 if self.version == 6 else socket.AF_INET, socket.SOCK_DGRAM)
        except OSError as error:
            raise refused(error, self.version) from None
        self._sockets[ttl] = sock
        prepare(sock, self.version)
        if self.version == 6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
        else:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        if self._loop is not None:
            self._loop.add_reader(sock, self._read, ttl, sock)
        return sock

    def _read(self, ttl: int, sock: socket.socket) -> None:
        """Something is there: errors, or an answer from somebody who does listen on that port."""
        self._drain(ttl, sock)
        with suppress(OSError):
            while True:
                _, ancillary, _, sender = sock.recvmsg(256, 512)
                if sender[0] == self.address:
                    self._tell((ttl, sender[1]), self.address, arrival(ancillary), (ReplyKind.DESTINATION, ""))

    def _drain(self, ttl: int, sock: socket.socket) -> None:
        while (error := read_error(sock)) is not None:
            self._take(ttl, error)

    def _take(self, ttl: int, error: QueuedError) -> None:
        if error.origin != ORIGIN_ICMP[self.version] or not self.outstanding.ours(error.payload):
            return
        said = classify_icmp(self.version, error.type, error.code, from_target=error.offender == self.address)
        if said is not None:
            self._tell((ttl, error.port), error.offender, error.received_ns, said)

    def _tell(self, key: tuple[int, int], address: str, at_ns: int, said: tuple[ReplyKind, str]) -> None:
        answer = self.outstanding.take(key, address, at_ns, said)
        if answer is not None:
            self._on_reply(answer)

    def close(self) -> None:
        """Closes all sockets."""
        for sock in self._sockets.values():
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(sock)
            sock.close()
        self._sockets.clear()
