"""DNS queries with plain values as results: NAPTR (RFC 3403), SRV (RFC 2782), A and AAAA."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.resolver

from partnertui.probes.allowed_addresses import ProbeRefused

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

HOSTS = Path("/etc/hosts")
QUERY_TIMEOUT = 3.0
"""Timeout of one query over all name servers."""
MAX_RECORDS = 20


@dataclass(frozen=True)
class Naptr:
    """A NAPTR record whose replacement is an SRV name."""

    order: int
    preference: int
    service: str
    replacement: str


@dataclass(frozen=True)
class Srv:
    """An SRV record."""

    priority: int
    weight: int
    port: int
    host: str


class DnsError(Exception):
    """DNS didn't answer or can't be queried; the text says why."""


class Dns:
    """Queries the given name servers (`address` or `address:port`), by default the system's and /etc/hosts."""

    def __init__(self, nameservers: Sequence[str] = ()) -> None:
        self.nameservers = tuple(nameservers)
        self._cached_resolver: Resolver | None = None

    async def naptr(self, name: str) -> list[Naptr]:
        """NAPTR records that lead to an SRV, in order; empty when DNS fails, since SRV and A may still work."""
        found = [
            Naptr(one.order, one.preference, _service(one), _without_dot(one.replacement))
            for one in await self._query_or_empty(name, "NAPTR")
            # SIP uses NAPTR only with flag "s", an empty regular expression and a replacement (RFC 3263, section 4.1).
            if one.flags.lower() == b"s" and not one.regexp
        ]
        return sorted(found, key=lambda one: (one.order, one.preference))[:MAX_RECORDS]

    async def srv(self, name: str) -> list[Srv]:
        """SRV records, unordered; empty when DNS fails."""
        found = await self._query_or_empty(name, "SRV")
        return [Srv(one.priority, one.weight, one.port, _without_dot(one.target)) for one in found][:MAX_RECORDS]

    async def addresses(self, host: str) -> list[str]:
        """Addresses of a host: routable ones first, IPv6 before IPv4 among them (RFC 6724). Raises DnsError."""
        known = [] if self.nameservers else from_hosts_file(host)
        if not known:
            six, four = await asyncio.gather(self._query(host, "AAAA"), self._query(host, "A"))
            known = [one.address for one in (*six, *four)]
        return sorted(dict.fromkeys(known), key=lambda address: (not has_route(address), ":" not in address))

    async def _query_or_empty(self, name: str, kind: str) -> list[Any]:
        try:
            return await self._query(name, kind)
        except DnsError:
            return []

    async def _query(self, name: str, kind: str) -> list[Any]:
        """All records of a type; empty when the name doesn't exist. Raises DnsError."""
        try:
            # A name with a dot is complete: the search list of resolv.conf would look for it below our own domains,
            # too.
            answer = await self._resolver().resolve(name, kind, search="." not in name, lifetime=QUERY_TIMEOUT)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.resolver.NoNameservers:
            raise DnsError("DNS returned an error") from None
        except dns.exception.Timeout:
            raise DnsError(f"DNS didn't respond within {QUERY_TIMEOUT:g} s") from None
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise DnsError(f"DNS can't be queried ({type(error).__name__})") from None
        return list(answer)

    def _resolver(self) -> Resolver:
        if self._cached_resolver is None:
            try:
                self._cached_resolver = dns.asyncresolver.Resolver(configure=not self.nameservers)
            except dns.resolver.NoResolverConfiguration:
                raise DnsError("this host has no name server configured") from None
            if self.nameservers:
                ends = [parse_nameserver(one) for one in self.nameservers]
                self._cached_resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in ends]
        return self._cached_resolver


def _service(record: Any) -> str:
    service: bytes = record.service
    return service.decode("ascii", "replace").upper()


def _without_dot(name: Any) -> str:
    """A DNS name without its trailing dot; the root stays "."."""
    text: str = name.to_text()
    return text.rstrip(".") or "."


def parse_nameserver(text: str) -> tuple[str, int]:
    """Parse `address` or `address:port` of a name server. Raises ProbeRefused."""
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
            f"“{text[:60]}” isn't a valid name server.", advice="Enter an address, with :port unless it's 53."
        ) from None


def from_hosts_file(host: str) -> list[str]:
    """The addresses /etc/hosts has for a name."""
    try:
        lines = HOSTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    rows = (line.partition("#")[0].split() for line in lines)
    return [row[0] for row in rows if host.lower() in (name.lower() for name in row[1:])]


def has_route(address: str) -> bool:
    """Whether this host has a route to the address; sends nothing."""
    try:
        check_route(address)
    except OSError:
        return False
    return True


def check_route(address: str) -> None:
    """Raise the OSError that explains why nothing can be sent to the address; sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
        # Connecting a datagram socket only looks up the route; 9 is the discard port (RFC 863).
        probe.connect((address, 9))
