"""From a name to places by NAPTR, SRV and addresses (RFC 3263), asked of a real name server on loopback."""

from __future__ import annotations

import random
from collections import Counter
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.probes.name_server import Zone, name_server
from tests.probes.udp_phone import phone, status

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.sip_options import dns_lookup as lookups
from partnertui.probes.sip_options.destination import Destination, Server
from partnertui.probes.sip_options.dns_lookup import Srv, parse_nameserver
from partnertui.probes.sip_options.registration_target import target_from_text
from partnertui.probes.sip_options.resolver import Resolution, in_order, resolve_server
from partnertui.probes.sip_options.transaction import ProbeOptions, final_response

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
FULL: Zone = {
    ("lab.test", "NAPTR"): [
        '20 10 "s" "SIP+D2U" "" _sip._udp.lab.test.',
        '10 10 "s" "SIP+D2T" "" _sip._tcp.lab.test.',
        '30 10 "s" "SIPS+D2T" "" _sips._tcp.lab.test.',
        '5 10 "s" "SIP+D2S" "" _sip._sctp.lab.test.',
        '1 1 "u" "E2U+sip" "!^.*$!sip:x@lab.test!" .',
    ],
    ("_sip._udp.lab.test", "SRV"): ["10 5 5080 u1.lab.test.", "5 5 5081 u2.lab.test."],
    ("_sip._tcp.lab.test", "SRV"): ["10 5 5082 t1.lab.test."],
    ("_sips._tcp.lab.test", "SRV"): ["10 5 5083 s1.lab.test."],
    ("u1.lab.test", "A"): ["127.0.0.1"],
    ("u2.lab.test", "A"): ["127.0.0.2"],
    ("t1.lab.test", "A"): ["127.0.0.3"],
    ("s1.lab.test", "A"): ["127.0.0.4"],
    ("lab.test", "A"): ["127.0.0.9"],
    ("lab.test", "AAAA"): ["::1"],
}


async def found(server: Server, zone: Zone = FULL) -> Resolution:
    async with name_server(zone) as names:
        return await resolve_server(server, [names.address], LOCAL)


def ends(resolution: Resolution) -> list[tuple[str, str, int]]:
    return [(destination.transport, destination.address, destination.port) for destination in resolution.destinations]


async def test_naptr_chooses_the_transport_and_srv_the_order() -> None:
    resolution = await found(Server("lab.test"))
    assert ends(resolution) == [
        ("tcp", "127.0.0.3", 5082),
        ("udp", "127.0.0.2", 5081),
        ("udp", "127.0.0.1", 5080),
        ("tls", "127.0.0.4", 5083),
    ]
    assert {destination.name for destination in resolution.destinations} == {"lab.test"}, (
        "a certificate is for the URI's name"
    )
    assert resolution.steps[0].startswith("NAPTR: tcp by _sip._tcp.lab.test, udp by")
    assert "SRV _sip._udp.lab.test: u2.lab.test:5081, u1.lab.test:5080" in resolution.steps


async def test_sips_takes_tls_only() -> None:
    assert ends(await found(Server("lab.test", secure=True))) == [("tls", "127.0.0.4", 5083)]


async def test_a_transport_goes_straight_to_its_srv() -> None:
    async with name_server(FULL) as names:
        resolution = await resolve_server(Server("lab.test", None, "udp"), [names.address], LOCAL)
        assert [kind for _, kind in names.asked if kind == "NAPTR"] == []
    assert [end[0] for end in ends(resolution)] == ["udp", "udp"]


async def test_without_naptr_each_transport_is_asked_for() -> None:
    zone = {key: records for key, records in FULL.items() if key[1] != "NAPTR"}
    assert [end[0] for end in ends(await found(Server("lab.test"), zone))] == ["udp", "udp", "tcp"]
    assert [end[0] for end in ends(await found(Server("lab.test", secure=True), zone))] == ["tls"]


async def test_without_srv_it_is_the_address_and_the_usual_port() -> None:
    zone = {("lab.test", "A"): ["127.0.0.9"], ("lab.test", "AAAA"): ["::1"]}
    by_udp = ends(await found(Server("lab.test"), zone))
    assert sorted(by_udp) == [("udp", "127.0.0.9", 5060), ("udp", "::1", 5060)]
    assert {end[2] for end in ends(await found(Server("lab.test", secure=True), zone))} == {5061}
    assert {end[0] for end in ends(await found(Server("lab.test", None, "tcp"), zone))} == {"tcp"}


async def test_a_port_or_an_address_skips_the_services() -> None:
    async with name_server(FULL) as names:
        resolution = await resolve_server(Server("lab.test", 5099), [names.address], LOCAL)
        assert {end[2] for end in ends(resolution)} == {5099}
        assert {kind for _, kind in names.asked} == {"A", "AAAA"}
        names.asked.clear()
        assert ends(await resolve_server(Server("127.0.0.1"), [names.address], LOCAL)) == [("udp", "127.0.0.1", 5060)]
        assert ends(await resolve_server(Server("::1", None, None, True), [names.address], LOCAL)) == [
            ("tls", "::1", 5061)
        ]
        assert names.asked == []


async def test_a_service_that_is_not_offered() -> None:
    zone = {("_sip._udp.lab.test", "SRV"): ["0 0 0 ."], ("lab.test", "A"): ["127.0.0.9"]}
    for server in (Server("lab.test", None, "udp"), Server("lab.test")):
        with pytest.raises(ProbeRefused, match=r"The domain lab\.test declares that it doesn't offer SIP over UDP"):
            await found(server, zone)
    both: Zone = zone | {("_sip._tcp.lab.test", "SRV"): ["1 1 5061 t.lab.test."], ("t.lab.test", "A"): ["127.0.0.3"]}
    resolution = await found(Server("lab.test"), both)
    assert ends(resolution) == [("tcp", "127.0.0.3", 5061)]
    assert "service not offered" in resolution.steps[0]


async def test_names_that_are_not_there() -> None:
    with pytest.raises(ProbeRefused, match=r"The name nobody\.test is unknown"):
        await found(Server("nobody.test"))
    with pytest.raises(ProbeRefused, match="is unknown"):
        await found(Server("lab.test"), {("_sip._udp.lab.test", "SRV"): ["1 1 5060 gone.test."]})


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
async def test_every_address_is_checked(address: str) -> None:
    """One forbidden address among good ones is enough: who names it wants something."""
    zone: Zone = {
        ("lab.test", "A"): ["8.8.4.4", *([address] if ":" not in address else [])],
        ("lab.test", "AAAA"): [address] if ":" in address else ["2a00:1450::1"],
    }
    async with name_server(zone) as names:
        with pytest.raises(ProbeRefused, match="it isn't probed"):
            await resolve_server(Server("lab.test"), [names.address])


async def test_names_typed_at_a_shell_may_mean_private_addresses() -> None:
    zone: Zone = {
        ("_sip._udp.lab.test", "SRV"): ["1 1 5070 in.lab.test."],
        ("in.lab.test", "A"): ["10.1.2.3", "192.0.2.4"],
        ("in.lab.test", "AAAA"): ["fd00::7"],
        ("host.lab.test", "A"): ["10.1.2.3", "127.0.0.1"],
    }
    async with name_server(zone) as names:
        resolution = await resolve_server(Server("lab.test", None, "udp"), [names.address], from_shell=True)
        assert {end[1] for end in ends(resolution)} == {"10.1.2.3", "192.0.2.4", "fd00::7"}
        with pytest.raises(ProbeRefused, match=r"private|documentation"):
            await resolve_server(Server("lab.test", None, "udp"), [names.address])
        with pytest.raises(ProbeRefused, match=r"127\.0\.0\.1 is an address of this host"):
            await resolve_server(Server("host.lab.test"), [names.address], from_shell=True)


async def test_a_name_server_that_says_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "QUERY_TIMEOUT", 0.3)
    async with name_server(FULL, silent=["NAPTR", "SRV", "A", "AAAA"]) as names:
        with pytest.raises(ProbeRefused, match=r"couldn't be resolved: DNS didn't respond within 0\.3 s"):
            await resolve_server(Server("lab.test"), [names.address], LOCAL)
    async with name_server(FULL, silent=["NAPTR"]) as names:
        assert ends(await resolve_server(Server("lab.test"), [names.address], LOCAL)), "SRV may still know"
    async with name_server(FULL, broken=["A", "AAAA"]) as names:
        with pytest.raises(ProbeRefused, match="DNS returned an error"):
            await resolve_server(Server("lab.test", 5060), [names.address], LOCAL)


async def test_the_file_of_hosts_is_read_where_no_name_server_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hosts").write_text("# hosts\n127.0.0.7 Proxy.lab.test proxy  # ours\n")
    monkeypatch.setattr(lookups, "HOSTS", tmp_path / "hosts")
    assert ends(await resolve_server(Server("proxy.lab.test", 5060), (), LOCAL)) == [("udp", "127.0.0.7", 5060)]


async def test_the_next_place_is_asked_when_one_fails() -> None:
    """The first refuses, the second says 503, the third answers."""
    busy, good = await phone(status(503, "Service Unavailable")), await phone(status())
    zone = {
        ("_sip._udp.lab.test", "SRV"): ["1 1 9 x.test.", f"2 1 {busy.port} x.test.", f"3 1 {good.port} x.test."],
        ("x.test", "A"): ["127.0.0.1"],
    }
    target = target_from_text("1001@lab.test", transport="udp")
    resolution = await found(target.server, zone)
    end = await final_response(target, resolution.destinations, ProbeOptions(3))
    assert getattr(end, "status", None) == 200
    assert (len(busy.requests), len(good.requests)) == (1, 1)
    vias = {made.requests[0].headers.first("via") for made in (busy, good)}
    assert len(vias) == 2, "another place is another transaction"


def test_weights_share_the_load() -> None:
    chance = random.Random(3)
    records = [Srv(1, 80, 5060, "big"), Srv(1, 20, 5060, "small"), Srv(1, 0, 5060, "last"), Srv(0, 0, 5060, "first")]
    orders = [[one.host for one in in_order(records, chance)] for _ in range(500)]
    assert {order[0] for order in orders} == {"first"}
    seconds = Counter(order[1] for order in orders)
    assert 340 < seconds["big"] < 440
    assert seconds["small"] > 60
    assert all(sorted(order) == ["big", "first", "last", "small"] for order in orders)


def test_name_servers_as_they_are_written() -> None:
    assert parse_nameserver("192.0.2.53") == ("192.0.2.53", 53)
    assert parse_nameserver("192.0.2.53:5353") == ("192.0.2.53", 5353)
    assert parse_nameserver("[2001:db8::53]:5353") == ("2001:db8::53", 5353)
    assert parse_nameserver("2001:db8::53") == ("2001:db8::53", 53)
    with pytest.raises(ProbeRefused):
        parse_nameserver("dns.test")


def test_a_place_says_where_it_is() -> None:
    assert Destination("tls", "2001:db8::1", 5061).words == "tls [2001:db8::1]:5061"
