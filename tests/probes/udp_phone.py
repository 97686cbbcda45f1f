"""A phone on a real loopback socket, which answers as the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from partnertui.probes.sip_options.destination import Destination, Server
from partnertui.probes.sip_options.registration_target import Target
from partnertui.sip.message import Request, parse_message

Reply = Callable[[Request, int], list[bytes]]


def status(code: int = 200, reason: str = "OK", **changes: str) -> Reply:
    """Answers every request so; headers are replaced by name, with underscores for dashes."""
    return lambda request, number: [answer_to(request, code, reason, **changes)]


def answer_to(request: Request, code: int = 200, reason: str = "OK", **changes: str) -> bytes:
    """An answer to a request."""
    headers = {name: request.headers.first(name) for name in ("Via", "From", "To", "Call-ID", "CSeq")}
    headers["To"] += ";tag=phone"
    headers |= {"User-Agent": "Snom D785/10.1", "Allow": "INVITE, ACK", "Content-Length": "0"}
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"SIP/2.0 {code} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


@dataclass
class Phone(asyncio.DatagramProtocol):
    """What it got is in `requests`, the senders in `senders`."""

    reply: Reply
    requests: list[Request] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    senders: list[tuple[str, int]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = parse_message(data)
        assert isinstance(request, Request)
        self.raw.append(data)
        self.requests.append(request)
        self.senders.append(addr)
        self.times.append(asyncio.get_running_loop().time())
        for answer in self.reply(request, len(self.requests)):
            self.transport.sendto(answer, addr)

    @property
    def port(self) -> int:
        return int(self.transport.get_extra_info("sockname")[1])


async def phone(reply: Reply, host: str = "127.0.0.1") -> Phone:
    """A phone that listens."""
    _, made = await asyncio.get_running_loop().create_datagram_endpoint(lambda: Phone(reply), local_addr=(host, 0))
    return made


def at(port: int, host: str = "127.0.0.1", **more: object) -> Target:
    """A target there."""
    destination = f"[{host}]" if ":" in host else host
    return Target("1001@lab.test", f"sip:1001@{destination}:{port}", Server(host, port), **more)  # type: ignore[arg-type]


def there(port: int, host: str = "127.0.0.1", transport: str = "udp", name: str = "") -> list[Destination]:
    """The one place of it."""
    return [Destination(transport, host, port, name or host)]
