"""Decodes HEP 1 to 3, in which Kamailio, Asterisk and capture agents mirror SIP to a collector.

https://github.com/sipcapture/HEP/blob/master/docs/HEP3NetworkProtocolSpecification_REV26.pdf
"""

from __future__ import annotations

import contextlib
import re
import struct
import zlib
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from partnertui.calls.trace_model import LATEST_US, Endpoint

MAGIC = b"HEP3"
SIP_TYPE = 1
TRANSPORTS = {6: "tcp", 17: "udp", 22: "tls", 50: "ws", 132: "sctp"}
"""IP protocol of the message; Kamailio has 22 for TLS and 50 for WebSocket."""
MOST_UNPACKED = 262_144
_START = re.compile(rb"[\r\n]*(?:SIP/2\.0 [1-6][0-9][0-9]|[A-Za-z0-9.!%*_+`'~-]{1,64} [^\r\n]{1,4096} SIP/2\.0)", re.I)
_INET6 = frozenset({10, 23, 24, 28, 30})
"""AF_INET6 on Linux, Windows, the BSDs and macOS."""


@dataclass(frozen=True, slots=True)
class HepPacket:
    """A mirrored message: its own ends, the sender's clock in microseconds (0 where it has none), and its payload.

    `kind`: 1 for SIP. `correlation_id`: the same for the legs of a call; empty where the sender sets none.
    """

    source: Endpoint
    destination: Endpoint
    transport: str
    time_us: int
    payload: bytes
    kind: int = SIP_TYPE
    correlation_id: str = ""
    agent: int = 0
    auth_key: str = ""


def is_hep(data: bytes) -> bool:
    """True where a UDP payload begins as HEP does; whether it can be read is another question."""
    # Lengths of the head: 8 bytes and two addresses of 4 or 16, with 12 more of time and agent in version 2.
    return data[:4] == MAGIC or (data[:1] in (b"\1", b"\2") and len(data) > 16 and data[1] in (16, 28, 40, 52))


def decode(data: bytes) -> HepPacket | None:
    """The message in a UDP payload; None for what isn't HEP, is damaged, or has no payload."""
    if data[:4] == MAGIC:
        return _version_3(data)
    return _version_1_or_2(data) if is_hep(data) else None


def _version_3(data: bytes) -> HepPacket | None:
    if len(data) < 6:
        return None
    offset, end = 6, int.from_bytes(data[4:6], "big")
    # A datagram that was cut by a snap length has less than it says.
    if end > len(data):
        return None
    chunks: dict[int, bytes] = {}
    while offset + 6 <= end:
        vendor, kind, length = struct.unpack_from(">HHH", data, offset)
        if length < 6 or offset + length > end:
            return None
        # chunks of other vendors have numbers of their own
        if not vendor:
            chunks[kind] = data[offset + 6 : offset + length]
        offset += length
    source, destination = _address(chunks.get(3), chunks.get(5)), _address(chunks.get(4), chunks.get(6))
    # chunk 15 is the payload, chunk 16 the payload compressed
    payload = chunks.get(15) or _unpacked(chunks.get(16, b""))
    if not source or not destination or not payload:
        return None
    return HepPacket(
        Endpoint(source, _number(chunks.get(7)) & 0xFFFF),
        Endpoint(destination, _number(chunks.get(8)) & 0xFFFF),
        # chunk 2 is the IP protocol of the mirrored message, not of HEP
        TRANSPORTS.get(_number(chunks.get(2)), "udp"),
        # Microseconds are a chunk of their own; a sender may fill both with anything.
        min(_number(chunks.get(9)) * 1_000_000 + _number(chunks.get(10)), LATEST_US),
        payload,
        _number(chunks.get(11)),
        # some senders in C count the closing NUL into the length
        chunks.get(17, b"").rstrip(b"\0").decode("utf-8", "replace"),
        _number(chunks.get(12)),
        chunks.get(14, b"").rstrip(b"\0").decode("utf-8", "replace"),
    )


def _number(value: bytes | None) -> int:
    return int.from_bytes(value[:8], "big") if value else 0


def _address(four: bytes | None, six: bytes | None) -> str:
    if four is not None and len(four) == 4:
        return str(IPv4Address(four))
    return str(IPv6Address(six)) if six is not None and len(six) == 16 else ""


def _unpacked(data: bytes) -> bytes:
    with contextlib.suppress(zlib.error):
        # 32 recognises zlib and gzip by their headers; the limit stops a small datagram that expands without end
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, MOST_UNPACKED) if data else b""
    return b""


def _version_1_or_2(data: bytes) -> HepPacket | None:
    version, length, family, protocol, source_port, port = struct.unpack_from(">BBBBHH", data)
    size = 16 if family in _INET6 else 4 if family == 2 else 0
    head = 8 + 2 * size
    if not size or length < head or len(data) < head + 12 or (family != 2 and size == 4):
        return None
    source, destination = (_address(part, part) for part in (data[8 : 8 + size], data[8 + size : head]))
    time_us = 0
    if version == 2:  # its times are in the sender's byte order: little-endian nearly everywhere
        seconds, micro = struct.unpack_from("<II", data, head)
        time_us = seconds * 1_000_000 + micro if micro < 1_000_000 else 0
        head += 12  # captid and padding included; some count them into the length, some don't
    payload = data[head:]
    # versions 1 and 2 begin with one small number only: without SIP behind it the payload is something else
    if not _START.match(payload):
        return None
    return HepPacket(
        Endpoint(source, source_port),
        Endpoint(destination, port),
        TRANSPORTS.get(protocol, "udp"),
        time_us,
        payload,
    )


def encode(packet: HepPacket) -> bytes:
    """The packet in version 3, as Kamailio sends it."""
    six = ":" in packet.source.address
    chunks = [
        (1, bytes([10 if six else 2])),
        (2, bytes([next((number for number, name in TRANSPORTS.items() if name == packet.transport), 17)])),
        (5 if six else 3, ip_address(packet.source.address).packed),
        (6 if six else 4, ip_address(packet.destination.address).packed),
        (7, packet.source.port.to_bytes(2, "big")),
        (8, packet.destination.port.to_bytes(2, "big")),
        (9, (packet.time_us // 1_000_000).to_bytes(4, "big")),
        (10, (packet.time_us % 1_000_000).to_bytes(4, "big")),
        (11, bytes([packet.kind])),
        (12, packet.agent.to_bytes(4, "big")),
    ]
    if packet.auth_key:
        chunks.append((14, packet.auth_key.encode()))
    if packet.correlation_id:
        chunks.append((17, packet.correlation_id.encode()))
    chunks.append((15, packet.payload))
    body = b"".join(struct.pack(">HHH", 0, kind, len(value) + 6) + value for kind, value in chunks)
    return MAGIC + (len(body) + 6).to_bytes(2, "big") + body
