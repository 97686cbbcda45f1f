"""A VIES of the tests' own on loopback, which answers as the test sets."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def answer(number: str, *, valid: bool, name: str = "---") -> bytes:
    """What VIES answers about a number."""
    found = {
        "countryCode": number[:2],
        "vatNumber": number[2:],
        "requestDate": "2026-03-02T10:30:00.000Z",
        "valid": valid,
        "requestIdentifier": "",
        "name": name,
        "address": "---",
    }
    return json.dumps(found).encode()


def error(code: str) -> bytes:
    """How VIES says that it can't tell."""
    return json.dumps({"actionSucceed": False, "errorWrappers": [{"error": code}]}).encode()


@dataclass
class ViesServer:
    """Its URL, what it answers, and what it was asked."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    silent: bool = False
    trickle: bool = False
    """Sends a byte now and then, and never ends."""
    asked: list[dict[str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")
        )
        assert head.startswith("POST /rest-api/check-vat-number ")
        self.asked.append(json.loads(await reader.readexactly(length)))
        if self.silent:
            await asyncio.sleep(30)
        length = 1000 if self.trickle else len(self.body)
        writer.write(
            f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        while self.trickle:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)
        writer.write(self.body)
        writer.close()


@contextmanager
def vies_server() -> Iterator[ViesServer]:
    """A server on a free port of 127.0.0.1, in a thread: it answers whatever loop the program runs in."""
    found, ready = ViesServer(), threading.Event()
    ends: list[Callable[[], object]] = []

    async def run() -> None:
        server, end = await asyncio.start_server(found.serve, "127.0.0.1", 0), asyncio.Event()
        found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rest-api"
        loop = asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(end.set))
        ready.set()
        await end.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    ready.wait()
    try:
        yield found
    finally:
        ends[0]()
        thread.join()
