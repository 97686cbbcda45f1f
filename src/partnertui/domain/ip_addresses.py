"""IP addresses and networks: special-purpose ones, and which may be blocked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from partnertui.domain.errors import DomainError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
ADVICE = "Enter an address such as 198.51.100.7, or a network such as 198.51.100.0/24."
WIDEST = {4: 16, 6: 32}
"""The shortest prefix that one blocking may cover: 65,536 IPv4 addresses, an IPv6 provider's whole range."""
_SPECIAL = (
    ("10.0.0.0/8", "a private address", "RFC 1918"),
    ("172.16.0.0/12", "a private address", "RFC 1918"),
    ("192.168.0.0/16", "a private address", "RFC 1918"),
    ("100.64.0.0/10", "a carrier-grade NAT address, shared by many customers", "RFC 6598"),
    ("127.0.0.0/8", "a loopback address", "RFC 1122"),
    ("0.0.0.0/8", "not a host address", "RFC 1122"),
    ("169.254.0.0/16", "a link-local address, self-assigned without DHCP", "RFC 3927"),
    ("192.0.2.0/24", "a documentation address", "RFC 5737"),
    ("198.51.100.0/24", "a documentation address", "RFC 5737"),
    ("203.0.113.0/24", "a documentation address", "RFC 5737"),
    ("198.18.0.0/15", "a benchmarking address", "RFC 2544"),
    ("192.0.0.0/24", "an address reserved for protocols", "RFC 6890"),
    ("192.88.99.0/24", "a 6to4 relay address, no longer in use", "RFC 7526"),
    ("224.0.0.0/4", "a multicast group", "RFC 5771"),
    # Before the block that it lies in: the first network that holds an address says what it is.
    ("255.255.255.255/32", "the broadcast address", "RFC 919"),
    ("240.0.0.0/4", "a reserved address", "RFC 1112"),
    ("::1/128", "a loopback address", "RFC 4291"),
    ("::/128", "not a host address", "RFC 4291"),
    ("fc00::/7", "a private address", "RFC 4193"),
    ("fe80::/10", "a link-local address", "RFC 4291"),
    ("ff00::/8", "a multicast group", "RFC 4291"),
    ("2001:db8::/32", "a documentation address", "RFC 3849"),
    ("3fff::/20", "a documentation address", "RFC 9637"),
    ("100::/64", "a discard-only address", "RFC 6666"),
    ("64:ff9b::/96", "an IPv4 address behind a translator (NAT64)", "RFC 6052"),
    ("2001::/32", "an IPv4 address in a Teredo tunnel", "RFC 4380"),
    ("2002::/16", "an IPv4 address in a 6to4 tunnel", "RFC 7526"),
)


def read_address(typed: str) -> Address:
    """Parses an address; an IPv4-mapped one (::ffff:192.0.2.1) becomes IPv4. Raises DomainError."""
    try:
        # URIs and SIP headers write IPv6 in brackets (RFC 3986, section 3.2.2).
        found = ip_address(typed.strip().strip("[]"))
    except ValueError:
        raise DomainError(f"“{typed.strip()[:60]}” isn't an IP address.", field="network", advice=ADVICE) from None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


@lru_cache(1)
def _special() -> tuple[tuple[Network, str, str], ...]:
    return tuple((ip_network(network), words, source) for network, words, source in _SPECIAL)


def special(address: Address) -> str:
    """The special purpose of an address, such as "a private address, RFC 1918"; empty if it has none."""
    for network, words, source in _special():
        if address in network:
            return f"{words}, {source}"
    # So far IANA has opened this block alone for global unicast.
    if isinstance(address, IPv6Address) and address not in IPv6Network("2000::/3"):
        return "an unassigned address, RFC 4291"
    return "" if address.is_global else "a special-use address, RFC 6890"


def read_network(typed: str) -> Network:
    """Parses an address or network; raises DomainError with a correction."""
    text = typed.strip()
    if "/" not in text:
        return ip_network(read_address(text))
    try:
        loose = ip_network(text, strict=False)
    except ValueError:
        raise DomainError(f"“{text[:60]}” isn't a network.", field="network", advice=ADVICE) from None
    if str(loose.network_address) != str(ip_address(text.partition("/")[0])):
        advice = f"Enter {loose} for the whole network, or {text.partition('/')[0]} for the single address."
        raise DomainError(f"{text} is neither a single address nor a network.", field="network", advice=advice)
    return loose


def blockable(typed: str, never: Iterable[tuple[Network, str]]) -> Network:
    """The network to block; raises DomainError if blocking it would lock us or too many others out.

    never: networks that stay open, each with what it is.
    """
    network = read_network(typed)
    first = network.network_address
    if first.is_loopback or first.is_unspecified or first.is_multicast or first.is_link_local:
        what = special(first).partition(",")[0] or "not a host address"
        raise DomainError(f"{shown(network)} is {what}, so it can't be blocked.", field="network")
    if network.prefixlen < WIDEST[network.version]:
        raise DomainError(
            f"{network} is too large: it has {how_many(network)}.",
            field="network",
            advice=f"Block a /{WIDEST[network.version]} or a smaller network.",
        )
    for ours, what in never:
        if ours.version == network.version and ours.overlaps(network):
            raise DomainError(
                f"{shown(network)} can't be blocked: {shown(ours)} is {what}.",
                field="network",
                advice="Choose a network that doesn't include it.",
            )
    return network


def shown(network: Network) -> str:
    """A network as text; a single address has no prefix length."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def how_many(network: Network) -> str:
    """The number of addresses in a network, as text."""
    count = network.num_addresses
    if count == 1:
        return "one address"
    return f"{count:,} addresses" if count < 10**9 else f"2^{network.max_prefixlen - network.prefixlen} addresses"
