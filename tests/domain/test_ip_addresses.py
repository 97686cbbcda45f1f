"""Which addresses are nobody's in particular, and what may be blocked."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.ip_addresses import blockable, read_address, read_network, special


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("10.1.2.3", "a private address, RFC 1918"),
        ("172.31.255.255", "a private address, RFC 1918"),
        ("192.168.0.1", "RFC 1918"),
        ("100.64.0.1", "carrier-grade NAT address, shared by many customers, RFC 6598"),
        ("127.0.0.1", "loopback"),
        ("203.0.113.9", "a documentation address, RFC 5737"),
        ("2001:db8::1", "documentation address, RFC 3849"),
        ("fd00::1", "private address, RFC 4193"),
        ("fe80::1", "link-local"),
        ("::1", "loopback"),
        ("::ffff:10.0.0.1", "private address, RFC 1918"),
        ("255.255.255.255", "broadcast"),
        ("4000::1", "an unassigned address"),
    ],
)
def test_special_addresses_are_named(address: str, words: str) -> None:
    assert words in special(read_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "193.0.6.139", "2a00:1450::1", "::ffff:8.8.8.8"])
def test_ordinary_addresses_are_not(address: str) -> None:
    assert special(read_address(address)) == ""


@given(st.one_of(st.ip_addresses(), st.builds(lambda a: f"::ffff:{a}", st.ip_addresses(v=4))))
def test_what_is_global_for_python_is_for_us(address: IPv4Address | IPv6Address | str) -> None:
    found = read_address(str(address))
    assert bool(special(found)) or found.is_global


@pytest.mark.parametrize(
    ("typed", "network"),
    [
        ("198.51.100.7", "198.51.100.7/32"),
        (" 198.51.100.0/24 ", "198.51.100.0/24"),
        ("[2a00::1]", "2a00::1/128"),
        ("::ffff:198.51.100.7", "198.51.100.7/32"),
        ("2A00:0:0::/48", "2a00::/48"),
    ],
)
def test_networks_are_read(typed: str, network: str) -> None:
    assert str(read_network(typed)) == network


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("300.1.1.1", "isn't an IP address"),
        ("a/24", "isn't a network"),
        ("198.51.100.7/24", "neither a single address nor a network"),
        ("127.0.0.1", "a loopback"),
        ("::1", "a loopback"),
        ("224.0.0.1", "a multicast group"),
        ("0.0.0.0", "not a host address"),
        ("198.0.0.0/8", "too large: it has 16,777,216 addresses"),
        ("0.0.0.0/0", "can't be blocked"),
        ("2a00::/20", "too large"),
        ("203.0.113.64/26", "can't be blocked: 203.0.113.0/24 is our office"),
        ("203.0.0.0/16", "can't be blocked: 203.0.113.0/24 is our office"),
    ],
)
def test_what_may_not_be_blocked(typed: str, words: str) -> None:
    with pytest.raises(DomainError) as found:
        blockable(typed, [(ip_network("203.0.113.0/24"), "our office")])
    assert words in str(found.value)
    assert found.value.field == "network"
