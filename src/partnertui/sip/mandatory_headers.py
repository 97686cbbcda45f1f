"""Checks the headers that every SIP message must have (RFC 3261, sections 8.1.1 and 20)."""

from __future__ import annotations

import re

from partnertui.sip.address import parse_address, parse_vias
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import is_token, shown, split_outside, whole
from partnertui.sip.headers import Headers, plain_name

ONCE = ("call-id", "cseq", "from", "to", "max-forwards")
# Not Max-Forwards: answers have none, and a request of RFC 2543 without it passes (RFC 3261, section 16.3, step 3).
NEEDED = ("via", "from", "to", "call-id", "cseq")
ADDRESSES = ("contact", "route", "record-route")
LARGEST_CSEQ = 2**31 - 1
# SIP takes one of HTTP's forms of a date, and GMT alone (RFC 3261, section 20.17).
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}"
    r" [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
    re.IGNORECASE,
)
# `word` allows brackets and quotes, which a token doesn't (RFC 3261, section 25.1).
_CALL_ID = re.compile(r"[^\s@]+(?:@[^\s@]+)?")


def check_headers(headers: Headers, method: str | None) -> None:
    """Raises SipSyntaxError; `method` is the request's, None for an answer."""
    found: dict[str, list[str]] = {}
    for name, value in headers.items:
        found.setdefault(plain_name(name), []).append(value)
    _counts(found)
    if _CALL_ID.fullmatch(found["call-id"][0]) is None:
        raise SipSyntaxError(f"Not a valid Call-ID: {shown(found['call-id'][0])}")
    _, said = parse_cseq(found["cseq"][0])
    # With case, as the grammar spells methods in capital letters (RFC 3261, section 25.1).
    if method is not None and said != method:
        raise SipSyntaxError(f"CSeq has the method {shown(said)}, but the request line has {shown(method)}")
    _values(found)


def _counts(found: dict[str, list[str]]) -> None:
    for name in ONCE:
        if len(found.get(name, ())) > 1:
            raise SipSyntaxError(f"The {_spelled(name)} header may occur only once")
    for name in NEEDED:
        if name not in found:
            raise SipSyntaxError(f"The {_spelled(name)} header is missing")


def _spelled(name: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(name, name.title())


def _values(found: dict[str, list[str]]) -> None:
    for value in (*found["from"], *found["to"]):
        parse_address(value)
    for name in ADDRESSES:
        for value in found.get(name, ()):
            _addresses(name, value)
    for value in found["via"]:
        parse_vias(value)
    for value in found.get("max-forwards", ()):
        whole(value, "Max-Forwards", 255)
    for value in found.get("date", ()):
        if _DATE.fullmatch(value.strip()) is None:
            raise SipSyntaxError(f"Not a valid SIP date: {shown(value)}")


def parse_cseq(value: str) -> tuple[int, str]:
    """Number (below 2**31) and method; raises SipSyntaxError."""
    number, _, method = value.replace("\t", " ").partition(" ")
    if not is_token(method.strip()):
        raise SipSyntaxError(f"Not a valid CSeq: {shown(value)}")
    return whole(number, "CSeq", LARGEST_CSEQ), method.strip()


def _addresses(name: str, value: str) -> None:
    # In REGISTER it stands for all bindings (RFC 3261, section 10.2.2), and is no address.
    if name == "contact" and value.strip() == "*":
        return
    for part in split_outside(value, ","):
        parse_address(part)
