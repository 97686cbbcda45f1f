"""An RDAP server on loopback with the answer a test sets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

ANSWER: dict[str, Any] = {
    "objectClassName": "ip network",
    "handle": "EX-1",
    "startAddress": "193.0.0.0",
    "endAddress": "193.0.7.255",
    "ipVersion": "v4",
    "name": "EX-NET",
    "country": "NL",
    "cidr0_cidrs": [{"v4prefix": "193.0.0.0", "length": 21}],
    "entities": [
        {
            "objectClassName": "entity",
            "handle": "ORG-1",
            "roles": ["registrant"],
            "vcardArray": [
                "vcard",
                [["version", {}, "text", "4.0"], ["fn", {}, "text", "Example Broadband"], ["kind", {}, "text", "org"]],
            ],
            "entities": [
                {
                    "objectClassName": "entity",
                    "handle": "AB1",
                    "roles": ["abuse"],
                    "vcardArray": [
                        "vcard",
                        [["fn", {}, "text", "Abuse desk"], ["email", {}, "text", "abuse@example.net"]],
                    ],
                }
            ],
        }
    ],
}


@dataclass
class RdapServer:
    """Its URL, what it answers, and what it was asked."""

    url: str = ""
    body: bytes = field(default_factory=lambda: json.dumps(ANSWER).encode())
    status: int = 200
    location: str = ""
    """Where it sends us first."""
    wait: float = 0
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(path)
        await asyncio.sleep(self.wait)
        status, extra = self.status, ""
        if self.location and path.startswith("/ip/"):
            status, extra = 302, f"Location: {self.location}\r\n"
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/rdap+json\r\nContent-Length: {len(self.body)}\r\n"
            f"{extra}Connection: close\r\n\r\n".encode()
            + self.body
        )
        writer.close()


@asynccontextmanager
async def rdap_server(**more: Any) -> AsyncIterator[RdapServer]:
    """A server on a free port of 127.0.0.1."""
    found = RdapServer(**more)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield found
