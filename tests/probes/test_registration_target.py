"""From a registration to a packet's way, and which addresses are never asked."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from partnertui.probes.allowed_addresses import ProbeRefused, check_address
from partnertui.probes.sip_options.destination import Server
from partnertui.probes.sip_options.registration_target import (
    Registration,
    behind_nat,
    direct_target,
    proxied_target,
    target_from_text,
)

PROXY = "sip:203.0.113.10:5060"
NATTED = Registration("1001@lab.test", "sip:1001-0x5@192.168.77.10:5060", "sip:198.51.100.6:5060")
PUBLIC = Registration("1002@lab.test", "sip:1002-0x6@198.51.100.130:5060")
TCP = Registration(
    "1009@lab.test", "sip:1009@198.51.100.130:5090;transport=tcp", "sip:198.51.100.130:42996;transport=tcp"
)
SIX = Registration("1011@lab.test", "sip:1011-0x7@[2001:db8:f::10]:5070")


def test_straight_to_where_the_phone_is_seen() -> None:
    target = direct_target(NATTED)
    assert (target.server, target.request_uri) == (Server("198.51.100.6", 5060), NATTED.contact)
    assert target.routes == ()
    assert target.behind_nat
    assert direct_target(SIX).server.host == "2001:db8:f::10"
    assert direct_target(SIX).words == "directly to [2001:db8:f::10]:5070"


def test_through_the_proxy_that_holds_the_binding() -> None:
    target = proxied_target(NATTED, PROXY)
    assert (target.server, target.request_uri) == (Server("203.0.113.10", 5060), NATTED.contact)
    assert target.routes == ("sip:203.0.113.10:5060;lr", "sip:198.51.100.6:5060;lr")
    assert proxied_target(TCP, PROXY).routes[1] == "sip:198.51.100.130:42996;transport=tcp;lr"
    assert proxied_target(SIX, "203.0.113.10").routes == ("sip:203.0.113.10;lr", "sip:[2001:db8:f::10]:5070;lr")


def test_a_path_is_followed() -> None:
    path = "<sip:token@192.0.2.5;lr;received=sip:1.2.3.4:5%3Btransport=tcp>,<sip:192.0.2.6:5080;transport=tcp;lr>"
    target = proxied_target(Registration("a@b.test", "sip:a@10.1.1.1", None, path), PROXY)
    first, second = target.routes[1:]
    assert first == "sip:token@192.0.2.5;received=sip:1.2.3.4:5%3Btransport=tcp;lr", "the edge finds the phone by it"
    assert second == "sip:192.0.2.6:5080;transport=tcp;lr"


def test_nat_is_told_by_where_the_phone_is_seen() -> None:
    assert behind_nat(NATTED)
    assert not behind_nat(PUBLIC)
    assert not behind_nat(TCP), "over TCP the port always differs"
    assert not behind_nat(Registration("a", "sip:a@[2001:DB8::0:1]", "sip:[2001:db8::1]:5060"))
    assert behind_nat(Registration("a", "sip:a@192.0.2.1:5060", "sip:192.0.2.1:61000"))


def test_over_tcp_it_is_the_contact_that_may_listen() -> None:
    assert direct_target(TCP).server == Server("198.51.100.130", 5090, "tcp")
    assert direct_target(PUBLIC, "tcp").server.transport == "tcp"


def test_the_proxy_may_be_on_any_transport() -> None:
    assert proxied_target(NATTED, "sip:203.0.113.10;transport=tcp").server == Server("203.0.113.10", None, "tcp")
    chosen = proxied_target(NATTED, "sip:203.0.113.10:5061;transport=tcp", "tls")
    assert chosen.server == Server("203.0.113.10", 5061, "tls")
    assert chosen.routes[0] == "sip:203.0.113.10:5061;transport=tls;lr"
    assert proxied_target(NATTED, "sips:proxy.lab.test").server == Server("proxy.lab.test", None, None, True)


def test_what_only_its_own_connection_reaches_is_said() -> None:
    with pytest.raises(ProbeRefused, match="registered over TCP"):
        direct_target(Registration("a", "sip:a@192.168.1.2:5060;transport=tcp", "sip:198.51.100.9:40001;transport=tcp"))
    with pytest.raises(ProbeRefused, match="behind NAT"):
        direct_target(NATTED, "tcp")
    with pytest.raises(ProbeRefused, match="registered over WS"):
        direct_target(Registration("a", "sip:x@k3v9.invalid;transport=ws", "sip:198.51.100.9:4000;transport=ws"))
    with pytest.raises(ProbeRefused, match="SCTP isn't supported"):
        proxied_target(NATTED, "sip:203.0.113.10;transport=sctp")


@pytest.mark.parametrize(
    ("text", "uri", "server", "aor"),
    [
        ("1001@lab.test", "sip:1001@lab.test", Server("lab.test"), "sip:1001@lab.test"),
        ("sip:1@198.51.100.1:5070", "sip:1@198.51.100.1:5070", Server("198.51.100.1", 5070), "sip:1@198.51.100.1"),
        ("lab.test", "sip:lab.test", Server("lab.test"), "sip:lab.test"),
        ("198.51.100.1:5070", "sip:198.51.100.1:5070", Server("198.51.100.1", 5070), "sip:198.51.100.1:5070"),
        ("2001:db8::1", "sip:[2001:db8::1]", Server("2001:db8::1"), "sip:[2001:db8::1]"),
        ("[2001:db8::1]:5070", "sip:[2001:db8::1]:5070", Server("2001:db8::1", 5070), "sip:[2001:db8::1]:5070"),
        ("sips:a@lab.test", "sips:a@lab.test", Server("lab.test", None, None, True), "sips:a@lab.test"),
        ("a@lab.test;transport=tcp", "sip:a@lab.test;transport=tcp", Server("lab.test", None, "tcp"), "sip:a@lab.test"),
        ("a@x.test;maddr=198.51.100.7", "sip:a@x.test;maddr=198.51.100.7", Server("198.51.100.7"), "sip:a@x.test"),
    ],
)
def test_what_one_types(text: str, uri: str, server: Server, aor: str) -> None:
    target = target_from_text(text)
    assert (target.request_uri, target.server, target.aor, target.routes) == (uri, server, aor, ())
    assert target_from_text(text, "203.0.113.10").routes == ("sip:203.0.113.10;lr",)
    assert target_from_text(text, "203.0.113.10").server == Server("203.0.113.10")


@pytest.mark.parametrize("text", ["", "tel:+44123@x y", "a b", "sip:", "a@b:99999", "a@b\r\nX: y", "http://lab.test"])
def test_what_is_nothing_is_said(text: str) -> None:
    with pytest.raises(ProbeRefused, match="isn't a valid SIP target"):
        target_from_text(text)


@pytest.mark.parametrize("contact", ["", "x", "tel:123", "sip:", "sip:a@b\r\nX: y", "sip:a@[fe80::1%eth0]"])
def test_odd_contacts_end_in_a_sentence(contact: str) -> None:
    with pytest.raises(ProbeRefused):
        direct_target(Registration("a@b", contact))
    with pytest.raises(ProbeRefused):
        proxied_target(Registration("a@b", contact), PROXY)
    assert behind_nat(Registration("a", contact, "sip:198.51.100.1"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "::1",
        "::",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%lo",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2001:0:1:2:3:4:80ff:fffe",
        "::ffff:0:192.168.0.1",
        "198.51.100.6",
        "2001:db8::1",
        "3fff::1",
        "fec0::1",
        "1.2.3",
        "localhost",
        "0x7f000001",
        "",
    ],
)
def test_never_asked(address: str) -> None:
    with pytest.raises(ProbeRefused):
        check_address(address)


@pytest.mark.parametrize("address", ["8.8.4.4", "2a00:1450::1"])
def test_asked(address: str) -> None:
    assert check_address(address) == address


def test_mapped_addresses_are_asked_as_what_they_are() -> None:
    assert check_address("::ffff:8.8.4.4") == "8.8.4.4"


def test_a_site_allows_networks_by_name() -> None:
    allow = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert check_address("127.0.0.1", allow) == "127.0.0.1"
    assert check_address("::1", allow) == "::1"
    with pytest.raises(ProbeRefused):
        check_address("10.0.0.1", allow)


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1", "100.64.0.1", "192.0.2.9", "203.0.113.1", "2001:db8::1"],
)
def test_what_somebody_typed_at_a_shell_may_be_private(address: str) -> None:
    assert check_address(address, from_shell=True) == address
    with pytest.raises(ProbeRefused, match="it isn't probed"):
        check_address(address)


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("::1", "::1"),
        ("169.254.169.254", "169.254.169.254"),
        ("fe80::1", "fe80::1"),
        ("224.0.0.1", "224.0.0.1"),
        ("ff02::1", "ff02::1"),
        ("240.0.0.1", "240.0.0.1"),
        ("fec0::1", "fec0::1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "10.0.0.1"),
        ("2002:a00:1::", "10.0.0.1"),
        ("::10.0.0.1", "10.0.0.1"),
    ],
)
def test_what_is_refused_at_a_shell_too(address: str, named: str) -> None:
    """And the sentence says what would allow it."""
    with pytest.raises(ProbeRefused) as refused:
        check_address(address, from_shell=True)
    assert f"--allow {named}" in refused.value.advice
    assert check_address(address, [ip_network(named)], from_shell=True)


def test_port_0_is_refused() -> None:
    with pytest.raises(ProbeRefused, match="port 0"):
        direct_target(Registration("a@b", "sip:a@198.51.100.1:0"))
