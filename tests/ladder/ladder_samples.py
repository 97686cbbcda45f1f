"""Calls for the tests of ladders: a phone, a proxy and another phone, written message by message."""

from __future__ import annotations

from dataclasses import replace

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.trace_model import Endpoint, Message, Stream, Trace

START = 1_772_447_400_000_000
"""2026-03-02 10:30:00 UTC, in microseconds."""
PHONE, PROXY, CARRIER = (Endpoint(address, 5060) for address in ("198.51.100.77", "203.0.113.10", "198.51.100.130"))
SDP = "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio {1} RTP/AVP {2}\r\na={3}\r\n"


def sdp(address: str = "198.51.100.77", port: int = 4000, formats: str = "8 0", way: str = "sendrecv") -> str:
    """A session description."""
    return SDP.format(address, port, formats, way)


def message(
    at_ms: float,
    source: Endpoint,
    destination: Endpoint,
    first: str,
    cseq: str = "1 INVITE",
    *,
    body: str = "",
    call_id: str = "a1",
    to_tag: str = "",
    caller: str = "+441632960123",
    called: str = "+442079460000",
    extra: str = "",
    number: int = 0,
    transport: str = "udp",
    branch: str = "z9hG4bKx",
) -> Message:
    """One message; `first` is its first line without what is always the same."""
    line = first if first[0].isdigit() else f"{first} sip:{called}@lab.test"
    line = f"SIP/2.0 {line}" if first[0].isdigit() else f"{line} SIP/2.0"
    tag = f";tag={to_tag}" if to_tag else ""
    kind = "Content-Type: application/sdp\r\n" if body else ""
    text = (
        f"{line}\r\nVia: SIP/2.0/{transport.upper()} {source};branch={branch}\r\n"
        f'From: "Anna Example" <sip:{caller}@lab.test>;tag=1\r\nTo: <sip:{called}@lab.test>{tag}\r\n'
        f"Call-ID: {call_id}\r\nCSeq: {cseq}\r\n{extra}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
    )
    at = START + round(at_ms * 1000)
    return Message(number or 1 + round(at_ms), at, transport, source, destination, text.encode("utf-8", "replace"))


def call_messages() -> list[Message]:
    """A call through a proxy: challenged, answered, talked for ten seconds, hung up by the caller."""
    offer, answer = sdp(), sdp("198.51.100.130", 6000, "8")
    steps = (
        (0, PHONE, PROXY, "INVITE", "1 INVITE", offer, ""),
        (5, PROXY, PHONE, "407 Proxy Authentication Required", "1 INVITE", "", ""),
        (10, PHONE, PROXY, "ACK", "1 ACK", "", ""),
        (20, PHONE, PROXY, "INVITE", "2 INVITE", offer, ""),
        (25, PROXY, PHONE, "100 Trying", "2 INVITE", "", ""),
        (30, PROXY, CARRIER, "INVITE", "2 INVITE", offer, ""),
        (90, CARRIER, PROXY, "180 Ringing", "2 INVITE", "", "9"),
        (95, PROXY, PHONE, "180 Ringing", "2 INVITE", "", "9"),
        (3095, CARRIER, PROXY, "200 OK", "2 INVITE", answer, "9"),
        (3100, PROXY, PHONE, "200 OK", "2 INVITE", answer, "9"),
        (3150, PHONE, PROXY, "ACK", "2 ACK", "", "9"),
        (3155, PROXY, CARRIER, "ACK", "2 ACK", "", "9"),
        (13150, PHONE, PROXY, "BYE", "3 BYE", "", "9"),
        (13155, PROXY, CARRIER, "BYE", "3 BYE", "", "9"),
        (13160, CARRIER, PROXY, "200 OK", "3 BYE", "", "9"),
        (13165, PROXY, PHONE, "200 OK", "3 BYE", "", "9"),
    )
    return [
        message(at, source, destination, first, cseq, body=body, to_tag=tag, number=number)
        for number, (at, source, destination, first, cseq, body, tag) in enumerate(steps, 1)
    ]


def stream(**changes: object) -> Stream:
    """Sound from the phone to the carrier that begins when the call is answered."""
    made = Stream(
        Endpoint("198.51.100.77", 4000),
        Endpoint("198.51.100.130", 6000),
        7,
        8,
        "PCMA",
        START + 3_160_000,
        START + 13_140_000,
        40,
        990,
        10,
        0,
        0,
        3.2,
        9.5,
        46,
        4.2,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def call(*more: Message, streams: tuple[Stream, ...] = ()) -> Trace:
    """The call as a trace."""
    return build_trace([*call_messages(), *more], streams=streams)
