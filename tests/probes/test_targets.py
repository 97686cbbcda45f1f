"""From a registration to a packet's way, and which addresses are never asked."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from partnertui.probes.addresses import ProbeRefused, check_address
from partnertui.probes.targets import Registration, address_of, behind_nat, direct, through

PROXY = "sip:203.0.113.10:5060"
NATTED = Registration("1001@lab.test", "sip:1001-0x5@192.168.77.10:5060", "sip:198.51.100.6:5060")
PUBLIC = Registration("1002@lab.test", "sip:1002-0x6@198.51.100.130:5060")
TCP = Registration(
    "1009@lab.test", "sip:1009@198.51.100.130:5090;transport=tcp", "sip:198.51.100.130:42996;transport=tcp"
)
SIX = Registration("1011@lab.test", "sip:1011-0x7@[2001:db8:f::10]:5070")


def test_straight_to_where_the_phone_is_seen() -> None:
    target = direct(NATTED)
    assert (target.host, target.port, target.request_uri) == ("198.51.100.6", 5060, NATTED.contact)
    assert target.routes == ()
    assert target.behind_nat
    assert direct(SIX).host == "2001:db8:f::10"
    assert direct(SIX).words == "directly to [2001:db8:f::10]:5070"


def test_through_the_proxy_that_holds_the_binding() -> None:
    target = through(NATTED, PROXY)
    assert (target.host, target.port, target.request_uri) == ("203.0.113.10", 5060, NATTED.contact)
    assert target.routes == ("sip:203.0.113.10:5060;lr", "sip:198.51.100.6:5060;lr")
    assert through(TCP, PROXY).routes[1] == "sip:198.51.100.130:42996;transport=tcp;lr"
    assert through(SIX, "203.0.113.10").routes == ("sip:203.0.113.10;lr", "sip:[2001:db8:f::10]:5070;lr")


def test_a_path_is_followed() -> None:
    path = "<sip:token@192.0.2.5;lr;received=sip:1.2.3.4:5%3Btransport=tcp>,<sip:192.0.2.6:5080;transport=tcp;lr>"
    target = through(Registration("a@b.test", "sip:a@10.1.1.1", None, path), PROXY)
    first, second = target.routes[1:]
    assert first == "sip:token@192.0.2.5;received=sip:1.2.3.4:5%3Btransport=tcp;lr", "the edge finds the phone by it"
    assert second == "sip:192.0.2.6:5080;transport=tcp;lr"


def test_nat_is_told_by_where_the_phone_is_seen() -> None:
    assert behind_nat(NATTED)
    assert not behind_nat(PUBLIC)
    assert not behind_nat(TCP), "over TCP the port always differs"
    assert not behind_nat(Registration("a", "sip:a@[2001:DB8::0:1]", "sip:[2001:db8::1]:5060"))
    assert behind_nat(Registration("a", "sip:a@192.0.2.1:5060", "sip:192.0.2.1:61000"))


def test_what_udp_cannot_reach_is_said() -> None:
    with pytest.raises(ProbeRefused, match="registered over TCP"):
        direct(TCP)
    with pytest.raises(ProbeRefused, match="registered over WS"):
        direct(Registration("a", "sip:x@k3v9.invalid;transport=ws", "sip:198.51.100.9:4000;transport=ws"))
    with pytest.raises(ProbeRefused, match="go by UDP"):
        through(NATTED, "sip:203.0.113.10;transport=tcp")


@pytest.mark.parametrize("contact", ["", "x", "tel:123", "sip:", "sip:a@b\r\nX: y", "sip:a@[fe80::1%eth0]"])
def test_odd_contacts_end_in_a_sentence(contact: str) -> None:
    with pytest.raises(ProbeRefused):
        direct(Registration("a@b", contact))
    with pytest.raises(ProbeRefused):
        through(Registration("a@b", contact), PROXY)
    assert behind_nat(Registration("a", contact, "sip:198.51.100.1"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "fe80::1", "fe80::1%lo", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "fd00::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::1", "2002:a00:1::",
        "2001:0:1:2:3:4:80ff:fffe", "::ffff:0:192.168.0.1", "198.51.100.6", "2001:db8::1", "1.2.3",
        "localhost", "0x7f000001", "",
    ],
)  # fmt: skip
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


def test_names_are_resolved_once_and_checked() -> None:
    local = Registration("a@b", "sip:a@localhost")
    with pytest.raises(ProbeRefused, match="of this host itself"):
        address_of(direct(local))
    assert address_of(direct(local), (ip_network("127.0.0.0/8"), ip_network("::1/128"))) in {"127.0.0.1", "::1"}
    with pytest.raises(ProbeRefused, match="not known"):
        address_of(direct(Registration("a@b", "sip:a@no-such-host.invalid")))


def test_port_0_is_refused() -> None:
    with pytest.raises(ProbeRefused, match="port 0"):
        direct(Registration("a@b", "sip:a@198.51.100.1:0"))


def test_the_proxy_of_the_settings_may_be_private() -> None:
    assert address_of(through(NATTED, "sip:10.9.8.7")) == "10.9.8.7"
