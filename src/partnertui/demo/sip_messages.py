"""SIP messages of demo calls through a B2BUA."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from partnertui.domain.sip_and_q850_codes import sip_words

SERVER = ("203.0.113.10", 5060)
SIGNATURE = "Server: partner-switch 5.6\r\n"
TYPES = {
    "PCMA": "8 PCMA/8000",
    "PCMU": "0 PCMU/8000",
    "G722": "9 G722/8000",
    "G729": "18 G729/8000",
    "opus": "111 opus/48000/2",
}
Place = tuple[str, int]


class Sent(NamedTuple):
    """One message: when, from where to where, and its text."""

    at: datetime
    source: Place
    target: Place
    call_id: str
    method: str
    status: str
    text: str


@dataclass
class Leg:
    """A dialog between two places; the first one calls."""

    call_id: str
    local: Place
    remote: Place
    caller: str
    called: str
    agents: tuple[str, str]
    extra: str = ""
    """Headers of the INVITE alone."""
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        self.tag = self.call_id[:8].strip("-@")

    def request(
        self,
        at: datetime,
        method: str,
        number: int,
        *,
        sdp: str = "",
        back: bool = False,
        first: bool = False,
        more: Mapping[str, str] = {},
    ) -> Sent:
        """A request; `back` sends it from who was called, `first` before a dialog stands."""
        source, target = (self.remote, self.local) if back else (self.local, self.remote)
        ours, theirs = (self.called, self.caller) if back else (self.caller, self.called)
        own, other = (f";tag=t{self.tag}", f";tag=f{self.tag}") if back else (f";tag=f{self.tag}", f";tag=t{self.tag}")
        lines = [
            f"{method} sip:{theirs}@{_place(target)} SIP/2.0",
            f"Via: SIP/2.0/UDP {_place(source)};rport;branch=z9hG4bK{self.tag}{number}",
            "Max-Forwards: 70",
            f"From: <sip:{ours}@example.net>{own}",
            f"To: <sip:{theirs}@example.net>{'' if first or method == 'INVITE' else other}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{ours}@{_place(source)}>",
            f"User-Agent: {self.agents[1 if back else 0]}",
        ]
        if method == "INVITE" and self.extra:
            lines.append(self.extra)
        lines += [f"{name}: {value}" for name, value in more.items()]
        return Sent(at, source, target, self.call_id, method, "", _finish(lines, sdp))

    def answer(
        self,
        at: datetime,
        status: int,
        method: str,
        number: int,
        *,
        sdp: str = "",
        reason: str = "",
        signed: str = "",
        back: bool = False,
        more: Mapping[str, str] = {},
    ) -> Sent:
        """An answer of who was called; `back` is one of the caller."""
        source, target = (self.local, self.remote) if back else (self.remote, self.local)
        ours, theirs = (self.called, self.caller) if back else (self.caller, self.called)
        tags = (f";tag=t{self.tag}", f";tag=f{self.tag}") if back else (f";tag=f{self.tag}", f";tag=t{self.tag}")
        lines = [
            f"SIP/2.0 {status} {reason or sip_words(status)}",
            f"Via: SIP/2.0/UDP {_place(target)};rport;branch=z9hG4bK{self.tag}{number}",
            f"From: <sip:{ours}@example.net>{tags[0]}",
            f"To: <sip:{theirs}@example.net>{'' if status == 100 else tags[1]}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            signed or f"User-Agent: {self.agents[0 if back else 1]}",
            *(f"{name}: {value}" for name, value in more.items()),
        ]
        return Sent(at, source, target, self.call_id, method, str(status), _finish(lines, sdp))


def _place(place: Place) -> str:
    host, port = place
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _finish(lines: list[str], sdp: str) -> str:
    kind = ["Content-Type: application/sdp"] if sdp else []
    return "\r\n".join([*lines, *kind, f"Content-Length: {len(sdp)}", "", ""]) + sdp


def sdp(host: str, port: int, *codecs: str) -> str:
    """An offer or an answer of sound."""
    family = "IP6" if ":" in host else "IP4"
    known = [TYPES[codec] for codec in codecs]
    numbers = " ".join(text.split()[0] for text in known)
    lines = [
        "v=0",
        f"o=- {port} 1 IN {family} {host}",
        "s=call",
        f"c=IN {family} {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {numbers} 101",
        *(f"a=rtpmap:{text}" for text in known),
        "a=rtpmap:101 telephone-event/8000",
        "a=sendrecv",
        "",
    ]
    return "\r\n".join(lines)


def later(at: datetime, milliseconds: float) -> datetime:
    """A moment after."""
    return at + timedelta(milliseconds=milliseconds)


def register(leg: Leg, at: datetime, expires: int) -> Iterator[Sent]:
    """A registration with its challenge (RFC 3261, section 10; RFC 8760)."""
    challenge = f'Digest realm="example.net", nonce="n{leg.tag}", algorithm=MD5, qop="auth"'
    reply = (
        f'Digest username="{leg.caller}", realm="example.net", nonce="n{leg.tag}", uri="sip:example.net", response="x"'
    )
    yield leg.request(at, "REGISTER", 1, first=True, more={"Expires": str(expires)})
    yield leg.answer(later(at, 2), 401, "REGISTER", 1, signed=SIGNATURE.strip(), more={"WWW-Authenticate": challenge})
    yield leg.request(later(at, 40), "REGISTER", 2, first=True, more={"Expires": str(expires), "Authorization": reply})
    yield leg.answer(later(at, 44), 200, "REGISTER", 2, signed=SIGNATURE.strip(), more={"Expires": str(expires)})
