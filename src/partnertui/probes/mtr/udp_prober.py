"""Probes by UDP: no privileges needed, replies come from the sockets' error queues (Linux).

Each time to live has its own socket, each round its own port: a reply identifies both, so a late one is never
mistaken for another. The ports are traceroute's, which firewalls know.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr.error_queue import ORIGIN_ICMP, QueuedError, arrival, prepare, read_error
from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind, classify_icmp
from partnertui.probes.mtr.prober_base import Method, OutstandingProbes, refused

FIRST_PORT, PORTS = 33434, 64


class UdpProber:
    """Sends UDP datagrams to ports nothing listens on."""

    method = Method.UDP

    def __init__(self, address: str) -> None:
        """Raises ProbeRefused on systems without error queues."""
        if sys.platform != "linux":
            raise ProbeRefused("UDP probes are only available on Linux.", advice="Run partnertui as root to use ICMP.")
        self.address, self.version = address, 6 if ":" in address else 4
        self.outstanding = OutstandingProbes()
        self._sockets: dict[int, socket.socket] = {}
        self._on_reply: Callable[[Reply], None] = lambda answer: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = False

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """Start to deliver replies on the running event loop."""
        self._on_reply, self._loop = on_reply, asyncio.get_running_loop()

    def send(self, number: int, ttl: int, size: int) -> None:
        """Send the probe of a round. Raises ProbeRefused if none could ever be sent."""
        sock = self._sockets.get(ttl) or self._open(ttl)
        port = FIRST_PORT + number % PORTS
        content = self.outstanding.content(self.version, size)
        self._drain(ttl, sock)
        self.outstanding.put((ttl, port), number, ttl, time.time_ns())
        try:
            try:
                sock.sendto(content, (self.address, port))
            except OSError:  # a pending ICMP error of an earlier probe surfaces at the next sendto: try once more
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
        """The socket is readable: ICMP errors, or a datagram from something that does listen on that port."""
        self._drain(ttl, sock)
        with suppress(OSError):
            while True:
                _, ancillary, _, sender = sock.recvmsg(256, 512)
                # something does listen on that port: an answer proves the destination as well as an ICMP error
                if sender[0] == self.address:
                    self._deliver((ttl, sender[1]), self.address, arrival(ancillary), (ReplyKind.DESTINATION, ""))

    def _drain(self, ttl: int, sock: socket.socket) -> None:
        while (error := read_error(sock)) is not None:
            self._take(ttl, error)

    def _take(self, ttl: int, error: QueuedError) -> None:
        if error.origin != ORIGIN_ICMP[self.version] or not self.outstanding.ours(error.payload):
            return
        classified = classify_icmp(self.version, error.type, error.code, from_target=error.offender == self.address)
        if classified is not None:
            self._deliver((ttl, error.port), error.offender, error.received_ns, classified)

    def _deliver(self, key: tuple[int, int], address: str, at_ns: int, classified: tuple[ReplyKind, str]) -> None:
        answer = self.outstanding.take(key, address, at_ns, classified)
        if answer is not None:
            self._on_reply(answer)

    def close(self) -> None:
        """Close all sockets."""
        for sock in self._sockets.values():
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(sock)
            sock.close()
        self._sockets.clear()
