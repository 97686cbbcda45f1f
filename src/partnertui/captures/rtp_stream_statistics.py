"""Packets, loss and jitter of the RTP streams between addresses named in SDP (RFC 3550, appendices A.3 and A.8)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address

from partnertui.calls.mos import mos
from partnertui.calls.trace_model import ConnectionReset, ConnectivityCheck, Endpoint, IcmpError, Message, Stream
from partnertui.captures.capture_file import Record
from partnertui.captures.icmp_errors import ICMP_TYPES, icmp_error
from partnertui.captures.packet_headers import (
    LINKS,
    NOTHING,
    ODD,
    TCP,
    Buffer,
    dscp,
    endpoints,
    payload_end,
    payload_of,
)
from partnertui.captures.sip_tcp_conversations import connection_reset
from partnertui.captures.tunnels import TUNNEL_PORTS, innermost
from partnertui.sip.sdp import NOT_SPEECH, STATIC, Codec

Key = tuple[bytes, bytes, int]
SEQUENCES = 1 << 16
ANEW_MS = 5_000
"""No network makes such a difference: the sender's timestamps began anew, as after a re-INVITE, or wrapped."""
_QUICKEST_US = 5_000
"""Nobody sends packets of audio faster: so many numbers in less time were never sent."""
_PLAIN = struct.Struct(">HHBBHI").unpack_from
"""Length and checksum of UDP, then RTP's first bytes, sequence number and timestamp."""
_PLAIN_HEAD = (b"\x08\x00\x45", 0, 0, 17)
"""EtherType and version, fragment's flags and offset, protocol: IPv4 without options, UDP, no fragment."""
STUN_COOKIE = b"\x21\x12\xa4\x42"
MOST_ERRORS = 10_000
"""ICMP errors that are kept of a capture."""
_LATE = 3000
"""A sequence number so far behind is a new start, not a late packet (RFC 3550, A.1: MAX_DROPOUT)."""


def expected_media(messages: Iterable[Message]) -> dict[bytes, dict[int, Codec]]:
    """Where audio is expected: address and port as in a packet, with the payload types of the SDP there."""
    found: dict[bytes, dict[int, Codec]] = {}
    for message in messages:
        for media in message.sdp.media if message.sdp else ():
            named = {codec.payload_type: codec for codec in media.codecs}
            # behind NAT the audio comes from the address that the SDP came from
            for address in {media.address, message.source.address}:
                key = _key(address, media.port)
                if key and media.port:
                    found.setdefault(key, {}).update(named)
    return found


def _key(address: str, port: int) -> bytes:
    packed = _packed(address)
    return packed + port.to_bytes(2, "big") if packed else b""


@lru_cache(maxsize=10_000)
def _packed(address: str) -> bytes:
    """An address as in a packet; empty for a name. The same ones come again in every call."""
    try:
        return ip_address(address).packed
    except ValueError:
        return b""


@dataclass(slots=True)
class StreamCounter:
    """One stream as its packets come."""

    source: Endpoint
    destination: Endpoint
    ssrc: int
    codecs: Mapping[int, Codec]
    frame: int
    first_us: int
    dscp: int
    last_us: int = 0
    packets: int = 0
    kinds: dict[int, int] = field(default_factory=dict)
    """Payload type of speech -> packets."""
    clocks: dict[int, tuple[str, int]] = field(default_factory=dict)
    base: int = -1
    highest: int = -1
    astray: int = -1
    late: int = 0
    longest_gap: int = 0
    seen: set[int] = field(default_factory=set)
    before: tuple[int, int] = (0, 0)
    """Different packets, and those lost, before the sequence numbers began anew."""
    duplicates: int = 0
    jitter: float = 0.0
    jitter_sum: float = 0.0
    jitter_most: float = 0.0
    jitters: int = 0
    clock: int = 0
    stamp: int = 0
    transit: float | None = None
    events: int = 0
    noise: int = 0
    others: set[int] = field(default_factory=set)
    """Payload types of tones and of what nobody named."""

    def take(self, sequence: int, stamp: int, payload_type: int, time_us: int) -> None:
        """Counts one packet."""
        self.packets += 1
        onward = self._sequence(sequence, time_us)
        self.last_us = time_us
        name, clock = self.clocks.get(payload_type) or self._codec(payload_type)
        if name == "cn":
            self.noise += 1
        else:
            if name in NOT_SPEECH or (not name and self.kinds and payload_type not in self.kinds):
                self.events += name == "telephone-event"
                self.others.add(payload_type)
                return  # tones have a clock of their own; what nobody named beside speech may be tones
            self.kinds[payload_type] = self.kinds.get(payload_type, 0) + 1
        # jitter is measured in units of one clock; across a change of codec it would be nonsense
        if clock != self.clock:
            self.clock, self.transit = clock, None
        if onward and (stamp - self.stamp) & 0x8000_0000:
            self.transit = None  # the next packet, but earlier: the sender's timestamps began anew
        self.stamp = stamp
        self._transit(stamp, time_us)

    def _codec(self, payload_type: int) -> tuple[str, int]:
        """Name, in lower case, and clock rate; silence goes by the clock of the audio (RFC 3389)."""
        known, static = self.codecs.get(payload_type), STATIC.get(payload_type, ("", 8000))
        found = (known.name.lower(), known.clock or static[1]) if known else (static[0].lower(), static[1])
        return self.clocks.setdefault(payload_type, found)

    def _sequence(self, sequence: int, time_us: int) -> bool:
        """Counts a sequence number; True where it is higher than all before, or a new start."""
        if self.base < 0:
            self.base = self.highest = sequence
            self.seen.add(sequence)
            return True
        if sequence == (self.highest + 1) % SEQUENCES:  # nearly every packet: the next one
            self.highest += 1
            self.seen.add(self.highest)
            return True
        # sequence numbers have 16 bits: the nearest number to the highest so far is meant (RFC 3550, A.1)
        extended = sequence + (self.highest // SEQUENCES) * SEQUENCES
        if extended < self.highest - SEQUENCES // 2:
            extended += SEQUENCES
        elif extended > self.highest + SEQUENCES // 2:
            extended -= SEQUENCES
        away = abs(extended - self.highest)
        if away > _LATE and time_us - self.last_us < away * _QUICKEST_US:
            self._astray(sequence)
            return True
        if extended in self.seen:
            self.duplicates += 1
        elif extended < self.highest:
            self.late += 1
            self.base = min(self.base, extended) if self.highest - extended < _LATE else self.base
        self.seen.add(extended)
        onward = extended > self.highest
        self.longest_gap = max(self.longest_gap, extended - self.highest - 1)
        self.highest = max(self.highest, extended)
        return onward

    def _astray(self, sequence: int) -> None:
        """Two in a row with such numbers are a new start (RFC 3550, A.1); one alone is nothing."""
        if sequence == self.astray:
            self.before = self._counted()
            self.base, self.highest = sequence - 1 + SEQUENCES, sequence + SEQUENCES
            self.seen = {self.base, self.highest}
        self.astray = (sequence + 1) % SEQUENCES

    def _counted(self) -> tuple[int, int]:
        """Different packets, and those lost, so far."""
        received, lost = self.before
        return received + len(self.seen), lost + max(self.highest - self.base + 1 - len(self.seen), 0)

    def _transit(self, stamp: int, time_us: int) -> None:
        transit = time_us / 1000 - stamp * 1000 / self.clock
        if self.transit is not None:
            difference = abs(transit - self.transit)
            if difference < ANEW_MS:
                self.jitter += (difference - self.jitter) / 16
                self.jitter_sum += self.jitter
                self.jitter_most = max(self.jitter_most, self.jitter)
                self.jitters += 1
        self.transit = transit

    def stream(self) -> Stream:
        """The figures so far."""
        payload_type = max(self.kinds, key=self.kinds.__getitem__, default=-1)
        known, static = self.codecs.get(payload_type), STATIC.get(payload_type)
        codec = known.name if known else static[0] if static else ""
        received, lost = self._counted()
        expected = received + lost
        mean = self.jitter_sum / self.jitters if self.jitters else 0.0
        kind = known.kind if known else "audio"
        score = mos(codec, 100 * lost / expected, mean) if expected and self.jitters and kind == "audio" else 0.0
        common = sorted(self.kinds, key=self.kinds.__getitem__, reverse=True)
        return Stream(
            self.source,
            self.destination,
            self.ssrc,
            max(payload_type, 0),
            codec,
            self.first_us,
            self.last_us,
            self.frame,
            self.packets,
            lost,
            self.late,
            self.duplicates,
            mean,
            self.jitter_most,
            self.dscp,
            score,
            kind,
            self.events,
            self.noise,
            (*common, *sorted(self.others - set(common))),
            min(self.longest_gap, lost),
        )


@dataclass
class StreamCollector:
    """Collects streams from or to known places; `most` bounds what a hostile capture can make of them.

    `signalling`: ports of SIP over TCP, as in a packet, whose resets are noted.
    """

    media: Mapping[bytes, Mapping[int, Codec]]
    most: int = 10_000
    found: dict[Key, StreamCounter] = field(default_factory=dict)
    records: list[tuple[int, int]] | None = None
    """Frame and offset of each packet, where a list is given for them."""

    signalling: frozenset[bytes] = frozenset()
    resets: list[ConnectionReset] = field(default_factory=list)
    icmp_errors: list[IcmpError] = field(default_factory=list)
    checks: dict[tuple[Endpoint, Endpoint], list[int]] = field(default_factory=dict)
    plain: dict[bytes, StreamCounter] = field(default_factory=dict)
    """The same streams by the bytes of their packets: ends and SSRC, over Ethernet and IPv4 without options."""

    @property
    def ports(self) -> frozenset[bytes]:
        """Ports of these places, as in a packet, those of tunnels, and what an ICMP error has instead of ports."""
        return frozenset(endpoint[-2:] for endpoint in self.media) | self.signalling | ICMP_TYPES | TUNNEL_PORTS

    def take(self, record: Record) -> None:
        """Looks at one packet."""
        if self.plain and self._again(record):
            return
        data = record.data
        if record.end - record.start < 40:
            return
        locate = LINKS.get(record.link)
        ip = locate(data, record.start, record.end) if locate is not None else ODD
        payload = payload_of(data, ip, record.end) if ip > 0 else ip
        if payload == ODD or (0 < payload < record.end and data[payload] >> 6 != 2):
            ip, payload = innermost(data, record.link, record.start, record.end)
        if payload == TCP and self.signalling and len(self.resets) < self.most:
            reset = connection_reset(data, ip, record)
            self.resets += [reset] if reset is not None else []
        if payload == NOTHING and ip > 0 and len(self.icmp_errors) < MOST_ERRORS:
            error = icmp_error(data, ip, record)
            if error is not None:
                self.icmp_errors.append(error)
        # The first byte tells STUN (0 to 3) and DTLS (20 to 63) from RTP (128 to 191): RFC 7983, section 7.
        if payload > 0 and payload + 12 <= record.end and data[payload] < 64:
            self._check(data, ip, payload)
        # RTCP on the same port: its types stand where RTP has marker and payload type (RFC 5761, section 4).
        if payload <= 0 or payload + 12 > record.end or data[payload] >> 6 != 2 or 200 <= data[payload + 1] <= 207:
            return
        at, size = (ip + 12, 4) if data[ip] >> 4 == 4 else (ip + 8, 16)
        source = data[at : at + size] + data[payload - 8 : payload - 6]
        destination = data[at + size : at + 2 * size] + data[payload - 6 : payload - 4]
        if destination in self.media or source in self.media:
            self._count(data, ip, payload, record, source, destination)

    def _again(self, record: Record) -> bool:
        """Counts a further packet of a plain stream; False for others. Nearly every packet is one."""
        data, start = record.data, record.start
        known = self.plain.get(data[start + 26 : start + 38] + data[start + 50 : start + 54])
        if known is None or record.link != 1 or record.end - start < 54:
            return False
        size, _, first, kind, sequence, stamp = _PLAIN(data, start + 38)
        # the first fragment of UDP over IPv4 without options, RTP and no RTCP, as long as its header
        head = data[start + 12 : start + 15], data[start + 20] & 0x3F, data[start + 21], data[start + 23]
        if head != _PLAIN_HEAD or first >> 6 != 2 or 200 <= kind <= 207 or (size < 20 and size > 8):
            return False
        known.take(sequence, stamp, kind & 0x7F, record.time_us)
        if self.records is not None:
            self.records.append((record.frame, record.offset))
        return True

    def _check(self, data: Buffer, ip: int, payload: int) -> None:
        """Counts STUN and DTLS between known endpoints."""
        first = data[payload]
        if first < 2 and data[payload + 4 : payload + 8] == STUN_COOKIE:
            column = {b"\x00\x01": 0, b"\x01\x01": 1}.get(data[payload : payload + 2], -1)
        else:
            column = 2 if 20 <= first < 64 else -1
        if column < 0 or len(self.checks) >= self.most:
            return
        source, destination = endpoints(data, ip, payload)
        if {_key(str(end.address), end.port) for end in (source, destination)} & self.media.keys():
            self.checks.setdefault((source, destination), [0, 0, 0])[column] += 1

    def connectivity(self) -> list[ConnectivityCheck]:
        """ICE and DTLS between the endpoints."""
        return [ConnectivityCheck(*ends, *counts) for ends, counts in self.checks.items()]

    def _count(self, data: Buffer, ip: int, payload: int, record: Record, source: bytes, destination: bytes) -> None:
        if payload_end(data, payload, record.end) - payload < 12:
            return
        kind, sequence, stamp, ssrc = struct.unpack_from(">BHII", data, payload + 1)
        key = (source, destination, ssrc)
        counting = self.found.get(key)
        if counting is None:
            if len(self.found) >= self.most:
                return
            # The receiver's numbers win: a side names the payload types that it wants to get (RFC 3264, section 5.1).
            codecs = {**self.media.get(source, {}), **self.media.get(destination, {})}
            ends = endpoints(data, ip, payload)
            counting = self.found[key] = StreamCounter(
                *ends, ssrc, codecs, record.frame, record.time_us, dscp(data, ip)
            )
            if record.link == 1 and ip == record.start + 14 and payload == ip + 28:
                self.plain[data[ip + 12 : payload - 4] + data[payload + 8 : payload + 12]] = counting
        counting.take(sequence, stamp, kind & 0x7F, record.time_us)
        if self.records is not None:
            self.records.append((record.frame, record.offset))

    def streams(self) -> list[Stream]:
        """All streams, in order of their first packet."""
        # a single packet may be anything, unless the descriptions of both sides name its ends
        kept = [
            counting
            for (source, destination, _), counting in self.found.items()
            if counting.packets > 1 or (source in self.media and destination in self.media)
        ]
        return sorted((counting.stream() for counting in kept), key=lambda stream: stream.first_us)


def rtp_stream(record: Record) -> tuple[bytes, bytes] | None:
    """Ends and SSRC of a packet that looks like RTP, as one can tell without SDP; None for others."""
    data = record.data
    ip, payload = innermost(data, record.link, record.start, record.end)
    if (
        payload <= 0
        or payload + 13 > record.end
        # Without SDP the plainest form alone counts: version 2, no contributing sources.
        or data[payload] & 0xCF != 0x80
        # With the marker bit these would be RTCP (RFC 3551, section 6).
        or 72 <= data[payload + 1] & 0x7F <= 76
    ):
        return None
    return data[ip + 12 : payload - 4] if data[ip] >> 4 == 4 else data[ip + 8 : payload - 4], data[
        payload + 8 : payload + 12
    ]
