"""TCP conversations that may carry SIP: only these are handed to tshark, which alone reassembles."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from partnertui.captures.packets import Buffer, conversation, tcp_payload

PORTS = frozenset({5060, 5061, 5080})
_SIP = re.compile(rb"[\r\n]*(?:SIP/2\.0 [1-6][0-9][0-9]|[A-Z]{3,12} [^\r\n]{1,2000} SIP/2\.0\r?\n)", re.IGNORECASE)
_UPGRADE = re.compile(rb"Sec-WebSocket-Protocol:[^\r\n]*\bsip\b", re.IGNORECASE)
_SOME, MOST_PORTS = 4096, 50
_TLS = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]", re.DOTALL)
"""A TLS record, also one out of the middle of a connection (RFC 8446, section 5.1)."""


@dataclass(slots=True)
class _One:
    records: array[int]
    sip: bool = False
    tls: bool = False
    upgraded: bool = False


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
        if one.sip and one.tls:
            return
        payload = tcp_payload(data, ip, end)
        if payload < end:
            head = bytes(data[payload : min(end, payload + _SOME)])
            one.tls = one.tls or _TLS.match(head) is not None
            one.upgraded = one.upgraded or _UPGRADE.search(head) is not None
            one.sip = one.sip or one.upgraded or _SIP.match(head) is not None

    def wanted(self, *, keys: bool) -> list[tuple[int, int]]:
        """Frame and offset of the packets for tshark, in order; TLS only where there are keys to open it."""
        chosen = [one for one in self.found.values() if (keys if one.tls else one.sip)]
        return sorted(pair for one in chosen for pair in zip(one.records[::2], one.records[1::2], strict=True))

    def other_ports(self) -> list[int]:
        """Ports of conversations with SIP that are not its own: the lower of the two is the server's."""
        plain = [ends for ends, one in self.found.items() if one.sip and not one.tls and not one.upgraded]
        ports = [[int.from_bytes(side[-2:], "big") for side in ends] for ends in plain]
        return sorted({min(pair) for pair in ports if not {*pair} & PORTS})[:MOST_PORTS]

    @property
    def encrypted(self) -> int:
        """Packets of conversations on SIP's ports that are TLS."""
        return sum(len(one.records) // 2 for one in self.found.values() if one.tls and one.sip)
