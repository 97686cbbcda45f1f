"""First pass over a capture: finds SIP over UDP and notes its Call-IDs; leaves TCP, fragments and tunnels to tshark.

It runs over every packet of captures with millions of them: what is called a packet is short, and reads few bytes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from partnertui.calls.correlation import MAY_NAME_A_LEG, OTHER_LEG_VALUE, sessions_in
from partnertui.calls.replaced_calls import REPLACES, may_replace, replaced_in
from partnertui.captures.capture_file import Record, Records
from partnertui.captures.hep import SIP_TYPE, decode, is_hep
from partnertui.captures.missing_fragments import Fragments
from partnertui.captures.packet_headers import LINKS, ODD, TCP, payload_end, payload_of
from partnertui.captures.sip_tcp_conversations import Conversations
from partnertui.captures.tunnels import innermost, is_vxlan
from partnertui.domain.sip_and_q850_codes import CHALLENGES

_REQUEST = re.compile(rb"[A-Za-z0-9.!%*_+`'~-]{1,64} [^\r\n]{1,4096} SIP/2\.0[ \t]*\r?\n", re.IGNORECASE)
_STATUS = re.compile(rb"SIP/2\.0 +([0-9]{3})[ \r\n]", re.IGNORECASE)
# Possessive, so that a header of nothing but blanks is tried once and not at every length.
_CALL_ID = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*+(?:\r?\n[ \t]++)?+([^\r\n]*+)[\r\n]", re.IGNORECASE)
# The method of an answer is only here (RFC 3261, section 8.2.6.2).
_CSEQ = re.compile(rb"\ncseq[ \t]*:\s*[0-9]+[ \t]+([^\s]+)", re.IGNORECASE)
_FROM = re.compile(rb"\n(?:from|f)[ \t]*:[^\r\n]*?(?:sips?|tel):([^@;>\r\n]*)", re.IGNORECASE)
_TO = re.compile(rb"\n(?:to|t)[ \t]*:[^\r\n]*?(?:sips?|tel):([^@;>\r\n]*)", re.IGNORECASE)
_SESSION = re.compile(rb"\nSession-ID[ \t]*:([^\r\n]+)", re.IGNORECASE)
ETHERNET, IPV4_WITHOUT_OPTIONS, UDP = 1, b"\x08\x00\x45", 17
"""A link type; an EtherType with the first byte behind it; a protocol of IP."""


@dataclass(slots=True)
class Noted:
    """A Call-ID in a capture. `code`: the last final answer to its INVITE, or to its first request; 0 for none.

    `records`: frame and offset of each message's record, in pairs. `links`: values of headers that name other legs.
    """

    method: str
    first_us: int
    last_us: int
    from_user: str
    to_user: str
    code: int = 0
    records: array[int] = field(default_factory=lambda: array("Q"))
    links: set[str] = field(default_factory=set)


@dataclass
class Scan:
    """What a pass found: calls by Call-ID, records for tshark (frame and offset in pairs), and TCP conversations.

    `nameless`: messages without a Call-ID, as those are that were cut short before it.
    """

    calls: dict[bytes, Noted] = field(default_factory=dict)
    odd: array[int] = field(default_factory=lambda: array("Q"))
    tcp: Conversations = field(default_factory=Conversations)
    fragments: Fragments = field(default_factory=Fragments)
    messages: int = 0
    nameless: int = 0
    first_us: int = 0
    last_us: int = 0
    tunnel_ports: set[bytes] = field(default_factory=set)
    """Destination ports of VXLAN, as in a packet."""
    unread_tunnels: int = 0
    websocket: array[int] = field(default_factory=lambda: array("Q"))
    """Records of WebSocket connections whose handshake wasn't captured, in pairs."""
    sip_ports: set[int] = field(default_factory=set)
    websocket_ports: set[int] = field(default_factory=set)
    """TCP ports of SIP that are not its own, and of these WebSocket connections."""

    def set_aside_tcp(self, *, keys: bool) -> None:
        """Sets aside the packets of TCP conversations with SIP, for tshark."""
        self.odd.extend(number for pair in self.tcp.wanted(keys=keys) for number in pair)
        self.websocket.extend(number for pair in self.tcp.websocket_packets() for number in pair)
        self.sip_ports |= self.tcp.other_ports()
        self.websocket_ports |= self.tcp.websocket_ports()

    def take(self, records: Records, every: int, tell: Callable[[Record], None]) -> None:
        """Reads records; `tell` is called with every so many of them and may raise to stop."""
        walk = iter(records)
        try:
            self._take(walk, every, tell)
        finally:
            walk.close()  # so that it is known how far it came

    def _take(self, walk: Generator[Record, None, None], every: int, tell: Callable[[Record], None]) -> None:
        for record in walk:
            frame, _, start, end, _, link, data = record
            if (
                link == ETHERNET
                and end - start >= 42
                and data[start + 12 : start + 15] == IPV4_WITHOUT_OPTIONS
                and data[start + 23] == UDP
                and not (data[start + 20] & 0x3F or data[start + 21])
            ):
                # nearly every packet, found without a call: UDP over IPv4 that is no fragment
                ip, payload = start + 14, start + 42
            else:
                ip, payload = _located(data, link, start, end)
            if payload > 0:
                # an empty datagram, a keep-alive of some phones, counts as nothing
                first = data[payload] if payload < end else 0x80
                if first >> 6 == 2:
                    pass  # RTP, as a rule: what comes most often is passed first
                elif 0x20 < first < 0x7F:
                    if self._text(data, payload, payload_end(data, payload, end), record) is None:
                        self._other(record, payload)
                elif first in b"\r\n":
                    self._after_blank(data, payload, payload_end(data, payload, end), record)
                else:
                    self._other(record, payload)
            elif payload < 0:
                self._not_udp(record, ip, payload)
            if not frame % every or not self.first_us:
                self.first_us, self.last_us = self.first_us or record.time_us, record.time_us
                tell(record)

    def _not_udp(self, record: Record, ip: int, payload: int) -> None:
        """Takes note of a TCP segment, or of what has to be looked into."""
        if payload == TCP:
            self.tcp.note(record.data, ip, record.end, record.frame, record.offset)
        else:
            self._other(record, payload)

    def _other(self, record: Record, payload: int) -> None:
        """Takes note of a packet that is neither SIP nor RTP at first sight: HEP, a tunnel, a fragment, or nothing."""
        frame, offset, start, end, _, link, data = record
        if payload > 0 and self._mirrored(data[payload : payload_end(data, payload, end)], record):
            return
        ip, inner = innermost(data, link, start, end)
        if inner == ODD:
            self.odd.extend((frame, offset))
            self.unread_tunnels += not self.fragments.note(data, ip, end)
        elif inner == TCP:
            self.tcp.note(data, ip, end, frame, offset)
        elif inner > 0 and inner != payload:
            if payload > 0 and is_vxlan(data, payload, end):
                self.tunnel_ports.add(data[payload - 6 : payload - 4])
            inner_end = payload_end(data, inner, end)
            if not self._mirrored(data[inner:inner_end], record):
                self._after_blank(data, inner, inner_end, record)

    def _mirrored(self, payload: bytes, record: Record) -> bool:
        """Takes note of a message in HEP; False for what isn't HEP."""
        packet = decode(payload) if is_hep(payload) else None
        if packet is None:
            return False
        if packet.kind == SIP_TYPE:
            noted = self._text(packet.payload, 0, len(packet.payload), record)
            if noted is not None and packet.correlation_id:
                noted.links.add(packet.correlation_id)
        return True

    def _after_blank(self, data: bytes, start: int, end: int, record: Record) -> None:
        """Keep-alives are blank lines; a message may follow them."""
        while start < end and data[start] in b"\r\n":
            start += 1
        if start < end:
            self._text(data, start, end, record)

    def _text(self, data: bytes, start: int, end: int, record: Record) -> Noted | None:
        """Takes note of a message; None for what isn't one."""
        message = data[start:end]
        status = _STATUS.match(message)
        if status:
            return self._note(message, int(status[1]), record)
        return self._note(message, 0, record) if _REQUEST.match(message) else None

    def _note(self, message: bytes, status: int, record: Record) -> Noted:
        self.messages += 1
        # bytes.find is several times faster than the pattern, and nearly all messages write it so
        place = message.find(b"\nCall-ID: ")
        if place > 0:
            end = message.find(b"\n", place + 10)
            call_id = message[place + 10 : end].strip() if end > 0 else b""
        else:
            match = _CALL_ID.search(message)
            call_id = match[1].strip() if match else b""
        self.nameless += not call_id
        noted = self.calls.get(call_id)
        if noted is None:
            noted = self.calls[call_id] = _begin(message, status, record.time_us)
        if MAY_NAME_A_LEG.search(message):
            noted.links |= _links(message)
        # only these two methods replace a call (RFC 3891, RFC 3515), and few of their messages have the word
        if not status and message[:6] in (b"INVITE", b"REFER ") and may_replace(message):
            noted.links |= {REPLACES + other for other in replaced_in(message)}
        noted.records.extend(record[:2])
        noted.last_us = record.time_us
        if status:
            # a challenge that is answered is no outcome: only a first answer of that kind is kept
            if status >= 200 and (status not in CHALLENGES or not noted.code):
                _answered(noted, message, status)
        # a Call-ID of OPTIONS or PUBLISH before its INVITE: the call is what matters
        elif noted.method != "INVITE" and message.startswith(b"INVITE "):
            noted.method, noted.code = "INVITE", 0
        return noted


def _located(data: bytes, link: int, start: int, end: int) -> tuple[int, int]:
    """Where the IP header and the UDP payload of a packet are, or constants instead."""
    locate = LINKS.get(link)
    ip = locate(data, start, end) if locate is not None and end - start > 16 else ODD
    return ip, payload_of(data, ip, end) if ip > 0 else ip


def summary_of(message: bytes) -> tuple[str, str, int, str, str]:
    """Call-ID, method, status (0 for requests), and the users of From and To, by the same patterns as the pass."""
    status = _STATUS.match(message)
    found = _CALL_ID.search(message)
    code = int(status[1]) if status else 0
    noted = _begin(message, code, 0)
    return (
        found[1].strip().decode("utf-8", "replace") if found else "",
        noted.method,
        code,
        noted.from_user,
        noted.to_user,
    )


def is_sip(message: bytes) -> bool:
    """True for a whole SIP message by its first line."""
    return _STATUS.match(message) is not None or _REQUEST.match(message) is not None


def _begin(message: bytes, status: int, time_us: int) -> Noted:
    method = _method(message, status)
    users = (pattern.search(message) for pattern in (_FROM, _TO))
    caller, called = (match[1].decode("utf-8", "replace") if match else "" for match in users)
    return Noted(method, time_us, time_us, caller, called)


def _links(message: bytes) -> set[str]:
    """Other legs that a message names: Call-IDs, and the UUIDs of a Session-ID."""
    found = {value.decode("utf-8", "replace").strip() for value in OTHER_LEG_VALUE.findall(message)}
    for value in _SESSION.findall(message):
        found |= sessions_in(value.decode("ascii", "replace"))
    return found


def _method(message: bytes, status: int) -> str:
    if not status:
        return message.split(b" ", 1)[0].decode("ascii", "replace")
    match = _CSEQ.search(message)
    return match[1].decode("ascii", "replace") if match else ""


def _answered(noted: Noted, message: bytes, status: int) -> None:
    match = _CSEQ.search(message)
    # Answers to PRACK, UPDATE or BYE say nothing of how the call was answered.
    if match and match[1].decode("ascii", "replace") == noted.method:
        noted.code = status
