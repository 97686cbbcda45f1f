"""SIP over TCP and TLS: one connection, messages framed by Content-Length."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from partnertui.probes.options.destination import Place
from partnertui.probes.options.exchange import Exchanged, Wire
from partnertui.probes.options.framing import Framer
from partnertui.probes.options.links.link import LinkBroken, Trust

AT_ONCE = 65_536


class StreamLink:
    """A connection to one address."""

    reliable = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire, untrusted: str) -> None:
        self._reader, self._writer, self.wire, self.untrusted = reader, writer, wire, untrusted
        self._framer, self._ready = Framer(), deque[bytes]()
        secure: Any = writer.get_extra_info("ssl_object")
        self.secured = "" if secure is None else f"{secure.version()}, {secure.cipher()[0]}"

    @classmethod
    async def open(cls, place: Place, trust: Trust, keep: Callable[[Exchanged], None], seconds: float) -> StreamLink:
        """Connects, within some seconds. Raises OSError, and LinkBroken where no encryption can be agreed on.

        A certificate that is wrong is told by `untrusted`; the connection then stands without being verified.
        """
        if place.transport == "tls":
            from partnertui.probes.options.links.tls import connect

            reader, writer, untrusted = await connect(place, trust, seconds)
        else:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(place.address, place.port)
            untrusted = ""
        host, port = writer.get_extra_info("sockname")[:2]
        wire = Wire(place.transport, (host, port), (place.address, place.port), keep)
        return cls(reader, writer, wire, untrusted)

    def send(self, data: bytes) -> None:
        """One message."""
        self._writer.write(data)
        self.wire.sent(data)

    async def receive(self) -> bytes:
        """The next whole message."""
        while not self._ready:
            data = await self._read()
            if not data:
                raise LinkBroken("closed", "it ended the connection without an answer")
            for message in self._framer.feed(data):
                self._ready.append(message)
        message = self._ready.popleft()
        self.wire.came(message)
        return message

    async def _read(self) -> bytes:
        if self.wire.transport != "tls":
            return await self._reader.read(AT_ONCE)
        from partnertui.probes.options.links.tls import broken

        return await broken(self._reader.read(AT_ONCE))

    def close(self) -> None:
        """Ends the connection at once: an unread answer must not keep it."""
        self._writer.transport.abort()
