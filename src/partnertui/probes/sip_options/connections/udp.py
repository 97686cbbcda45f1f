"""SIP over UDP. The socket is connected: the kernel drops other senders' packets and reports ICMP errors to us."""

from __future__ import annotations

import asyncio
import socket
import sys
from asyncio.trsock import TransportSocket
from collections.abc import Callable

from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.message_log import ConnectionLog, LoggedMessage

MAX_QUEUED = 64
_IP_RECVERR, _IPV6_RECVERR = 11, 25
"""linux/in.h and linux/in6.h."""


class _Inbox(asyncio.DatagramProtocol):
    """Received datagrams in order; drops what exceeds the queue, so that a flood can't exhaust memory."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | OSError] = asyncio.Queue(MAX_QUEUED)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.queue.full():
            self.queue.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.queue.full():
            self.queue.put_nowait(exc)


class UdpConnection:
    """A connected UDP socket to one address."""

    reliable = False
    secured = untrusted = ""

    def __init__(self, transport: asyncio.DatagramTransport, inbox: _Inbox, log: ConnectionLog) -> None:
        self._transport, self._inbox, self.log = transport, inbox, log

    @classmethod
    async def open(cls, destination: Destination, keep: Callable[[LoggedMessage], None]) -> UdpConnection:
        """Open the socket; nothing is sent yet. Raises OSError."""
        loop = asyncio.get_running_loop()
        transport, inbox = await loop.create_datagram_endpoint(
            _Inbox, remote_addr=(destination.address, destination.port)
        )
        _report_icmp_errors(transport.get_extra_info("socket"), destination.address)
        host, port = transport.get_extra_info("sockname")[:2]
        return cls(transport, inbox, ConnectionLog("udp", (host, port), (destination.address, destination.port), keep))

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        self._transport.sendto(data)
        self.log.log_sent(data)

    async def receive(self) -> bytes:
        """Receive the next datagram."""
        got = await self._inbox.queue.get()
        if isinstance(got, OSError):
            raise got
        self.log.log_received(got)
        return got

    def close(self) -> None:
        """Release the port."""
        self._transport.close()


def _report_icmp_errors(sock: TransportSocket, address: str) -> None:
    """Enable IP_RECVERR: without it Linux hides “host unreachable”, which agents want to know even if temporary."""
    if sys.platform != "linux":
        return
    level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if ":" in address else (socket.IPPROTO_IP, _IP_RECVERR)
    sock.setsockopt(level, option, 1)
