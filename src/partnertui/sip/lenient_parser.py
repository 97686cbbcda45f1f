"""Parses SIP messages leniently, because malformed ones must be shown, too (RFC 3261, section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnertui.sip.headers import Headers
from partnertui.sip.lock_free_cached_property import cached_property
from partnertui.sip.sdp import Sdp, find_sdp

MOST_LINES = 512
_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_STATUS = re.compile(r"SIP/2\.0 +([0-9]{3})(?: +(.*))?", re.IGNORECASE)
# Several blanks, and blanks in the URI, are invalid (RFC 3261, section 7.1) but occur: RFC 4475's lwsstart, lwsruri.
_REQUEST = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,64}) +(.+?) +SIP/2\.0 *", re.IGNORECASE)
# 2**31, which a CSeq must stay below, has ten digits (RFC 3261, section 8.1.1.5).
_CSEQ = re.compile(r"\s*([0-9]{1,10})\s+(\S+)")
_QUOTED = re.compile(r'\s*"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS, _BARE = re.compile(r"<([^<>]*)>"), re.compile(r"\s*([^\s;,<>\"]+)")
_USER = re.compile(r"(?:sips?|tel):([^@;>?]*)(?:@|;|$|>)", re.IGNORECASE)
_TAG = re.compile(r";\s*tag\s*=\s*([^\s;,>]+)", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch\s*=\s*([^\s;,>]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One message as far as it can be read; `method` is empty if it isn't SIP.

    For an answer, `method` is the CSeq's and `status` 100 to 999; for a request `status` is 0.
    """

    method: str
    status: int
    reason: str
    uri: str
    headers: Headers
    body: bytes
    cut: bool = False

    @cached_property
    def call_id(self) -> str:
        """The Call-ID; empty where it is missing."""
        return self.headers.first("call-id")

    @cached_property
    def cseq(self) -> int:
        """The number of the CSeq; 0 where it is missing or no number."""
        match = _CSEQ.match(self.headers.first("cseq"))
        return int(match[1]) if match else 0

    @cached_property
    def branch(self) -> str:
        """The branch of the topmost Via."""
        # One Via header may list several hops by commas, the topmost first (RFC 3261, section 7.3.1).
        return _first(_BRANCH, self.headers.first("via").partition(",")[0])

    @cached_property
    def from_tag(self) -> str:
        """The tag of From."""
        return _first(_TAG, self.headers.first("from"))

    @cached_property
    def to_tag(self) -> str:
        """The tag of To; empty before a dialog stands."""
        return _first(_TAG, self.headers.first("to"))

    @cached_property
    def from_user(self) -> str:
        """The number or name that calls."""
        return user_of(self.headers.first("from"))

    @cached_property
    def to_user(self) -> str:
        """The number or name that is called."""
        return user_of(self.headers.first("to"))

    @cached_property
    def uri_user(self) -> str:
        """The user part of the request's URI; empty for one that has none."""
        match = _USER.match(self.uri)
        # sip:192.0.2.1 has no user: what follows sip: is a host there
        return match[1] if match and ("@" in self.uri or self.uri[:4].lower() == "tel:") else ""

    @cached_property
    def is_truncated(self) -> bool:
        """True where less was captured than was sent: no end of the headers, or less body than Content-Length says."""
        if self.cut:
            return True
        length = self.headers.first("content-length").strip()
        # no datagram has a body of seven digits; int() of a longer text would be wasted on rubbish
        return length.isdecimal() and len(length) < 7 and int(length) > len(self.body)

    @cached_property
    def sdp(self) -> Sdp | None:
        """The session description, also out of a multipart body; None without one."""
        return find_sdp(self.headers.first("content-type"), self.body)

    @property
    def is_request(self) -> bool:
        """True for requests."""
        return self.status == 0 and self.method != ""

    @property
    def start(self) -> str:
        """Method, or status and reason: `INVITE`, `180 Ringing`."""
        return f"{self.status} {self.reason}".strip() if self.status else self.method or "not SIP"


def call_id_of(data: bytes) -> str:
    """The Call-ID as `read` finds it, but without reading the rest; empty where that can't be said so quickly.

    Of two it is the one that is written as usual, as in the index.
    """
    start = data.find(b"\nCall-ID: ")
    end = data.find(b"\n", start + 10)
    # not one that is written otherwise, folded, cut off, or in a body
    if start < 0 or end < 0 or data[end + 1 : end + 2] in (b"", b" ", b"\t"):
        return ""
    if data.find(b"\n\r\n", 0, start + 1) >= 0 or data.find(b"\n\n", 0, start + 1) >= 0:
        return ""
    return data[start + 10 : end].decode("utf-8", "replace").strip()


def read(data: bytes) -> Reading:
    """Reads a message of any quality; never raises."""
    # keep-alives (CRLF) before a message are to be ignored (RFC 3261, section 7.5)
    start = len(data) - len(data.lstrip(b"\r\n"))
    blank = _BLANK.search(data, start)
    head = data[start : blank.start() if blank else len(data)].decode("utf-8", "replace")
    body = data[blank.end() :] if blank else b""
    if blank is None and "\n" in head:
        head = head[: head.rfind("\n")]  # its last line was cut short: half of a value is none
    # bounded before it is split: a datagram of 64 kB may consist of line ends alone
    unfolded = _FOLD.sub(" ", head) if "\n " in head or "\n\t" in head else head
    first, *lines = unfolded.split("\n", MOST_LINES + 1)[: MOST_LINES + 1]
    split = (line.partition(":") for line in lines)
    headers = Headers([(name.strip(), value.strip()) for name, colon, value in split if colon])
    status = _STATUS.fullmatch(first.rstrip("\r"))
    if status:
        # an answer names no method in its first line, only in its CSeq (RFC 3261, section 8.2.6.2)
        said = _CSEQ.match(headers.first("cseq"))
        reason = (status[2] or "").strip()
        return Reading(said[2] if said else "", int(status[1]), reason, "", headers, body, blank is None)
    request = _REQUEST.fullmatch(first.rstrip("\r"))
    if request:
        return Reading(request[1], 0, "", request[2].strip(), headers, body, blank is None)
    return Reading("", 0, "", "", headers, body)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def uri_of(text: str) -> str:
    """The URI of an address such as From or Contact have it; empty where there is none."""
    # a display name in quotes may contain <, > and sip: itself
    name = _QUOTED.match(text)
    rest = text[name.end() :] if name else text
    match = _BRACKETS.search(rest)
    if match is None:
        bare = _BARE.match(rest)
        return bare[1] if bare else ""
    return match[1]


def user_of(text: str) -> str:
    """The user part of an address: a number or a name; for a URI without user its host."""
    uri = uri_of(text)
    match = _USER.match(uri)
    if match and match[1]:
        return match[1] if "@" in uri or uri[:4].lower() == "tel:" else match[1].partition(":")[0]
    return uri.partition(":")[2].partition(";")[0].rpartition("@")[2]
