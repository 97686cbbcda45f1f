"""Writes one call as pcap (draft-ietf-opsawg-pcap): raw IP, with newly made headers and correct checksums.

Every message is a UDP datagram, also one that came over TCP, TLS or WebSocket: other programs read it without the
connection, which was not kept. Only what no datagram can hold is written as segments of TCP.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from partnertui.calls.trace_model import Endpoint, Message

RAW_IP = 101
"""LINKTYPE_RAW: packets begin with the IP header."""
LONGEST = 262_144  # the most that libpcap reads of a packet
UDP, TCP = 17, 6
MOST_UDP = 65_507
"""Bytes that a datagram can hold in IPv4 (65,535 without both headers)."""
# With both headers it stays below the 65,535 bytes of an IP packet.
SEGMENT = 60_000
_SECOND = 1_000_000
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Packet:
    """A datagram besides the signalling, such as RTP; `time_us`: microseconds since 1970, UTC."""

    time_us: int
    source: Endpoint
    destination: Endpoint
    payload: bytes


def build_pcap(messages: Iterable[Message], packets: Sequence[Packet] = ()) -> bytes:
    """The bytes of a capture file with these messages and packets, in order of time."""
    datagrams = [Packet(one.time_us, one.source, one.destination, one.data) for one in messages]
    # This magic number says microseconds; 0xA1B23C4D would say nanoseconds.
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LONGEST, RAW_IP)]
    sent: dict[tuple[Endpoint, Endpoint], int] = {}
    for one in sorted((*datagrams, *packets), key=lambda packet: packet.time_us):
        seconds, rest = divmod(max(0, one.time_us), _SECOND)
        for frame in _frames(one, sent):
            parts += [struct.pack("<IIII", seconds & 0xFFFFFFFF, rest, len(frame), len(frame)), frame]
    return b"".join(parts)


def _frames(packet: Packet, sent: dict[tuple[Endpoint, Endpoint], int]) -> Iterator[bytes]:
    source, destination = _addresses(packet)
    ports = packet.source.port & 0xFFFF, packet.destination.port & 0xFFFF
    if len(packet.payload) <= MOST_UDP:
        yield _ip(source, destination, UDP, _udp(source, destination, ports, packet.payload))
        return
    way = packet.source, packet.destination
    for start in range(0, len(packet.payload), SEGMENT):
        part = packet.payload[start : start + SEGMENT]
        last = start + SEGMENT >= len(packet.payload)
        yield _ip(source, destination, TCP, _tcp(source, destination, ports, part, sent.get(way, 1), last))
        # The numbers go on over messages: from 1 again, readers would take the second one for a retransmission.
        sent[way] = sent.get(way, 1) + len(part) & 0xFFFFFFFF


def _addresses(packet: Packet) -> tuple[Address, Address]:
    """Both addresses in one family; what is no address becomes the unspecified one."""
    source, destination = _address(packet.source.address), _address(packet.destination.address)
    if source.version == destination.version:
        return source, destination
    return _six(source), _six(destination)


def _address(text: str) -> Address:
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return IPv4Address(0)


def _six(address: Address) -> IPv6Address:
    """An IPv4 address as IPv6 maps it (RFC 4291, section 2.5.5.2)."""
    return address if isinstance(address, IPv6Address) else IPv6Address(f"::ffff:{address}")


def _ip(source: Address, destination: Address, protocol: int, payload: bytes) -> bytes:
    """RFC 791 or RFC 8200, according to the addresses."""
    if source.version == 6:
        head = struct.pack(">IHBB", 0x6000_0000, len(payload), protocol, 64)
        return head + source.packed + destination.packed + payload
    # 0x4000: don't fragment, whose identification may be any value, such as 0 (RFC 6864, section 4.1).
    fields = (0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol)
    both = source.packed + destination.packed
    check = checksum(struct.pack(">BBHHHBBH", *fields, 0) + both)
    return struct.pack(">BBHHHBBH", *fields, check) + both + payload


def _udp(source: Address, destination: Address, ports: tuple[int, int], payload: bytes) -> bytes:
    size = 8 + len(payload)
    head = struct.pack(">HHHH", *ports, size, 0)
    # 0 would say that there is no checksum (RFC 768), which IPv6 doesn't allow (RFC 8200, section 8.1).
    check = checksum(_pseudo(source, destination, UDP, size) + head + payload) or 0xFFFF
    return struct.pack(">HHHH", *ports, size, check) + payload


def _tcp(source: Address, destination: Address, ports: tuple[int, int], part: bytes, number: int, last: bool) -> bytes:
    """A segment that acknowledges nothing in particular; the last one of a message is pushed."""
    fields = (*ports, number, 1, 0x50, 0x18 if last else 0x10, 0xFFFF)
    head = struct.pack(">HHIIBBHHH", *fields, 0, 0)
    check = checksum(_pseudo(source, destination, TCP, len(head) + len(part)) + head + part)
    return struct.pack(">HHIIBBHHH", *fields, check, 0) + part


def _pseudo(source: Address, destination: Address, protocol: int, size: int) -> bytes:
    """What the checksum covers besides (RFC 768; RFC 8200, section 8.1)."""
    both = source.packed + destination.packed
    return both + struct.pack(">IBBBB" if source.version == 6 else ">xBH", *_tail(source.version, protocol, size))


def _tail(version: int, protocol: int, size: int) -> tuple[int, ...]:
    return (size, 0, 0, 0, protocol) if version == 6 else (protocol, size)


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071): the sum of 16-bit words, of which 65,535 is the modulus."""
    padded = data + b"\0" if len(data) % 2 else data
    total = int.from_bytes(padded, "big") % 0xFFFF
    # In one's complement only zeros add up to 0; other multiples of the modulus are 65,535.
    return 0xFFFF - total if total or not any(data) else 0
