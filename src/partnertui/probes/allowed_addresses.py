"""Which addresses may be probed: registrations are untrusted, and mustn't direct probes at our own hosts."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from partnertui.domain.errors import DomainError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PRIVATE = "a private address"
CARRIER_NAT = "a carrier-grade NAT address"
DOCUMENTATION = "a documentation address (demo data)"
REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), words)
    for words, networks in {
        "an address of this host": "0.0.0.0/8 127.0.0.0/8 ::/128 ::1/128",
        PRIVATE: "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 64:ff9b:1::/48",
        CARRIER_NAT: "100.64.0.0/10",
        "a link-local address": "169.254.0.0/16 fe80::/10",
        "a multicast address": "224.0.0.0/4 ff00::/8",
        DOCUMENTATION: "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "a reserved address": "192.0.0.0/24 240.0.0.0/4 100::/64 fec0::/10",
    }.items()
    for network in networks.split()
)
"""IANA special-purpose address registries (RFC 6890 and its successors)."""
INSIDE = frozenset({PRIVATE, CARRIER_NAT})
AT_A_SHELL = INSIDE | {DOCUMENTATION}
"""Kinds of REFUSED that may be probed when the address was typed at a shell, where they are reachable without us too.

In the interface they stay refused: addresses there come from registrations and calls, which strangers write.
"""
_TUNNELS = (
    # Mapped (RFC 4291, section 2.5.5.2).
    IPv6Network("::ffff:0:0/96"),
    # NAT64's well-known prefix (RFC 6052).
    IPv6Network("64:ff9b::/96"),
    # IPv4-compatible, deprecated (RFC 4291, section 2.5.5.1).
    IPv6Network("::/96"),
    # IPv4-translated, of SIIT (RFC 2765).
    IPv6Network("::ffff:0:0:0/96"),
)

ADMIN = "An admin can allow it (sip_test.allow in the settings); or run a SIP test through the proxy."


class ProbeRefused(DomainError):
    """A probe was not sent; says why and what to do about it."""


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
    """Return the normalised address to probe.

    Raises ProbeRefused unless it's a public address or in one of the `allow` networks. `from_shell`: a person typed
    the address at a shell, so AT_A_SHELL applies; it never applies to an IPv4 address embedded in IPv6.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        raise ProbeRefused(f"“{address[:60]}” isn't a valid IP address.") from None
    if getattr(parsed, "scope_id", None) or (parsed.version == 6 and "%" in address):
        raise ProbeRefused("An address with a network interface (%scope) can't be probed.")
    inner = embedded(parsed)
    allowed = tuple(allow)
    # Both: a public-looking IPv6 address may carry a private IPv4 one to a translator in our own network.
    for one in (parsed, inner):
        words = _refused(one, allowed) if one is not None else None
        if words and not (from_shell and inner is None and words in AT_A_SHELL):
            raise ProbeRefused(
                f"{one} is {words}, so it isn't probed.",
                advice=f"If it's yours, allow it with --allow {one}." if from_shell else ADMIN,
            )
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def _refused(address: Address, allow: tuple[Network, ...]) -> str | None:
    if any(address in network for network in allow if network.version == address.version):
        return None
    return next((words for network, words in REFUSED if address in network), None)


def is_inside(host: str) -> bool:
    """Whether the host is a private or carrier-grade NAT address, which is a different host in every network."""
    try:
        return _refused(ip_address(host), ()) in INSIDE
    except ValueError:
        return False
