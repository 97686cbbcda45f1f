"""SIP over UDP. The socket is connected: the kernel drops what others send and hands us the network's refusals."""

from __future__ import annotations

import asyncio
import socket
import sys
from asyncio.trsock import TransportSocket
from collections.abc import Callable

from partnertui.probes.options.destination import Place
from partnertui.probes.options.exchange import Exchanged, Wire

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


class UdpLink:
    """Datagrams to one address and back."""

    reliable = False
    secured = untrusted = ""

    def __init__(self, transport: asyncio.DatagramTransport, inbox: _Inbox, wire: Wire) -> None:
        self._transport, self._inbox, self.wire = transport, inbox, wire

    @classmethod
    async def open(cls, place: Place, keep: Callable[[Exchanged], None]) -> UdpLink:
        """A link; nothing is sent yet. Raises OSError."""
        loop = asyncio.get_running_loop()
        transport, inbox = await loop.create_datagram_endpoint(_Inbox, remote_addr=(place.address, place.port))
        _hear_refusals(transport.get_extra_info("socket"), place.address)
        host, port = transport.get_extra_info("sockname")[:2]
        return cls(transport, inbox, Wire("udp", (host, port), (place.address, place.port), keep))

    def send(self, data: bytes) -> None:
        """One datagram."""
        self._transport.sendto(data)
        self.wire.sent(data)

    async def receive(self) -> bytes:
        """The next datagram."""
        got = await self._inbox.queue.get()
        if isinstance(got, OSError):
            raise got
        self.wire.came(got)
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
