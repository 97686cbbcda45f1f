"""The fast pass: SIP over UDP is recognised by its first line and noted by Call-ID; what is not certain is set aside.

It runs over every packet of captures with millions of them: what is called a packet is short, and reads few bytes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from partnertui.calls.correlation import sessions_in
from partnertui.captures.file import Record, Records
from partnertui.captures.fragments import Fragments
from partnertui.captures.packets import LINKS, ODD, TCP, is_tunnel, payload_end, payload_of
from partnertui.captures.tcp import Conversations

_REQUEST = re.compile(rb"[A-Za-z0-9.!%*_+`'~-]{1,64} [^\r\n]{1,4096} SIP/2\.0[ \t]*\r?\n", re.IGNORECASE)
_STATUS = re.compile(rb"SIP/2\.0 +([0-9]{3})[ \r\n]", re.IGNORECASE)
_CALL_ID = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*+(?:\r?\n[ \t]++)?+([^\r\n]*+)[\r\n]", re.IGNORECASE)
_CSEQ = re.compile(rb"\ncseq[ \t]*:\s*[0-9]+[ \t]+([^\s]+)", re.IGNORECASE)
_FROM = re.compile(rb"\n(?:from|f)[ \t]*:[^\r\n]*?(?:sips?|tel):([^@;>\r\n]*)", re.IGNORECASE)
_TO = re.compile(rb"\n(?:to|t)[ \t]*:[^\r\n]*?(?:sips?|tel):([^@;>\r\n]*)", re.IGNORECASE)
_OTHER_LEG = re.compile(rb"\n(?:X-CID|X-Call-?ID|X-[AB]-Leg-Call-ID)[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE)
_NAMES_ANOTHER = re.compile(rb"\n(?:X-[ABC]|Session-)", re.IGNORECASE)
_SESSION = re.compile(rb"\nSession-ID[ \t]*:([^\r\n]+)", re.IGNORECASE)
_CHALLENGES = (401, 407)


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

    def take(self, records: Records, every: int, tell: Callable[[Record], None]) -> None:
        """Reads records; `tell` is called with every so many of them and may raise to stop."""
        walk = iter(records)
        try:
            self._take(walk, every, tell)
        finally:
            walk.close()  # so that it is known how far it came

    def _take(self, walk: Generator[Record, None, None], every: int, tell: Callable[[Record], None]) -> None:
        links, odd = LINKS, self.odd
        for record in walk:
            frame, offset, start, end, _, link, data = record
            locate = links.get(link)
            ip = locate(data, start, end) if locate is not None and end - start > 16 else ODD
            payload = payload_of(data, ip, end) if ip > 0 else ip
            if payload > 0:
                if payload < end and 0x20 < data[payload] < 0x7F:
                    text = self._text(data, payload, payload_end(data, payload, end), record)
                    if not text and is_tunnel(data, payload):
                        odd.extend((frame, offset))
                elif payload < end and data[payload] in b"\r\n":
                    self._after_blank(data, payload, payload_end(data, payload, end), record)
                elif is_tunnel(data, payload):
                    odd.extend((frame, offset))
            elif payload == TCP:
                self.tcp.note(data, ip, end, frame, offset)
            elif payload == ODD:
                odd.extend((frame, offset))
                self.fragments.note(data, ip, end)
            if not frame % every or not self.first_us:
                self.first_us, self.last_us = self.first_us or record.time_us, record.time_us
                tell(record)

    def _after_blank(self, data: bytes, start: int, end: int, record: Record) -> None:
        """Keep-alives are blank lines; a message may follow them."""
        while start < end and data[start] in b"\r\n":
            start += 1
        if start < end:
            self._text(data, start, end, record)

    def _text(self, data: bytes, start: int, end: int, record: Record) -> bool:
        """Takes note of a message; False for what is none."""
        message = data[start:end]
        status = _STATUS.match(message)
        if status:
            self._note(message, int(status[1]), record)
        elif _REQUEST.match(message):
            self._note(message, 0, record)
        else:
            return False
        return True

    def _note(self, message: bytes, status: int, record: Record) -> None:
        self.messages += 1
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
            noted = self.calls[call_id] = _begin(message, status, record)
        if _NAMES_ANOTHER.search(message):
            noted.links |= _links(message)
        noted.records.extend(record[:2])
        noted.last_us = record.time_us
        if status:
            if status >= 200 and (status not in _CHALLENGES or not noted.code):
                _answered(noted, message, status)
        elif noted.method != "INVITE" and message.startswith(b"INVITE "):
            noted.method, noted.code = "INVITE", 0


def _begin(message: bytes, status: int, record: Record) -> Noted:
    method = _method(message, status)
    users = (pattern.search(message) for pattern in (_FROM, _TO))
    caller, called = (match[1].decode("utf-8", "replace") if match else "" for match in users)
    return Noted(method, record.time_us, record.time_us, caller, called)


def _links(message: bytes) -> set[str]:
    """Other legs that a message names: Call-IDs, and the UUIDs of a Session-ID."""
    found = {value.decode("utf-8", "replace").strip() for value in _OTHER_LEG.findall(message)}
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
    if match and match[1].decode("ascii", "replace") == noted.method:
        noted.code = status
