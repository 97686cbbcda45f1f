"""Calls written down as scripts: a line a message, as one would tell it.

    0.00 A>P INVITE 1 sdp=192.0.2.6:4000/PCMA,PCMU
    0.01 P>A 407 INVITE 1
    0.02 A>P INVITE 2 auth

Time in seconds, from whom to whom, method or status with method, CSeq; then words: `auth`, `tag` (inside the dialog) or
`tag=` (inside that of another phone), `id=` another Call-ID, `reason="…"`,
`sdp=ADDRESS:PORT/CODECS[/DIRECTION][/SRTP]`, `uri=`, `branch=`, and any header as `Name="value"`.
"""

from __future__ import annotations

import shlex

from partnertui.calls.call_assembly import build_calls
from partnertui.calls.trace_model import Endpoint, Message, Stream, Trace
from partnertui.domain.sip_and_q850_codes import SIP_WORDS

HOSTS = {
    "A": "198.51.100.6",
    "a": "192.168.77.10",
    "P": "203.0.113.10",
    "B": "198.51.100.130",
    "C": "203.0.113.200",
    "D": "198.51.100.140",
}
START_US = 1_795_000_000_000_000
OWN = {"auth", "tag", "id", "reason", "sdp", "uri", "branch", "port", "from", "to"}


def messages(script: str) -> list[Message]:
    """The messages of a script, frames numbered from 1."""
    lines = [line.strip() for line in script.strip().splitlines() if line.strip()]
    return [_message(frame, shlex.split(line)) for frame, line in enumerate(lines, 1)]


def trace(script: str, *streams: Stream) -> Trace:
    """The one call of a script."""
    (found,) = build_calls(messages(script))
    return Trace(**{**found.__dict__, "streams": streams}) if streams else found


def _message(frame: int, words: list[str]) -> Message:
    time, way, what, *rest = words
    if what.isdigit():
        method, number, *rest = rest
    else:
        method, number, *rest = what, *rest
    extra = {name: value for name, _, value in (word.partition("=") for word in rest)}
    source, destination = (HOSTS[name] for name in way.split(">"))
    uri = extra.get("uri", f"sip:{extra.get('to', '1002')}@lab.test")
    first = (
        f"SIP/2.0 {what} {extra.get('reason', SIP_WORDS.get(int(what), 'Something'))}"
        if what.isdigit()
        else f"{method} {uri} SIP/2.0"
    )
    body = _sdp(extra["sdp"]) if "sdp" in extra else ""
    tag = f";tag={extra.get('tag') or 't'}" if "tag" in extra or (what.isdigit() and int(what) > 100) else ""
    headers = {
        "Via": f"SIP/2.0/UDP {source};branch=z9hG4bK{extra.get('branch', f'{method}{number}' + ''.join(sorted(way)))}",
        "From": f"<sip:{extra.get('from', '1001')}@lab.test>;tag=f",
        "To": f"<sip:{extra.get('to', '1002')}@lab.test>{tag}",
        "Call-ID": extra.get("id", "c1"),
        "CSeq": f"{number} {method}",
    }
    if "auth" in extra:
        headers["Proxy-Authorization"] = f'Digest username="1001", nonce="{extra["auth"] or "n"}", response="r"'
    headers |= {name: value for name, value in extra.items() if name not in OWN}
    headers |= {"Content-Type": "application/sdp"} if body else {}
    text = "\r\n".join([first, *(f"{name}: {value}" for name, value in headers.items())])
    port = int(extra.get("port", 5060))
    return Message(
        frame,
        START_US + round(float(time) * 1e6),
        "udp",
        Endpoint(source, 5060),
        Endpoint(destination, port),
        f"{text}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode(),
    )


TYPES = {"PCMU": 0, "PCMA": 8, "G722": 9, "G729": 18, "opus": 111}


def _sdp(text: str) -> str:
    place, codecs, *more = text.split("/")
    address, _, port = place.rpartition(":")
    names = [name for name in codecs.split(",") if name]
    srtp = "SRTP" in more
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {address}",
        "s=-",
        f"c=IN IP4 {address}",
        "t=0 0",
        f"m=audio {port} RTP/{'S' if srtp else ''}AVP {' '.join(str(TYPES[name]) for name in names)}",
        *(f"a=rtpmap:{TYPES[name]} {name}/{48000 if name == 'opus' else 8000}" for name in names),
        *(["a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"] if srtp else []),
        *(f"a={word}" for word in more if word != "SRTP"),
    ]
    return "\r\n".join([*lines, ""])


def stream(
    source: str,
    destination: str,
    packets: int = 500,
    lost: int = 0,
    begin: float = 1.0,
    end: float = 9.0,
    ssrc: int = 1,
) -> Stream:
    """RTP between two hosts of the scripts, at port 4000."""
    return Stream(
        Endpoint(HOSTS.get(source, source), 4000),
        Endpoint(HOSTS.get(destination, destination), 4000),
        ssrc,
        8,
        "PCMA",
        START_US + round(begin * 1e6),
        START_US + round(end * 1e6),
        1,
        packets,
        lost,
        0,
        0,
        1.0,
        2.0,
        46,
        4.2,
    )
