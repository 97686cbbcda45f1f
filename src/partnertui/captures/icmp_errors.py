"""ICMP errors that quote a SIP datagram: which host can't be reached (RFC 792, RFC 4443)."""

from __future__ import annotations

from partnertui.calls.trace_model import Endpoint, IcmpError
from partnertui.captures.capture_file import Record
from partnertui.captures.packet_headers import Buffer, address_of, endpoints, payload_of

ICMP_TYPES = frozenset(bytes((3, code)) for code in range(16))
"""Type and code of "destination unreachable", where a UDP packet has its source port."""
MEANINGS = {
    (4, 0): "network unreachable",
    (4, 1): "host unreachable",
    (4, 2): "protocol unreachable",
    (4, 3): "port unreachable",
    (4, 9): "network prohibited",
    (4, 10): "host prohibited",
    (4, 13): "administratively prohibited",
    (6, 0): "no route to the destination",
    (6, 1): "administratively prohibited",
    (6, 3): "address unreachable",
    (6, 4): "port unreachable",
}


def icmp_error(data: Buffer, ip: int, record: Record) -> IcmpError | None:
    """The error in an IP packet and the datagram that it quotes; None for other packets."""
    version = data[ip] >> 4
    head = ip + (data[ip] & 15) * 4 if version == 4 else ip + 40
    # "Destination unreachable" is type 3 (RFC 792) and type 1 of ICMPv6 (RFC 4443, section 3.1).
    protocol, kind = (1, 3) if version == 4 else (58, 1)
    # 36: ICMP's own 8 bytes, then at least an IPv4 header and the 8 bytes of UDP that it must quote (RFC 792).
    if data[ip + (9 if version == 4 else 6)] != protocol or head + 36 > record.end or data[head] != kind:
        return None
    quoted = head + 8
    payload = payload_of(data, quoted, record.end)
    if payload <= 0:
        return None
    source, destination = endpoints(data, quoted, payload)
    meaning = MEANINGS.get((version, data[head + 1]), "destination unreachable")
    router = address_of(data, ip)
    return IcmpError(record.frame, record.time_us, router, source, destination, meaning)


def concerns(error: IcmpError, ends: set[tuple[Endpoint, Endpoint]]) -> bool:
    """True where an error is about a packet between these ends."""
    return (error.source, error.destination) in ends
