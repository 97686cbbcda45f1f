"""Picks the TCP conversations that may carry SIP, which tshark then reassembles."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from partnertui.calls.trace_model import ConnectionReset
from partnertui.captures.capture_file import Record
from partnertui.captures.packet_headers import Buffer, conversation, endpoints, tcp_payload

PORTS = frozenset({5060, 5061, 5080})
_SIP = re.compile(rb"[\r\n]*(?:SIP/2\.0 [1-6][0-9][0-9]|[A-Z]{3,12} [^\r\n]{1,2000} SIP/2\.0\r?\n)", re.IGNORECASE)
_UPGRADE = re.compile(rb"Sec-WebSocket-Protocol:[^\r\n]*\bsip\b", re.IGNORECASE)
_RESET = 0x04
_SOME, MOST_PORTS = 4096, 50
_TLS = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]", re.DOTALL)
"""A TLS record, also one out of the middle of a connection (RFC 8446, section 5.1)."""


@dataclass(slots=True)
class _One:
    records: array[int]
    sip: bool = False
    tls: bool = False
    upgraded: bool = False
    framed: bool = False
    """WebSocket frames with SIP were seen."""

    @property
    def without_handshake(self) -> bool:
        """True for WebSocket whose HTTP upgrade wasn't captured."""
        return self.framed and not self.upgraded


@dataclass
class Conversations:
    """Conversations by both ends: where their packets are, and whether SIP, or TLS, was seen in them."""

    found: dict[tuple[bytes, bytes], _One] = field(default_factory=dict)

    def note(self, data: Buffer, ip: int, end: int, frame: int, offset: int) -> None:
        """Takes note of one segment."""
        ends = conversation(data, ip)
        one = self.found.get(ends)
        if one is None:
            ports = {int.from_bytes(side[-2:], "big") for side in ends}
            one = self.found[ends] = _One(array("Q"), sip=bool(ports & PORTS))
        one.records.extend((frame, offset))
        # nothing more can be learned from its bytes
        if one.sip and one.tls:
            return
        payload = tcp_payload(data, ip, end)
        if payload < end:
            head = bytes(data[payload : min(end, payload + _SOME)])
            one.tls = one.tls or _TLS.match(head) is not None
            one.upgraded = one.upgraded or _UPGRADE.search(head) is not None
            one.framed = one.framed or _SIP.match(websocket_text(head)) is not None
            one.sip = one.sip or one.upgraded or one.framed or _SIP.match(head) is not None

    def wanted(self, *, keys: bool) -> list[tuple[int, int]]:
        """Frame and offset of the packets for tshark, in order; TLS only where there are keys to open it."""
        return _pairs(
            one for one in self.found.values() if (keys if one.tls else one.sip) and not one.without_handshake
        )

    def websocket_packets(self) -> list[tuple[int, int]]:
        """The same of WebSocket connections whose handshake wasn't captured."""
        return _pairs(one for one in self.found.values() if one.without_handshake)

    def other_ports(self) -> set[int]:
        """Ports of conversations with SIP that are not its own: the lower of the two is the server's."""
        plain = [ends for ends, one in self.found.items() if one.sip and not (one.tls or one.upgraded or one.framed)]
        ports = [[int.from_bytes(side[-2:], "big") for side in ends] for ends in plain]
        # clients take their ports from the upper range
        return {min(pair) for pair in ports if not {*pair} & PORTS}

    def websocket_ports(self) -> set[int]:
        """Servers' ports of WebSocket connections whose handshake wasn't captured."""
        found = [ends for ends, one in self.found.items() if one.without_handshake]
        return {min(int.from_bytes(side[-2:], "big") for side in ends) for ends in found}

    @property
    def encrypted(self) -> int:
        """Packets of conversations on SIP's ports that are TLS."""
        return sum(len(one.records) // 2 for one in self.found.values() if one.tls and one.sip)


def _pairs(conversations: Iterable[_One]) -> list[tuple[int, int]]:
    return sorted(pair for one in conversations for pair in zip(one.records[::2], one.records[1::2], strict=True))


def websocket_text(head: bytes) -> bytes:
    """The text at the beginning of a WebSocket frame (RFC 6455, section 5.2); empty for what isn't one."""
    # Text or binary, whole or the first fragment of several: SIP may come as either (RFC 7118, section 5).
    if len(head) < 14 or head[0] not in (0x81, 0x82, 0x01, 0x02):
        return b""
    offset = {126: 4, 127: 10}.get(head[1] & 0x7F, 2)
    if not head[1] & 0x80:
        return head[offset:]
    mask, masked = head[offset : offset + 4], head[offset + 4 :]
    repeated = (mask * (len(masked) // 4 + 1))[: len(masked)]
    # One XOR of large integers: a loop over the bytes would run for each segment of every WebSocket.
    return (int.from_bytes(masked, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(masked), "big")


def connection_reset(data: Buffer, ip: int, record: Record) -> ConnectionReset | None:
    """The reset that a segment is; None for others."""
    tcp = ip + (data[ip] & 15) * 4 if data[ip] >> 4 == 4 else ip + 40
    if tcp + 20 > record.end or not data[tcp + 13] & _RESET:
        return None
    # the ports of TCP are where those of UDP are, eight bytes before what would be its payload
    return ConnectionReset(record.frame, record.time_us, *endpoints(data, ip, tcp + 8))
