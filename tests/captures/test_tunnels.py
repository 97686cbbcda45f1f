"""SIP and sound inside of tunnels, and mirrored in HEP: decoded without tshark, and as tshark decodes them."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import ether, ip, pcap, udp

from partnertui.calls.trace_model import Endpoint, Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.hep import HepPacket, decode, encode
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import with_streams

A, B, ROUTER = ("198.51.100.6", 4000), ("203.0.113.10", 6000), ("192.0.2.1", 9000)
SCRIPT = "0 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA\n1 P>A 200 INVITE 1 sdp=203.0.113.10:6000/PCMA"


def signalling() -> list[bytes]:
    """IP packets with an INVITE and its answer."""
    return [ip(udp(message.data)) for message in messages(SCRIPT)]


def sound(packets: int = 50) -> list[bytes]:
    """IP packets with sound both ways."""
    heads = [struct.pack(">BBHII", 0x80, 8, number, number * 160, 7) + bytes(160) for number in range(packets)]
    return [ip(udp(head, *ends), 17, *ends) for head in heads for ends in ((A, B), (B, A))]


def to(port: int) -> Callable[[bytes], bytes]:
    return lambda data: ether(ip(udp(data, ROUTER, (B[0], port)), 17, ROUTER, (B[0], port)))


def vxlan(port: int) -> Callable[[bytes], bytes]:
    return lambda packet: to(port)(struct.pack(">II", 0x08000000, 42 << 8) + ether(packet))


TUNNELS: dict[str, Callable[[bytes], bytes]] = {
    "GRE": lambda packet: ether(ip(struct.pack(">HH", 0, 0x0800) + packet, 47)),
    "GRE with a key and a sequence number": lambda packet: ether(
        ip(struct.pack(">HHII", 0x3000, 0x0800, 7, 1) + packet, 47)
    ),
    "Ethernet over GRE": lambda packet: ether(ip(struct.pack(">HH", 0, 0x6558) + ether(packet), 47)),
    "ERSPAN, type I": lambda packet: ether(ip(struct.pack(">HH", 0, 0x88BE) + ether(packet), 47)),
    "ERSPAN, type II": lambda packet: ether(
        ip(struct.pack(">HHIHHI", 0x1000, 0x88BE, 1, 0x1000, 1, 0) + ether(packet), 47)
    ),
    "ERSPAN, type III": lambda packet: ether(
        ip(struct.pack(">HHIHHIHH", 0x1000, 0x22EB, 1, 0x2000, 1, 0, 0, 0) + ether(packet), 47)
    ),
    "IP in IP": lambda packet: ether(ip(packet, 4)),
    "IP in IP in GRE": lambda packet: ether(ip(struct.pack(">HH", 0, 0x0800) + ip(packet, 4), 47)),
    "GTP-U": lambda packet: to(2152)(struct.pack(">BBHI", 0x30, 0xFF, len(packet), 1) + packet),
    "GTP-U with a 5G header": lambda packet: to(2152)(
        struct.pack(">BBHIHBBBBBB", 0x34, 0xFF, len(packet) + 8, 1, 0, 0, 0x85, 1, 0, 9, 0) + packet
    ),
    "VXLAN": vxlan(4789),
    "VXLAN on another port": vxlan(30_123),
    "VXLAN with a tag": lambda packet: to(4789)(struct.pack(">II", 0x08000000, 42 << 8) + ether(packet, 5)),
    "Geneve": lambda packet: to(6081)(struct.pack(">BBHII", 1, 0, 0x6558, 42 << 8, 0) + ether(packet)),
    "TZSP": lambda packet: to(37008)(b"\1\0\0\1\1" + ether(packet)),
    "MPLS": lambda packet: b"\2" * 12 + struct.pack(">HII", 0x8847, 17 << 12 | 64, 16 << 12 | 0x140) + packet,
    "MPLS pseudowire": lambda packet: b"\2" * 12 + struct.pack(">HII", 0x8847, 16 << 12 | 0x140, 0) + ether(packet),
    "PPPoE": lambda packet: b"\2" * 12 + struct.pack(">HBBHHH", 0x8864, 0x11, 0, 1, len(packet) + 2, 0x21) + packet,
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as index:
        yield index


def read(index: Index, path: Path) -> list[Trace]:
    assert IndexUpdate(index).update([path]) == []
    with closing(CallLoader(index)) as loader:
        return [with_streams(loader, trace, paths=[path]) for some in loader.all([path]) for trace in some]


@pytest.mark.parametrize("tunnel", TUNNELS)
def test_messages_and_sound_in_a_tunnel(index: Index, tmp_path: Path, tunnel: str) -> None:
    path = tmp_path / "tunnel.pcap"
    path.write_bytes(pcap([TUNNELS[tunnel](packet) for packet in (*signalling(), *sound())]))
    (trace,) = read(index, path)
    assert [message.reading.start for message in trace.messages] == ["INVITE", "200 OK"]
    assert trace.messages[0].source == Endpoint("198.51.100.6", 5060)
    assert [(stream.source.port, stream.packets, stream.lost) for stream in trace.streams] == [
        (4000, 50, 0),
        (6000, 50, 0),
    ]
    assert trace.sound_searched


@pytest.mark.tshark
@pytest.mark.parametrize("tunnel", [name for name in TUNNELS if name != "VXLAN on another port"])
def test_tshark_finds_the_same_in_a_tunnel(tmp_path: Path, tunnel: str) -> None:
    path = tmp_path / "tunnel.pcap"
    path.write_bytes(pcap([TUNNELS[tunnel](packet) for packet in signalling()]))
    shown = subprocess.run(
        ["tshark", "-n", "-r", str(path), "-Y", "sip"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert shown.stdout.count("INVITE sip:") + shown.stdout.count("200 OK") == 2, (
        "the packets of this test are as the standard says"
    )


def mirrored(call_id: str, correlation: str, at: float, port: int = 5060) -> list[HepPacket]:
    """A call of one leg as a proxy mirrors it."""
    source, destination = Endpoint("198.51.100.6", port), Endpoint("203.0.113.10", port + 10)
    made = []
    for message in messages("0 A>P INVITE 1\n1 P>A 486 INVITE 1"):
        data = message.data.replace(b"c1", call_id.encode())
        ends = (source, destination) if message.reading.is_request else (destination, source)
        time_us = round((1_795_000_000 + at) * 1e6) + message.time_us % 10**7
        made.append(HepPacket(*ends, "tls", time_us, data, correlation_id=correlation))
    return made


def hep2(packet: HepPacket, head: int) -> bytes:
    addresses = b"".join(bytes(map(int, end.address.split("."))) for end in (packet.source, packet.destination))
    clock = struct.pack("<IIHH", packet.time_us // 10**6, packet.time_us % 10**6, 7, 0)
    ports = struct.pack(">HH", packet.source.port, packet.destination.port)
    return bytes([2, head, 2, 17]) + ports + addresses + clock + packet.payload


def test_hep_is_decoded(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "hep.pcap"
    path.write_bytes(pcap([to(9060)(encode(packet)) for packet in mirrored("a1", "", 0)]))
    (trace,) = read(index, path)
    assert [message.reading.start for message in trace.messages] == ["INVITE", "486 Busy Here"]
    first = trace.messages[0]
    assert (first.source, first.destination) == (Endpoint("198.51.100.6", 5060), Endpoint("203.0.113.10", 5070))
    assert first.transport == "tls"
    finder = CallFinder(Index(tmp_path / "other.db"))
    found = finder.call([path], ["a1"])
    assert found is not None
    assert [message.data for message in found.messages] == [message.data for message in trace.messages]


@pytest.mark.parametrize("head", [16, 28])
def test_hep_version_2(index: Index, tmp_path: Path, head: int) -> None:
    path = tmp_path / "hep2.pcap"
    path.write_bytes(pcap([to(9060)(hep2(packet, head)) for packet in mirrored("a2", "", 0)]))
    (trace,) = read(index, path)
    assert [str(message.source) for message in trace.messages] == ["198.51.100.6:5060", "203.0.113.10:5070"]


def test_the_correlation_id_joins_legs(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "legs.pcap"
    legs = [mirrored("leg-a", "call-7", 0), mirrored("leg-b", "call-7", 20, 6060), mirrored("other", "call-8", 0)]
    path.write_bytes(pcap([to(9060)(encode(packet)) for leg in legs for packet in leg]))
    found = {trace.call_ids: trace.joined_by for trace in read(index, path)}
    assert found == {("leg-a", "leg-b"): "the HEP correlation ID", ("other",): ""}
    with closing(CallLoader(index)) as loader:
        trace = loader.call("leg-b")
    assert trace is not None
    assert trace.call_ids == ("leg-a", "leg-b")


def test_damaged_hep_is_nothing() -> None:
    whole = encode(mirrored("a3", "x", 0)[0])
    assert decode(whole) is not None
    for size in range(len(whole)):
        assert decode(whole[:size]) is None
    for offset in range(4, 80):
        for value in (0, 255):
            decode(whole[:offset] + bytes([value]) + whole[offset + 1 :])
