"""SIP over UDP. The socket is connected: the kernel drops what others send and hands us the network's refusals."""

from __future__ import annotations

import asyncio
import socket
import sys
from asyncio.trsock import TransportSocket
from collections.abc import Callable

from partnertui.probes.options.destination import Destination
from partnertui.probes.options.message_log import ConnectionLog, LoggedMessage

MOST_WAITING = 64
_IP_RECVERR, _IPV6_RECVERR = 11, 25
"""linux/in.h and linux/in6.h."""


class _Inbox(asyncio.DatagramProtocol):
    """What comes in, in order; a flood beyond what is waited for is dropped."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | OSError] = asyncio.Queue(MOST_WAITING)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.queue.full():
            self.queue.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.queue.full():
            self.queue.put_nowait(exc)


class UdpConnection:
    """Datagrams to one address and back."""

    reliable = False
    secured = untrusted = ""

    def __init__(self, transport: asyncio.DatagramTransport, inbox: _Inbox, log: ConnectionLog) -> None:
        self._transport, self._inbox, self.log = transport, inbox, log

    @classmethod
    async def open(cls, destination: Destination, keep: Callable[[LoggedMessage], None]) -> UdpConnection:
        """A link; nothing is sent yet. Raises OSError."""
        loop = asyncio.get_running_loop()
        transport, inbox = await loop.create_datagram_endpoint(
            _Inbox, remote_addr=(destination.address, destination.port)
        )
        _hear_refusals(transport.get_extra_info("socket"), destination.address)
        host, port = transport.get_extra_info("sockname")[:2]
        return cls(transport, inbox, ConnectionLog("udp", (host, port), (destination.address, destination.port), keep))

    def send(self, data: bytes) -> None:
        """One datagram."""
        self._transport.sendto(data)
        self.log.log_sent(data)

    async def receive(self) -> bytes:
        """The next datagram."""
        got = await self._inbox.queue.get()
        if isinstance(got, OSError):
            raise got
        self.log.log_received(got)
        return got

    def close(self) -> None:
        """Lets the port go."""
        self._transport.close()


def _hear_refusals(sock: TransportSocket, address: str) -> None:
    """Without this, Linux keeps “host unreachable” to itself: it may pass, but an agent wants to know of it now."""
    if sys.platform != "linux":
        return
    level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if ":" in address else (socket.IPPROTO_IP, _IP_RECVERR)
    sock.setsockopt(level, option, 1)
