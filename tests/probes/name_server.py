"""A name server on a real loopback socket, made of dnspython's own messages; it answers from a small zone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = Mapping[tuple[str, str], Sequence[str]]
"""Records as text by name and kind."""


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """`asked` is what it was asked for; `silent` kinds get no answer, `broken` ones an error."""

    zone: Zone
    silent: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    asked: list[tuple[str, str]] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        name, kind = query.question[0].name, dns.rdatatype.to_text(query.question[0].rdtype)
        plain = name.to_text().rstrip(".").lower()
        self.asked.append((plain, kind))
        if kind in self.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if kind in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif records := self.zone.get((plain, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *records))
        elif not any(known == plain for known, _ in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)

    @property
    def address(self) -> str:
        """For `sip_test.nameservers`."""
        return f"127.0.0.1:{self.transport.get_extra_info('sockname')[1]}"


@asynccontextmanager
async def name_server(zone: Zone, silent: Sequence[str] = (), broken: Sequence[str] = ()):  # type: ignore[no-untyped-def]
    """A name server that listens."""
    loop = asyncio.get_running_loop()
    made: NameServer
    transport, made = await loop.create_datagram_endpoint(
        lambda: NameServer(zone, frozenset(silent), frozenset(broken)), local_addr=("127.0.0.1", 0)
    )
    yield made
    transport.close()
