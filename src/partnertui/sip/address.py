"""Parses addresses in From, To, Contact and Route, and Via (RFC 3261, sections 20.10, 20.20, 20.42)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import TOKEN, is_token, parameters, shown, split_outside
from partnertui.sip.uri import check_any_uri, parse_host_port

_NAME = re.compile(rf'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<tokens>(?:{TOKEN.pattern}\s+)*(?:{TOKEN.pattern})?)', re.DOTALL)


@dataclass(frozen=True)
class Address:
    """A display name (empty for none), a URI of any scheme, and the parameters of the header."""

    name: str
    uri: str
    parameters: Mapping[str, str | None]


def parse_address(text: str) -> Address:
    """`"Name" <uri>;tag=x` or `uri;tag=x`; raises SipSyntaxError."""
    # Without angle brackets all that follows a semicolon belongs to the header, not to the URI (RFC 3261, section 20).
    first, *rest = split_outside(text, ";")
    bare, bracket, tail = _before_bracket(first)
    if not bracket:
        uri, name = first.strip(), ""
        if "?" in uri or "," in uri:
            raise SipSyntaxError(f"A URI with a comma or a question mark needs angle brackets: {shown(text)}")
    else:
        uri, closing, after = tail.partition(">")
        match = _NAME.fullmatch(bare.strip())
        if not closing or after.strip() or match is None:
            raise SipSyntaxError(f"Not a valid address: {shown(text)}")
        name = re.sub(r"\\(.)", r"\1", match["quoted"]) if match["quoted"] is not None else match["tokens"].strip()
    check_any_uri(uri)
    return Address(name, uri, parameters(rest))


def _before_bracket(text: str) -> tuple[str, str, str]:
    """Splits at the angle bracket that is not inside the quoted name."""
    opened = re.match(r'\s*"(?:[^"\\]|\\.)*"\s*', text)
    start = opened.end() if opened else 0
    name, bracket, tail = text[start:].partition("<")
    return text[:start] + name, bracket, tail


@dataclass(frozen=True)
class Via:
    """One hop: transport in lower case, where it was sent from, and the parameters."""

    transport: str
    host: str
    port: int | None
    parameters: Mapping[str, str | None]

    @property
    def branch(self) -> str:
        """The transaction's identifier."""
        return self.parameters.get("branch") or ""


# SLASH may have white space on both sides (RFC 3261, section 25.1).
_VIA = re.compile(r"SIP\s*/\s*2\.0\s*/\s*(?P<transport>[^\s/;,]+)\s+(?P<by>[^;\s][^;]*)", re.IGNORECASE)


def parse_vias(text: str) -> list[Via]:
    """All hops of a Via header; raises SipSyntaxError."""
    found = []
    for value in split_outside(text, ","):
        first, *rest = split_outside(value, ";")
        match = _VIA.fullmatch(first.strip())
        if match is None or not is_token(match["transport"]):
            raise SipSyntaxError(f"Not a valid Via: {shown(value)}")
        host, port = parse_host_port(_joined(match["by"]))
        found.append(Via(match["transport"].lower(), host, port, parameters(rest)))
    return found


def _joined(place: str) -> str:
    """Without the white space that may stand around the colon before a port."""
    host, colon, port = place.rpartition(":")
    return host.strip() + colon + port.strip()
