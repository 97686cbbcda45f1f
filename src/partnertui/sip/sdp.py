"""Parses SDP (RFC 8866), and offer and answer (RFC 3264), leniently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

STATIC = {
    0: ("PCMU", 8000),
    3: ("GSM", 8000),
    4: ("G723", 8000),
    8: ("PCMA", 8000),
    9: ("G722", 8000),  # it samples at 16 kHz, but its RTP clock is 8,000 (RFC 3551, section 4.5.2)
    13: ("CN", 8000),
    15: ("G728", 8000),
    18: ("G729", 8000),
    31: ("H261", 90000),
    34: ("H263", 90000),
}
"""Payload types that need no rtpmap, with their clock in Hz (RFC 3551, tables 4 and 5)."""
# Digits and tones (RFC 4733), comfort noise (RFC 3389), redundant copies (RFC 2198).
NOT_SPEECH = frozenset({"telephone-event", "cn", "red"})
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
MOST_MEDIA = 32
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_MEDIA = re.compile(r"(\S+) (\d+)(?:/\d+)? (\S+) ?(.*)")
_RTPMAP = re.compile(r"rtpmap:(\d+) ([^/\s]+)(?:/(\d+))?")


@dataclass(frozen=True)
class Codec:
    """A payload type with its name, its clock in Hz, and the kind of its media line."""

    payload_type: int
    name: str
    clock: int
    kind: str = "audio"


@dataclass(frozen=True)
class Media:
    """One `m=` line with what belongs to it; port 0 means refused. `crypto`: SDES or DTLS keys are offered."""

    kind: str
    port: int
    protocol: str
    address: str
    direction: str
    codecs: tuple[Codec, ...]
    rtcp_port: int
    crypto: bool

    @property
    def secure(self) -> bool:
        """True for SRTP (RTP/SAVP, RTP/SAVPF, UDP/TLS/RTP/SAVP …)."""
        return "SAVP" in self.protocol.upper()

    @property
    def speech(self) -> tuple[str, ...]:
        """Names of codecs that carry sound, in order of preference."""
        return tuple(codec.name for codec in self.codecs if codec.name.lower() not in NOT_SPEECH)

    @property
    def summary(self) -> str:
        """As a ladder has it: `audio 192.0.2.1:4000 PCMA PCMU sendonly`."""
        names = " ".join(self.speech) or "no codec"
        way = "" if self.direction == "sendrecv" else f" {self.direction}"
        lock = " SRTP" if self.secure else ""
        return f"{self.kind} {self.address}:{self.port} {names}{lock}{way}"


@dataclass(frozen=True)
class Sdp:
    """A description: who made it, which version, and its media."""

    origin: str
    media: tuple[Media, ...]

    @property
    def audio(self) -> Media | None:
        """The first audio line."""
        return next((one for one in self.media if one.kind == "audio"), None)

    @property
    def summary(self) -> str:
        """All media in one line."""
        return ", ".join(one.summary for one in self.media) or "no media"


def find_sdp(content_type: str, body: bytes) -> Sdp | None:
    """The description in a body of that Content-Type, also inside multipart (RFC 5621); None without one."""
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        return _in_parts(content_type, body)
    # some devices leave Content-Type out
    if kind == "application/sdp" or (not kind and body.lstrip().startswith(b"v=0")):
        return parse_sdp(body.decode("utf-8", "replace"))
    return None


def _in_parts(content_type: str, body: bytes) -> Sdp | None:
    match = _BOUNDARY.search(content_type)
    if match is None:
        return None
    mark = b"--" + (match[1] or match[2]).encode("utf-8", "replace")
    # what stands before the first boundary is a preamble (RFC 2046, section 5.1.1)
    for part in body.split(mark)[1:MOST_MEDIA]:
        head, _, rest = part.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")
        if b"application/sdp" in head.lower():
            return parse_sdp(rest.decode("utf-8", "replace"))
    return None


@lru_cache(maxsize=256)
def parse_sdp(text: str) -> Sdp:
    """Read a description; malformed lines are skipped."""
    # a proxy passes descriptions on as they are, so nearly each of them comes twice
    lines = [line.rstrip("\r") for line in text.split("\n")][:2000]
    starts = [place for place, line in enumerate(lines) if line.startswith("m=")][:MOST_MEDIA]
    session = lines[: starts[0]] if starts else lines
    blocks = [lines[start:end] for start, end in pairwise([*starts, len(lines)])]
    origin = next((line[2:] for line in session if line.startswith("o=")), "")
    found = (_media(block, session) for block in blocks)
    return Sdp(origin, tuple(media for media in found if media is not None))


def _media(block: list[str], session: list[str]) -> Media | None:
    match = _MEDIA.fullmatch(block[0][2:])
    if match is None:
        return None
    kind, port, protocol, formats = match.groups()
    # what a media line leaves out comes from the session (RFC 8866, section 5.7), so the media line goes first
    both = [*block, *session]
    attributes = [line[2:] for line in both if line.startswith("a=")]
    # int() of thousands of digits is slow, and Python refuses more than 4,300
    number = min(int(port[:6]), 65535)
    return Media(
        kind,
        number,
        protocol,
        _connection(both),
        # sendrecv is what no direction means (RFC 8866, section 6.7)
        next((a for a in attributes if a in DIRECTIONS), "sendrecv"),
        _codecs(kind, formats, attributes),
        _rtcp_port(attributes, number),
        any(a.startswith(("crypto:", "fingerprint:")) for a in attributes),
    )


def _connection(lines: list[str]) -> str:
    words = next((line[2:].split() for line in lines if line.startswith("c=")), [])
    # a multicast address carries its TTL behind a slash (RFC 8866, section 5.7)
    return words[2].partition("/")[0] if len(words) > 2 else ""


def _rtcp_port(attributes: list[str], port: int) -> int:
    """RFC 3605 and RFC 5761: where RTCP goes."""
    if "rtcp-mux" in attributes:
        return port
    match = next((m for a in attributes if (m := re.match(r"rtcp:(\d{1,5})", a))), None)
    # the odd port above RTP unless said otherwise (RFC 3550, section 11)
    return min(int(match[1]), 65535) if match else port + 1


def _codecs(kind: str, formats: str, attributes: list[str]) -> tuple[Codec, ...]:
    named = {int(m[1]): (m[2], int(m[3] or 8000)) for a in attributes if (m := _RTPMAP.match(a)) and len(m[1]) < 4}
    found = []
    for word in formats.split()[:64]:
        if word.isdigit() and len(word) < 4:
            name, clock = named.get(int(word)) or STATIC.get(int(word)) or (f"type {word}", 8000)
            found.append(Codec(int(word), name, clock, kind))
        elif not word.isdigit():
            # Formats of media that isn't RTP are words: `t38` of a fax, `webrtc-datachannel` (RFC 8866, section 5.14).
            found.append(Codec(-1, word, 0, kind))
    return tuple(found)
