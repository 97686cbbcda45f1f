"""Finds SIP messages of which an IP fragment wasn't captured, so that tshark can't reassemble them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from partnertui.captures.packet_headers import Buffer

_SIP = re.compile(rb"SIP/2\.0 [1-6][0-9][0-9]|[A-Z]{3,12} [^\r\n]{1,2000} SIP/2\.0", re.IGNORECASE)
MOST = 100_000
"""Fragmented datagrams that are kept track of."""


@dataclass
class _Datagram:
    """Bytes that were captured of one datagram, and how many it has; 0 until its last fragment is seen."""

    captured: int = 0
    total: int = 0
    sip: bool = False


@dataclass
class Fragments:
    """Datagrams by addresses and identification."""

    found: dict[bytes, _Datagram] = field(default_factory=dict)

    def note(self, data: Buffer, ip: int, end: int) -> bool:
        """Takes note of a packet that may be a fragment; False for one that isn't."""
        if ip <= 0:
            return False  # a link that only tshark reads
        if data[ip] >> 4 == 4:
            flags = data[ip + 6] << 8 | data[ip + 7]
            begin, head = (flags & 0x1FFF) * 8, ip + (data[ip] & 15) * 4
            # Addresses, identification and protocol make a datagram (RFC 791, section 3.2); only UDP is counted here.
            more, key = bool(flags & 0x2000), data[ip + 4 : ip + 6] + data[ip + 12 : ip + 20]
            if not (more or begin):
                return False
            if data[ip + 9] != 17:
                return True
            size = (data[ip + 2] << 8 | data[ip + 3]) - (head - ip)
        else:
            if data[ip + 6] != 44 or end - ip < 48:
                return False
            flags = data[ip + 42] << 8 | data[ip + 43]
            begin, more, head = flags & 0xFFF8, bool(flags & 1), ip + 48
            key, size = data[ip + 44 : ip + 48] + data[ip + 8 : ip + 40], (data[ip + 4] << 8 | data[ip + 5]) - 8
        self._add(key, begin, size, more, data[head + 8 : min(end, head + 2048)])
        return True

    def _add(self, key: bytes, begin: int, size: int, more: bool, payload: bytes) -> None:
        if key not in self.found and len(self.found) >= MOST:
            return
        datagram = self.found.setdefault(key, _Datagram())
        datagram.captured += size
        if not begin:
            datagram.sip = _SIP.match(payload) is not None
        if not more:
            datagram.total = begin + size

    @property
    def incomplete(self) -> int:
        """How many SIP messages lack a fragment."""
        return sum(one.sip and (not one.total or one.captured < one.total) for one in self.found.values())
