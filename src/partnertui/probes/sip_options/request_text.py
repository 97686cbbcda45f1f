"""The text of an OPTIONS request (RFC 3261, section 11), with new branch, tag and Call-ID."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from partnertui.sip.grammar import safe_line
from partnertui.sip.uri import parse_uri

COOKIE = "z9hG4bK"
"""Begins every branch (RFC 3261, section 8.1.1.7)."""


def new_branch() -> str:
    """A branch nobody can guess."""
    return COOKIE + secrets.token_hex(12)


def new_call_id() -> str:
    """A unique Call-ID."""
    return secrets.token_hex(12)


def new_tag() -> str:
    """A tag of a From (RFC 3261, section 19.3)."""
    return secrets.token_hex(6)


@dataclass(frozen=True)
class Options:
    """One request; `sent_by` is our `host:port`, `routes` are URIs with `;lr`. Resent unchanged with its branch."""

    request_uri: str
    sent_by: str
    from_uri: str
    to_uri: str
    transport: str = "UDP"
    routes: tuple[str, ...] = ()
    user_agent: str = "partnertui"
    branch: str = field(default_factory=new_branch)
    call_id: str = field(default_factory=new_call_id)
    tag: str = field(default_factory=new_tag)
    cseq: int = 1

    def render(self) -> bytes:
        """The message; raises SipSyntaxError for a URI that is none, or text that would begin another line."""
        for uri in (self.request_uri, self.from_uri, self.to_uri, *self.routes):
            parse_uri(uri)
        lines = [
            f"OPTIONS {self.request_uri} SIP/2.0",
            # rport (RFC 3581): a response comes back to the port that it left from, also through our own NAT.
            f"Via: SIP/2.0/{self.transport} {self.sent_by};branch={self.branch};rport",
            "Max-Forwards: 70",
            *(f"Route: <{route}>" for route in self.routes),
            f"From: <{self.from_uri}>;tag={self.tag}",
            f"To: <{self.to_uri}>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} OPTIONS",
            f"Contact: <sip:{self.sent_by};transport={self.transport.lower()}>",
            # OPTIONS should say which bodies it takes (RFC 3261, section 11.1).
            "Accept: application/sdp",
            f"User-Agent: {self.user_agent}",
            "Content-Length: 0",
        ]
        return "\r\n".join([*(safe_line(line, "A header") for line in lines), "", ""]).encode()
