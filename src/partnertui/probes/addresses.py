"""Which addresses may be probed: what a phone's registration names must not lead us to our own hosts."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from partnertui.domain.errors import DomainError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), words)
    for words, networks in {
        "of this host itself": "0.0.0.0/8 127.0.0.0/8 ::/128 ::1/128",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7",
        "inside a carrier's NAT": "100.64.0.0/10",
        "link-local": "169.254.0.0/16 fe80::/10",
        "for multicast": "224.0.0.0/4 ff00::/8",
        "for documentation, as demo data have": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "reserved": "192.0.0.0/24 240.0.0.0/4 100::/64 fec0::/10",
    }.items()
    for network in networks.split()
)
"""IANA special-purpose address registries."""
INSIDE = frozenset({"private", "inside a carrier's NAT"})
AT_A_SHELL = INSIDE | {"for documentation, as demo data have"}
"""Kinds of REFUSED that whoever types an address at a shell may probe: there they are reached without us, too.

In the interface they stay refused: addresses there come out of registrations and calls, which strangers write.
"""
_TUNNELS = (
    IPv6Network("::ffff:0:0/96"),
    IPv6Network("64:ff9b::/96"),
    IPv6Network("::/96"),
    IPv6Network("::ffff:0:0:0/96"),
)

ADMIN = "An admin can allow it (sip_test.allow in the settings); a SIP test can go by the proxy."


class ProbeRefused(DomainError):
    """A probe that is not sent, why, and what to do."""


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, translated, 6to4 or Teredo address; None for all others."""
    if isinstance(address, IPv4Address):
        return None
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if int(address) > 1 and any(address in tunnel for tunnel in _TUNNELS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def check_address(address: str, allow: Iterable[Network] = (), *, from_shell: bool = False) -> str:
    """The address as it is to be sent to; raises ProbeRefused unless it may be probed or `allow` has it.

    `from_shell` says that a person named it at a shell: then AT_A_SHELL goes for it, but not for one embedded in another.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        raise ProbeRefused(f"“{address[:60]}” is no IP address.") from None
    if getattr(parsed, "scope_id", None) or (parsed.version == 6 and "%" in address):
        raise ProbeRefused("An address with a network interface in it is not probed.")
    inner = embedded(parsed)
    allowed = tuple(allow)
    for one in (parsed, inner):
        words = _refused(one, allowed) if one is not None else None
        if words and not (from_shell and inner is None and words in AT_A_SHELL):
            raise ProbeRefused(
                f"{one} is an address that is {words}: it is not probed.",
                advice=f"Allow it with --allow {one}, if it is yours." if from_shell else ADMIN,
            )
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def _refused(address: Address, allow: tuple[Network, ...]) -> str | None:
    if any(address in network for network in allow if network.version == address.version):
        return None
    return next((words for network, words in REFUSED if address in network), None)


def is_inside(host: str) -> bool:
    """Whether a host is an address that means another one in every network: private, or inside a carrier's NAT."""
    try:
        return _refused(ip_address(host), ()) in INSIDE
    except ValueError:
        return False
