"""Questions to DNS, as plain values: NAPTR (RFC 3403), SRV (RFC 2782), A and AAAA."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnertui.probes.addresses import ProbeRefused

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

HOSTS = Path("/etc/hosts")
SECONDS = 3.0
"""That one question may take, all name servers together."""
MAX_RECORDS = 20


@dataclass(frozen=True)
class Naptr:
    """A way to a service; the record names an SRV."""

    order: int
    preference: int
    service: str
    replacement: str


@dataclass(frozen=True)
class Srv:
    """A host that offers a service."""

    priority: int
    weight: int
    port: int
    host: str


class DnsError(Exception):
    """DNS does not answer, or cannot; the text says what."""


class Dns:
    """Asks these name servers (`address` or `address:port`); without any, the system's and its file of hosts."""

    def __init__(self, nameservers: Sequence[str] = ()) -> None:
        self.nameservers = tuple(nameservers)
        self._made: Resolver | None = None

    async def naptr(self, name: str) -> list[Naptr]:
        """The records that lead to an SRV, in order; none where DNS fails: it may still know the rest."""
        found = [
            Naptr(one.order, one.preference, one.service.decode("ascii", "replace").upper(), _plain(one.replacement))
            for one in await self._perhaps(name, "NAPTR")
            if one.flags.lower() == b"s" and not one.regexp
        ]
        return sorted(found, key=lambda one: (one.order, one.preference))[:MAX_RECORDS]

    async def srv(self, name: str) -> list[Srv]:
        """The records, in no order."""
        found = await self._perhaps(name, "SRV")
        return [Srv(one.priority, one.weight, one.port, _plain(one.target)) for one in found][:MAX_RECORDS]

    async def addresses(self, host: str) -> list[str]:
        """Addresses of a host, those that this machine has a way to first, IPv6 before IPv4 among these (RFC 6724)."""
        known = [] if self.nameservers else from_hosts_file(host)
        if not known:
            six, four = await asyncio.gather(self._ask(host, "AAAA"), self._ask(host, "A"))
            known = [one.address for one in (*six, *four)]
        return sorted(dict.fromkeys(known), key=lambda address: (not has_route(address), ":" not in address))

    async def _perhaps(self, name: str, kind: str) -> list[Any]:
        try:
            return await self._ask(name, kind)
        except DnsError:
            return []

    async def _ask(self, name: str, kind: str) -> list[Any]:
        """The records of a kind; none where there is no such name. Raises DnsFails."""
        import dns.exception
        import dns.resolver

        try:
            answer = await self._resolver().resolve(name, kind, search="." not in name, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.resolver.NoNameservers:
            raise DnsError("DNS reports an error") from None
        except dns.exception.Timeout:
            raise DnsError(f"DNS did not answer in {SECONDS:g} s") from None
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise DnsError(f"DNS cannot be asked ({type(error).__name__})") from None
        return list(answer)

    def _resolver(self) -> Resolver:
        if self._made is None:
            import dns.asyncresolver
            import dns.nameserver
            import dns.resolver

            try:
                self._made = dns.asyncresolver.Resolver(configure=not self.nameservers)
            except dns.resolver.NoResolverConfiguration:
                raise DnsError("this host has no name server") from None
            if self.nameservers:
                ends = [parse_nameserver(one) for one in self.nameservers]
                self._made.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in ends]
        return self._made


def _plain(name: Any) -> str:
    """A DNS name without the dot at its end; the root stays one."""
    text: str = name.to_text()
    return text.rstrip(".") or "."


def parse_nameserver(text: str) -> tuple[str, int]:
    """Address and port of a name server; raises ProbeRefused."""
    host, port = text.strip(), "53"
    if host.startswith("["):
        host, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    try:
        return str(ip_address(host)), int(port)
    except ValueError:
        raise ProbeRefused(
            f"“{text[:60]}” is no name server.", advice="Write it as an address, with :port if it is not 53."
        ) from None


def from_hosts_file(host: str) -> list[str]:
    """The addresses that this machine's own file of hosts has for a name."""
    try:
        lines = HOSTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    rows = (line.partition("#")[0].split() for line in lines)
    return [row[0] for row in rows if host.lower() in (name.lower() for name in row[1:])]


def has_route(address: str) -> bool:
    """Whether this machine has a route there; nothing is sent."""
    try:
        check_route(address)
    except OSError:
        return False
    return True


def check_route(address: str) -> None:
    """Raises the OSError that says why nothing can leave this machine for an address; nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
        probe.connect((address, 9))
