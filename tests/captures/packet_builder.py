"""Captures made byte by byte: links, fragments, segments, tunnels, formats."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

A, B = ("198.51.100.6", 5060), ("203.0.113.10", 5060)
Place = tuple[str, int]
START = 1_795_000_000


def udp(payload: bytes, source: Place = A, destination: Place = B) -> bytes:
    """A UDP datagram without its IP header."""
    return struct.pack(">HHHH", source[1], destination[1], len(payload) + 8, 0) + payload


def tcp(payload: bytes, sequence: int, source: Place = A, destination: Place = B, flags: int = 0x18) -> bytes:
    """A TCP segment without its IP header."""
    return struct.pack(">HHIIBBHHH", source[1], destination[1], sequence, 1, 0x50, flags, 65535, 0, 0) + payload


def ip(
    body: bytes, protocol: int = 17, source: Place = A, destination: Place = B, *, fragment: int = 0, key: int = 1
) -> bytes:
    """An IPv4 or IPv6 packet; `fragment`: flags and offset of IPv4."""
    one, other = ip_address(source[0]), ip_address(destination[0])
    if one.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + one.packed + other.packed + body
    head = struct.pack(">BBHHHBBH", 0x45, 0, len(body) + 20, key, fragment, 64, protocol, 0)
    return head + one.packed + other.packed + body


def ether(packet: bytes, *tags: int) -> bytes:
    """An Ethernet frame, with VLAN tags."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    types = b"".join(
        struct.pack(">HH", 0x8100 if place == len(tags) - 1 else 0x88A8, tag) for place, tag in enumerate(tags)
    )
    return b"\2" * 12 + types + struct.pack(">H", kind) + packet


def sll(packet: bytes) -> bytes:
    """Linux cooked."""
    return struct.pack(">HHH8sH", 0, 1, 6, b"\2" * 8, 0x0800) + packet


def sll2(packet: bytes) -> bytes:
    """Linux cooked, version 2."""
    return struct.pack(">HHIHBB8s", 0x0800, 0, 1, 1, 0, 6, b"\2" * 8) + packet


def pcap(packets: Iterable[bytes], link: int = 1, order: str = "<", *, nano: bool = False, step: float = 0.01) -> bytes:
    """A pcap file; packets come every `step` seconds."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    made = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for number, packet in enumerate(packets):
        at = round(number * step * 1e6)
        made.append(
            struct.pack(
                order + "IIII",
                START + at // 1_000_000,
                at % 1_000_000 * (1000 if nano else 1),
                len(packet),
                len(packet),
            )
            + packet
        )
    return b"".join(made)


def pcapng(sections: Sequence[Sequence[tuple[int, int, bytes]]], order: str = "<") -> bytes:
    """A pcapng file of sections of (link type, if_tsresol, packet); each packet has an interface of its own."""

    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)

    made = []
    for section in sections:
        made.append(block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for number, (link, resolution, packet) in enumerate(section):
            option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
            made.append(block(1, struct.pack(order + "HHI", link, 0, 0) + option))
            units = START * (1 << (resolution & 0x7F) if resolution & 0x80 else 10**resolution)
            head = struct.pack(order + "IIIII", number, units >> 32, units & 0xFFFFFFFF, len(packet), len(packet))
            made.append(block(6, head + packet))
    return b"".join(made)
