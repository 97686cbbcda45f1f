"""Unwraps tunnels and rarer link types down to the innermost IP datagram.

PPP (RFC 1661), PPPoE (RFC 2516), MPLS (RFC 3032), GRE (RFC 2784, 2890), ERSPAN (draft-foschiano-erspan),
VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), TZSP, IP in IP, IPv6's extension headers,
unencrypted 802.11.
"""

from __future__ import annotations

from partnertui.captures.packet_headers import LINKS, NOTHING, ODD, Buffer, ethernet, payload_of

DEEPEST = 6
TUNNEL_PROTOCOLS = frozenset({4, 41, 47, 137})
"""IP in IP, IPv6 in IPv4, GRE, MPLS in IP: IP protocols of packets that may hold audio."""
VXLAN, VXLAN_LINUX, GENEVE, GTP, TZSP, L2TP = 4789, 8472, 6081, 2152, 37008, 1701
TUNNEL_PORTS = frozenset(port.to_bytes(2, "big") for port in (VXLAN, VXLAN_LINUX, GENEVE, GTP, TZSP))
"""Destination ports of tunnels that are read, as in a packet."""
_IP_TYPES = (b"\x08\x00", b"\x86\xdd")
_INNER_TYPES = (*_IP_TYPES, b"\x81\x00", b"\x88\xa8")
_IPV4, _IPV6, _BRIDGED, _MPLS, _PPP, _ERSPAN2, _ERSPAN3 = 0x0800, 0x86DD, 0x6558, 0x8847, 0x880B, 0x88BE, 0x22EB
_PPPOE, _MPLS_MULTICAST, _PBB = 0x8864, 0x8848, 0x88E7


def innermost(data: Buffer, link: int, start: int, end: int) -> tuple[int, int]:
    """Where the IP header and the UDP payload of the innermost datagram are.

    Instead of the payload: TCP, ODD for what only tshark reads, NOTHING.
    """
    locate = LINKS.get(link)
    ip = locate(data, start, end) if locate is not None and end - start > 16 else ODD
    return inside(data, _behind_link(data, link, start, end) if ip == ODD else ip, end)


def inside(data: Buffer, ip: int, end: int) -> tuple[int, int]:
    """The same from an IP header on."""
    for _ in range(DEEPEST):
        if ip <= 0:
            return ip, ip
        payload = payload_of(data, ip, end)
        if payload == ODD:
            protocol, head = _transport(data, ip, end)
            if protocol == 17:
                payload = head + 8
            elif protocol in TUNNEL_PROTOCOLS:
                inner = _in_ip(data, protocol, head, end)
                if inner <= 0:
                    return ip, ODD
                ip = inner
                continue
            else:
                return ip, ODD
        if payload <= 0 or data[payload : payload + 1] >= b"\x80":
            return ip, payload  # RTP may use any port, and begins with 10 in binary
        inner = _in_udp(data, payload, end)
        if inner == NOTHING:
            return ip, payload
        if inner == ODD:
            return ip, ODD
        ip = inner
    return ip, ODD


def _number(data: Buffer, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "big")


def _transport(data: Buffer, ip: int, end: int) -> tuple[int, int]:
    """Protocol behind all IP headers, and where it begins; 0 for fragments."""
    if data[ip] >> 4 == 4:
        # more fragments, or an offset: the header may not be in this packet
        if _number(data, ip + 6) & 0x3FFF:
            return 0, 0
        protocol, head = data[ip + 9], ip + (data[ip] & 15) * 4
    else:
        protocol, head = data[ip + 6], ip + 40
    for _ in range(DEEPEST):
        if head + 8 > end:
            return 0, 0
        # AH counts its length in 32-bit words less two (RFC 4302, section 2.2); the others in units of 8 bytes less one
        if protocol == 51:
            protocol, head = data[head], head + (data[head + 1] + 2) * 4
        elif protocol in (0, 43, 60):
            protocol, head = data[head], head + (data[head + 1] + 1) * 8
        # an atomic fragment, which is whole (RFC 6946)
        elif protocol == 44 and not _number(data, head + 2) & 0xFFF9:
            protocol, head = data[head], head + 8
        else:
            break
    return protocol, head


def _behind_link(data: Buffer, link: int, start: int, end: int) -> int:
    """The IP header behind a link that has another header in between."""
    if link in (9, 50):
        return _ppp(data, start + 2 if data[start : start + 2] == b"\xff\x03" else start)
    if link == 51:
        return _ppp(data, start + 6)
    # radiotap: its length is little-endian, an 802.11 header follows
    if link == 127:
        start += int.from_bytes(data[start + 2 : start + 4], "little")
        link = 105
    if link == 105:
        return _wireless(data, start, end)
    if link in (1, 113, 276):
        offset = {1: start + 12, 113: start + 14, 276: start}[link]
        kind, after = _number(data, offset), start + 20 if link == 276 else offset + 2
        while kind in (0x8100, 0x88A8, 0x9100) and after + 4 <= end:
            kind, after = _number(data, after + 2), after + 4
        # below 0x0600 it is a length (IEEE 802.3), and LLC with SNAP names the type
        if kind < 0x0600 and data[after : after + 6] == b"\xaa\xaa\x03\0\0\0":
            kind, after = _number(data, after + 6), after + 8
        return _by_type(data, kind, after, end)
    return ODD


def _by_type(data: Buffer, kind: int, offset: int, end: int) -> int:
    """From an EtherType, as GRE and Geneve have it too, to the IP header."""
    if kind in (_IPV4, _IPV6):
        return offset
    if kind in (_MPLS, _MPLS_MULTICAST):
        return _mpls(data, offset, end)
    if kind == _PPPOE:
        return _ppp(data, offset + 6)
    if kind == _BRIDGED:
        return _ethernet(data, offset, end)
    return ODD


def _ethernet(data: Buffer, offset: int, end: int) -> int:
    found = ethernet(data, offset, end)
    return _behind_link(data, 1, offset, end) if found == ODD else found


def _ppp(data: Buffer, offset: int) -> int:
    if data[offset : offset + 2] in (b"\x00\x21", b"\x00\x57"):
        return offset + 2
    return offset + 1 if data[offset : offset + 1] in (b"\x21", b"\x57") else ODD


def _mpls(data: Buffer, offset: int, end: int) -> int:
    while offset + 8 <= end:
        # the bottom-of-stack bit (RFC 3032, section 2.1)
        last, offset = data[offset + 2] & 1, offset + 4
        if last:
            # MPLS says nothing of what it carries: IP shows by its version
            first = data[offset] >> 4
            if first in (4, 6):
                return offset
            return _ethernet(data, offset if first else offset + 4, end)  # a pseudowire may have a control word
    return ODD


def _wireless(data: Buffer, start: int, end: int) -> int:
    """802.11 data frames that aren't encrypted, up to LLC and SNAP."""
    first, flags = data[start], data[start + 1]
    # only data frames, and none that is encrypted
    if first & 0x0C != 0x08 or flags & 0x40 or end - start < 36:
        return ODD if flags & 0x40 else NOTHING
    # a fourth address between access points, QoS, HT control
    head = start + 24 + (6 if flags & 3 == 3 else 0) + (2 if first & 0x80 else 0) + (4 if flags & 0x80 else 0)
    if data[head : head + 6] != b"\xaa\xaa\x03\0\0\0":
        return NOTHING
    return _by_type(data, _number(data, head + 6), head + 8, end)


def _in_ip(data: Buffer, protocol: int, head: int, end: int) -> int:
    """The IP header in a tunnel of its own IP protocol."""
    if protocol in (4, 41):
        return head
    if protocol == 137:
        return _mpls(data, head, end)
    flags, kind = _number(data, head), _number(data, head + 2)
    if flags & 7:
        return ODD  # version 1 is PPTP's
    # checksum, key and sequence number are each there if their bit is (RFC 2890, section 2)
    offset = head + 4 + 4 * ((flags >> 15 & 1) + (flags >> 13 & 1) + (flags >> 12 & 1))
    # ERSPAN's type I has neither GRE's sequence number nor a head of its own; type III has 8 bytes more with its O bit.
    if kind == _ERSPAN2:
        return _ethernet(data, offset + (8 if flags & 0x1000 else 0), end)
    if kind == _ERSPAN3:
        return _ethernet(data, offset + (20 if data[offset + 11] & 1 else 12), end)
    return _ppp(data, offset) if kind == _PPP else _by_type(data, kind, offset, end)


def is_vxlan(data: Buffer, payload: int, end: int) -> bool:
    """True for VXLAN on any port: its flags, zeros where they must be, and Ethernet with IP in it."""
    return (
        data[payload : payload + 4] == b"\x08\0\0\0"
        and end - payload > 50
        and not data[payload + 7]
        and data[payload + 20 : payload + 22] in _INNER_TYPES
    )


def _in_udp(data: Buffer, payload: int, end: int) -> int:
    """The IP header in a UDP datagram that carries packets; NOTHING for others, ODD for what only tshark reads."""
    port, left = _number(data, payload - 6), end - payload
    if is_vxlan(data, payload, end):
        return _ethernet(data, payload + 8, end)
    # Version 1 and no GTP' (3), a G-PDU (255): the only message that carries a packet.
    if port == GTP and left > 36 and data[payload] >> 4 == 3 and data[payload + 1] == 0xFF:
        return _gtp(data, payload, end)
    if port == GENEVE and left > 36 and not data[payload] >> 6:
        return _by_type(data, _number(data, payload + 2), payload + 8 + (data[payload] & 63) * 4, end)
    if port == TZSP and left > 36 and data[payload] == 1 and data[payload + 2 : payload + 4] == b"\0\1":
        offset = payload + 4
        # tagged fields until the end tag, which is 1; 0 is padding without a length
        while offset < end and data[offset] != 1:
            offset += 1 if not data[offset] else 2 + data[offset + 1]
        return _ethernet(data, offset + 1, end)
    return ODD if port == L2TP else NOTHING


def _gtp(data: Buffer, payload: int, end: int) -> int:
    flags, offset = data[payload], payload + 8
    # If one of the bits E, S and PN is set, all four bytes are there (3GPP TS 29.281, section 5.1).
    if flags & 7:
        kind, offset = data[payload + 11], offset + 4
        # extension headers: each begins with its length in 4 bytes and ends with the type of the next
        while flags & 4 and kind and offset + 4 <= end:
            size = data[offset] * 4
            if not size:
                return ODD
            kind, offset = data[offset + size - 1], offset + size
    return offset if data[offset] >> 4 in (4, 6) else ODD
