"""SIP over TCP and TLS: one connection, messages framed by Content-Length."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from partnertui.probes.sip_options.connections.base import ConnectionBroken, TlsTrust
from partnertui.probes.sip_options.connections.tls import connect, translate_ssl_errors
from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.message_framer import MessageFramer
from partnertui.probes.sip_options.message_log import ConnectionLog, LoggedMessage

READ_SIZE = 65_536


class StreamConnection:
    """A TCP or TLS connection to one address."""

    reliable = True

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: ConnectionLog, untrusted: str
    ) -> None:
        self._reader, self._writer, self.log, self.untrusted = reader, writer, log, untrusted
        self._framer, self._ready = MessageFramer(), deque[bytes]()
        secure: Any = writer.get_extra_info("ssl_object")
        self.secured = "" if secure is None else f"{secure.version()}, {secure.cipher()[0]}"

    @classmethod
    async def open(
        cls, destination: Destination, trust: TlsTrust, keep: Callable[[LoggedMessage], None], seconds: float
    ) -> StreamConnection:
        """Connect within `seconds`. Raises OSError, and ConnectionBroken when TLS can't be negotiated.

        An invalid certificate is reported in `untrusted`; the connection is then established without verification.
        """
        if destination.transport == "tls":
            reader, writer, untrusted = await connect(destination, trust, seconds)
        else:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_connection(destination.address, destination.port)
            untrusted = ""
        host, port = writer.get_extra_info("sockname")[:2]
        log = ConnectionLog(destination.transport, (host, port), (destination.address, destination.port), keep)
        return cls(reader, writer, log, untrusted)

    def send(self, data: bytes) -> None:
        """Send one message."""
        self._writer.write(data)
        self.log.log_sent(data)

    async def receive(self) -> bytes:
        """Receive the next complete message."""
        while not self._ready:
            data = await self._read()
            if not data:
                raise ConnectionBroken("closed", "it closed the connection without responding")
            for message in self._framer.feed(data):
                self._ready.append(message)
        message = self._ready.popleft()
        self.log.log_received(message)
        return message

    async def _read(self) -> bytes:
        if self.log.transport != "tls":
            return await self._reader.read(READ_SIZE)

        return await translate_ssl_errors(self._reader.read(READ_SIZE))

    def close(self) -> None:
        """Abort the connection: an unread response must not keep it open."""
        self._writer.transport.abort()
