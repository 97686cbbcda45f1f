"""Finds the IP header and UDP payload of a packet, for the link types that are understood for certain."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address
from socket import inet_ntoa

from partnertui.calls.trace_model import Endpoint

NOTHING, ODD, TCP = 0, -1, -2
"""Instead of a place: no concern of ours; needs tshark; TCP."""
_IPV4, _IPV6, _VLANS = 0x0800, 0x86DD, frozenset({0x8100, 0x88A8, 0x9100})
_ODD_TYPES = frozenset({0x8847, 0x8848, 0x8864, 0x88E7})
"""MPLS, PPPoE, provider bridges: tshark looks inside."""
_ODD_PROTOCOLS = frozenset({4, 41, 47, 51, 115, 132, 136, 137})
"""IP in IP, IPv6 in IPv4, GRE, AH, L2TPv3, SCTP, UDP-Lite, MPLS in IP."""
_EXTENSIONS = frozenset({0, 43, 44, 60})
"""Headers that may follow that of IPv6; 44 is a fragment."""
_SNAP = b"\xaa\xaa\x03"
Buffer = bytes


def ethernet(data: Buffer, start: int, end: int) -> int:
    """Where the IP header is in an Ethernet frame, also behind VLAN tags."""
    # nearly every packet: Ethernet with IPv4 and without a VLAN tag
    if data[start + 12 : start + 14] == b"\x08\x00":
        return start + 14
    return _by_type(data, start + 12, end)


def _by_type(data: Buffer, offset: int, end: int) -> int:
    """From an EtherType on."""
    kind = 0
    while offset + 2 <= end:
        kind = data[offset] << 8 | data[offset + 1]
        offset += 2
        if kind not in _VLANS:
            break
        offset += 2
    if kind in (_IPV4, _IPV6):
        return offset
    return ODD if kind in _ODD_TYPES or data[offset : offset + 3] == _SNAP else NOTHING


def cooked(data: Buffer, start: int, end: int) -> int:
    """In a packet of Linux' cooked capture (SLL)."""
    return _by_type(data, start + 14, end)


def cooked2(data: Buffer, start: int, end: int) -> int:
    """In its second version (SLL2), where the type stands first."""
    if end - start < 20:
        return NOTHING
    kind = data[start] << 8 | data[start + 1]
    if kind in (_IPV4, _IPV6):
        return start + 20
    return ODD if kind in _ODD_TYPES or kind in _VLANS else NOTHING


def loopback(data: Buffer, start: int, end: int) -> int:
    """Behind the four bytes of address family that BSD's loopback has."""
    # the address family, in the byte order of the host that captured; IP's version says the same
    return start + 4


def raw(data: Buffer, start: int, end: int) -> int:
    """No link at all: IP begins at once."""
    return start


LINKS: dict[int, Callable[[Buffer, int, int], int]] = {
    0: loopback,
    1: ethernet,
    # 12 and 14 are raw IP as some systems number it themselves; 101 is the registered number.
    12: raw,
    14: raw,
    101: raw,
    108: loopback,
    113: cooked,
    228: raw,
    229: raw,
    276: cooked2,
}
"""Link types (https://www.tcpdump.org/linktypes.html); packets of others are left to tshark."""


def payload_of(data: Buffer, ip: int, end: int) -> int:
    """From an IP header to where the UDP payload begins, or one of the constants."""
    if end - ip < 28:
        return NOTHING
    first = data[ip]
    if first >> 4 == 4 and first & 15 >= 5:
        protocol = data[ip + 9]
        if protocol == 17:
            # more fragments, or an offset
            return ODD if data[ip + 6] & 0x3F or data[ip + 7] else ip + (first & 15) * 4 + 8
        return TCP if protocol == 6 else ODD if protocol in _ODD_PROTOCOLS else NOTHING
    if first >> 4 == 6 and end - ip >= 48:
        protocol = data[ip + 6]
        if protocol == 17:
            return ip + 48
        return TCP if protocol == 6 else ODD if protocol in _ODD_PROTOCOLS or protocol in _EXTENSIONS else NOTHING
    return NOTHING


def address_of(data: Buffer, ip: int) -> str:
    """The source address of an IP packet."""
    if data[ip] >> 4 == 4:
        return inet_ntoa(data[ip + 12 : ip + 16])
    return str(IPv6Address(data[ip + 8 : ip + 24]))


def endpoints(data: Buffer, ip: int, payload: int) -> tuple[Endpoint, Endpoint]:
    """Source and destination of the datagram."""
    addresses = data[ip + 12 : ip + 20] if data[ip] >> 4 == 4 else data[ip + 8 : ip + 40]
    return _endpoints(addresses, data[payload - 8 : payload - 4])


@lru_cache(maxsize=10_000)
def _endpoints(addresses: bytes, ports: bytes) -> tuple[Endpoint, Endpoint]:
    """Both ends out of their bytes; the packets of a call have the same ones again and again."""
    source_port, port = ports[0] << 8 | ports[1], ports[2] << 8 | ports[3]
    if len(addresses) == 8:
        source, destination = inet_ntoa(addresses[:4]), inet_ntoa(addresses[4:])
    else:
        source, destination = str(IPv6Address(addresses[:16])), str(IPv6Address(addresses[16:]))
    return Endpoint(source, source_port), Endpoint(destination, port)


def dscp(data: Buffer, ip: int) -> int:
    """Differentiated services code point (RFC 2474), 0 to 63."""
    if data[ip] >> 4 == 4:
        return data[ip + 1] >> 2
    return (data[ip] << 8 | data[ip + 1]) >> 6 & 0x3F


def payload_end(data: Buffer, payload: int, end: int) -> int:
    """Where a datagram ends: Ethernet pads short packets. A length of 0 (offloading) means all."""
    # by UDP's own length: short Ethernet frames are padded to 60 bytes
    length = (data[payload - 4] << 8 | data[payload - 3]) - 8
    return end if length <= 0 else min(payload + length, end)


def conversation(data: Buffer, ip: int) -> tuple[bytes, bytes]:
    """Both ends of a TCP conversation, the same either way."""
    four = data[ip] >> 4 == 4
    tcp = ip + (data[ip] & 15) * 4 if four else ip + 40
    size, at = (4, ip + 12) if four else (16, ip + 8)
    one = bytes(data[at : at + size]) + bytes(data[tcp : tcp + 2])
    other = bytes(data[at + size : at + 2 * size]) + bytes(data[tcp + 2 : tcp + 4])
    # both directions are one conversation
    return (one, other) if one < other else (other, one)


def tcp_payload(data: Buffer, ip: int, end: int) -> int:
    """Where the bytes of a TCP segment begin."""
    tcp = ip + (data[ip] & 15) * 4 if data[ip] >> 4 == 4 else ip + 40
    return tcp + (data[tcp + 12] >> 4) * 4 if tcp + 20 <= end else end
