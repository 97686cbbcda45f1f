"""Parses a SIP message from a datagram, within limits (RFC 3261, sections 7 and 18.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import is_token, shown, whole
from partnertui.sip.headers import Headers
from partnertui.sip.mandatory_headers import check_headers
from partnertui.sip.uri import check_any_uri

MOST_BYTES = 65_535
MOST_HEADERS = 128
_STATUS_LINE = re.compile(
    r"(?P<version>SIP/[0-9.]+) (?P<status>[1-6][0-9]{2})(?: (?P<reason>[^\r\n]*))?", re.IGNORECASE
)
# One blank each, and no angle brackets around the URI (RFC 3261, section 7.1; RFC 4475's ltgtruri).
_REQUEST_LINE = re.compile(r"(?P<method>[^ \t]+) (?P<uri>[^ \t<>]+) (?P<version>SIP/[0-9.]+)", re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Request:
    """A request; the URI as it was sent."""

    method: str
    uri: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """An answer: status 100 to 699 and the reason phrase."""

    status: int
    reason: str
    headers: Headers
    body: bytes = b""


def parse_message(data: bytes) -> Request | Response:
    """The message of a datagram; what follows Content-Length bytes of body is dropped. Raises SipSyntaxError."""
    if len(data) > MOST_BYTES:
        raise SipSyntaxError(f"A SIP message can have at most {MOST_BYTES} bytes; this one has {len(data)}")
    start = len(data) - len(data.lstrip(b"\r\n"))  # keep-alives before a message are to be ignored
    blank = _BLANK.search(data, start)
    if blank is None:
        raise SipSyntaxError("The empty line after the headers is missing")
    lines = _lines(data[start : blank.start()].decode("utf-8", "replace"))
    first = next(lines, "")
    headers = Headers(tuple(_headers(lines)))
    body = _body(headers, data[blank.end() :])
    if first[:4].upper() == "SIP/":
        return _response(first, headers, body)
    return _request(first, headers, body)


def _lines(head: str) -> Iterator[str]:
    """Lines with their continuations (RFC 3261, section 7.3.1)."""
    current: list[str] = []
    for line in re.split(r"\r?\n", head):
        if line[:1] in {" ", "\t"} and len(current) > 0:
            current.append(line.strip(" \t"))
            continue
        if current:
            yield " ".join(current)
        current = [line]
    if current:
        yield " ".join(current)


def _headers(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        name, colon, value = line.partition(":")
        name = name.rstrip(" \t")
        if not colon or not is_token(name):
            raise SipSyntaxError(f"Not a valid header: {shown(line)}")
        if number > MOST_HEADERS:
            raise SipSyntaxError(f"This SIP message has more than {MOST_HEADERS} headers")
        yield name, value.strip(" \t")


def _body(headers: Headers, rest: bytes) -> bytes:
    # without the header a body goes on to the end of the datagram (RFC 3261, section 18.3)
    lengths = {whole(value, "Content-Length", MOST_BYTES) for value in headers.all("Content-Length")}
    if not lengths:
        return rest
    if len(lengths) > 1:
        raise SipSyntaxError("Content-Length occurs twice with different values")
    length = lengths.pop()
    # over UDP a body that is shorter than it says is to be rejected (RFC 3261, section 18.3)
    if length > len(rest):
        raise SipSyntaxError(f"Content-Length says {length} bytes, but only {len(rest)} follow")
    return rest[:length]


def _response(line: str, headers: Headers, body: bytes) -> Response:
    match = _STATUS_LINE.fullmatch(line)
    if match is None:
        raise SipSyntaxError(f"Not a valid status line: {shown(line)}")
    _version(match["version"])
    check_headers(headers, None)
    return Response(int(match["status"]), match["reason"] or "", headers, body)


def _request(line: str, headers: Headers, body: bytes) -> Request:
    match = _REQUEST_LINE.fullmatch(line)
    if match is None or not is_token(match["method"]):
        raise SipSyntaxError(f"Not a valid request line: {shown(line)}")
    _version(match["version"])
    check_any_uri(match["uri"])
    # headers are not allowed in a Request-URI (RFC 3261, section 19.1.1, table 1)
    if match["uri"][:4].lower() in {"sip:", "sips"} and "?" in match["uri"].rpartition("@")[2]:
        raise SipSyntaxError("A request URI must not have headers")
    check_headers(headers, match["method"])
    return Request(match["method"], match["uri"], headers, body)


def _version(version: str) -> None:
    if version.upper() != "SIP/2.0":
        raise SipSyntaxError(f"Not SIP/2.0: {shown(version)}")
