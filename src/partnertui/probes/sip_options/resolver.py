"""Resolve the server of a URI to destinations by NAPTR, SRV, A and AAAA (RFC 3263, RFC 2782)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from partnertui.probes.allowed_addresses import Network, ProbeRefused, check_address
from partnertui.probes.sip_options.destination import DEFAULT_PORTS, TRANSPORTS, Destination, Server, bracketed
from partnertui.probes.sip_options.dns_lookup import Dns, DnsError, Srv

RESOLVE_TIMEOUT = 6.0
"""Timeout of all queries together."""
MAX_DESTINATIONS = 4
SERVICES = {"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}
PREFIXES = {"udp": "_sip._udp.", "tcp": "_sip._tcp.", "tls": "_sips._tcp."}
"""RFC 3263, section 4.1."""
NO_SIP = "."


@dataclass(frozen=True)
class Resolution:
    """Destinations in the order in which to try them, and the DNS steps that led to them."""

    destinations: tuple[Destination, ...]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceHost:
    """A host and port whose addresses are to be resolved."""

    transport: str
    host: str
    port: int


async def resolve_server(
    server: Server, nameservers: Sequence[str] = (), allow: Iterable[Network] = (), *, from_shell: bool = False
) -> Resolution:
    """Resolve a server to destinations; every address from DNS is checked. Raises ProbeRefused.

    `nameservers` as `address` or `address:port`, by default the system's. `from_shell` as for check_address.
    """
    allowed = tuple(allow)
    # an address needs no DNS, and its transport is UDP unless said otherwise (RFC 3263, section 4.1)
    if server.numeric:
        transport = server.transport or ("tls" if server.secure else "udp")
        address = check_address(server.host, allowed, from_shell=from_shell)
        return Resolution((Destination(transport, address, server.port or DEFAULT_PORTS[transport], server.host),))
    search = _ServerLookup(server, Dns(nameservers))
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT):
            found = await search.destinations()
    except TimeoutError:
        raise _unresolved(server.host, f"DNS didn't respond within {RESOLVE_TIMEOUT:g} s") from None
    except DnsError as error:
        raise _unresolved(server.host, str(error)) from None
    destinations = [
        Destination(host.transport, checked, host.port, server.host)
        for host, addresses in found
        # a name that strangers control may resolve to our own network: the address is checked, not the name
        for checked in [check_address(address, allowed, from_shell=from_shell) for address in addresses]
    ]
    return Resolution(tuple(dict.fromkeys(destinations))[:MAX_DESTINATIONS], tuple(search.steps))


def _unresolved(host: str, why: str) -> ProbeRefused:
    return ProbeRefused(
        f"The name {host[:60]} couldn't be resolved: {why}.",
        advice="Try again. If it keeps happening, test by address, or set sip_test.nameservers.",
    )


class _ServerLookup:
    """One resolution; `steps` describe it."""

    def __init__(self, server: Server, dns: Dns) -> None:
        self.server, self.dns = server, dns
        self.steps: list[str] = []

    async def destinations(self) -> list[tuple[ServiceHost, list[str]]]:
        """Hosts with their addresses, in order. Raises ProbeRefused when there is none."""
        server = self.server
        if server.port is not None:  # RFC 3263, 4.2: a port leaves only the address to be found
            transport = server.transport or ("tls" if server.secure else "udp")
            hosts = [ServiceHost(transport, server.host, server.port)]
        else:
            hosts = await self._by_services() or [self._default()]
        # Strangers may write this DNS: hosts are limited before their addresses are asked for; some may have none.
        listed = await asyncio.gather(*(self.dns.addresses(host.host) for host in hosts[: 2 * MAX_DESTINATIONS]))
        found = [(host, addresses) for host, addresses in zip(hosts, listed, strict=False) if addresses]
        for host, addresses in found:
            self.steps.append(f"{host.host} is {', '.join(addresses[:4])}")
        if not found:
            name = hosts[0].host
            raise ProbeRefused(
                f"The name {name[:60]} is unknown: DNS has no address for it.",
                advice="The phone registered a name that isn't in DNS, or it's misspelled.",
            )
        return found

    def _default(self) -> ServiceHost:
        transport = self.server.transport or ("tls" if self.server.secure else "udp")
        return ServiceHost(transport, self.server.host, DEFAULT_PORTS[transport])

    async def _by_services(self) -> list[ServiceHost]:
        """Hosts from NAPTR and SRV; empty when neither has records."""
        server = self.server
        # A transport that is given leaves NAPTR out: only the SRV of that transport is asked for (RFC 3263, section
        # 4.1).
        if server.transport is not None:
            return await self._by_srv([(server.transport, PREFIXES[server.transport] + server.host)])
        named = [
            (SERVICES[one.service], one.replacement)
            for one in await self.dns.naptr(server.host)
            # A sips URI may only be served over TLS: other services are discarded (RFC 3263, section 4.1).
            if one.service in SERVICES and (not server.secure or SERVICES[one.service] == "tls")
        ]
        if named:
            self.steps.append("NAPTR: " + ", ".join(f"{transport} by {name}" for transport, name in named[:3]))
            return await self._by_srv(named)
        # Without NAPTR the prefix follows the scheme: _sip for sip URIs, _sips for sips (RFC 3263, section 4.1).
        spoken = ("tls",) if server.secure else TRANSPORTS[:2]
        return await self._by_srv([(transport, PREFIXES[transport] + server.host) for transport in spoken])

    async def _by_srv(self, named: Sequence[tuple[str, str]]) -> list[ServiceHost]:
        answers = await asyncio.gather(*(self.dns.srv(name) for _, name in named))
        hosts: list[ServiceHost] = []
        without: list[str] = []
        for (transport, name), records in zip(named, answers, strict=True):
            if [record.host for record in records] == [NO_SIP]:
                self.steps.append(f"SRV {name}: service not offered")
                without.append(transport.upper())
                continue
            ordered = list(in_order(records))
            if ordered:
                shown = ", ".join(f"{bracketed(one.host)}:{one.port}" for one in ordered[:3])
                self.steps.append(f"SRV {name}: {shown}")
            hosts += [ServiceHost(transport, one.host, one.port) for one in ordered]
        if without and not hosts:  # RFC 2782: the domain's own address must not be tried either
            raise ProbeRefused(
                f"The domain {self.server.host[:60]} declares that it doesn't offer SIP over {' or '.join(without)}.",
                advice="Choose another transport, or enter a host with its port.",
            )
        return hosts


def in_order(records: Sequence[Srv], chance: random.Random | None = None) -> Iterator[Srv]:
    """Lowest priority first; among equals at random, by weight (RFC 2782, page 3)."""
    chance = chance or random.SystemRandom()
    for priority in sorted({record.priority for record in records}):
        left = sorted((record for record in records if record.priority == priority), key=lambda one: one.weight)
        while left:
            # records of weight 0 are to have a small chance, so they come first in the running sum (RFC 2782)
            wanted, running = chance.randint(0, sum(record.weight for record in left)), 0
            for record in left:
                running += record.weight
                if running >= wanted:
                    break
            left.remove(record)
            yield record
