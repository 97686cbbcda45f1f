"""Masks SDP bodies: media, codecs and direction stay; any other body is left out."""

from __future__ import annotations

import re
from collections.abc import Callable

from partnertui.captures.saving.pseudonyms import HIDDEN, Masks
from partnertui.sip.sdp import find_sdp

SDP = "application/sdp"
_MEDIA = re.compile(r"([A-Za-z]{1,16}) (\d{1,5})(?:/\d{1,3})? ([A-Za-z0-9/]{1,24}) ?([A-Za-z0-9 .*-]*)")
_CONNECTION = re.compile(r"\s*IN\s+IP([46])\s+([^\s/]+).*")
_ORIGIN = re.compile(r"\S+\s+(\S+)\s+(\S+)\s+IN\s+IP([46])\s+(\S+)\s*")
_PORT_AT = re.compile(r"(\d{1,5})(?:\s+IN\s+IP([46])\s+(\S+))?\s*")
_PLAIN = frozenset(
    {
        "rtpmap",
        "fmtp",
        "ptime",
        "maxptime",
        "sendrecv",
        "sendonly",
        "recvonly",
        "inactive",
        "rtcp-mux",
        "rtcp-fb",
        "setup",
        "mid",
        "group",
        "silencesupp",
        "framerate",
        "t38faxversion",
        "t38maxbitrate",
        "t38faxratemanagement",
        "t38faxmaxbuffer",
        "t38faxmaxdatagram",
        "t38faxudpec",
        "des",
        "curr",
        "conf",
    }
)
"""Attributes that stay."""


def masked_body(masks: Masks, content_type: str, body: bytes) -> tuple[str, bytes]:
    """Content-Type and bytes; both empty where there was no body. Of a multipart body only its description stays."""
    if not body.strip():
        return "", b""
    if find_sdp(content_type, body) is None:
        return "text/plain", f"({len(body)} bytes masked)\r\n".encode()
    start = body.find(b"v=0")
    text = body[max(0, start) :].decode("utf-8", "replace").partition("\r\n--")[0]
    lines = (_line(masks, line.rstrip("\r")) for line in text.split("\n"))
    return SDP, "".join(f"{line}\r\n" for line in lines if line).encode("utf-8", "replace")


def _line(masks: Masks, line: str) -> str:
    kind, equals, value = line.partition("=")
    made = LINES[kind](masks, value) if equals and kind in LINES else ""
    return f"{kind}={made}" if made else ""


def _origin(masks: Masks, value: str) -> str:
    match = _ORIGIN.fullmatch(value)
    if match is None:
        return ""
    # Both must be numbers (RFC 8866, section 5.2), and an unchanged version must still say that nothing changed.
    session, version = (masks.token(kind, match[index]).partition("-")[2] for kind, index in (("s", 1), ("o", 2)))
    return f"- {session} {version} IN IP{match[3]} {masks.host(match[4])}"


def _connection(masks: Masks, value: str) -> str:
    match = _CONNECTION.fullmatch(value)
    return f"IN IP{match[1]} {masks.host(match[2])}" if match else ""


def _media(masks: Masks, value: str) -> str:
    match = _MEDIA.fullmatch(value.strip())
    return masks.known(f"{match[1]} {match[2]} {match[3]} {match[4]}".rstrip()) if match else ""


def _attribute(masks: Masks, value: str) -> str:
    name, colon, rest = value.partition(":")
    plain = name.strip().lower()
    if plain in _PLAIN:
        return masks.known(value.strip())
    # For RTCP that doesn't go to the port after that of RTP (RFC 3605).
    if plain == "rtcp" and (match := _PORT_AT.fullmatch(rest)):
        return f"rtcp:{match[1]}" + (f" IN IP{match[2]} {masks.host(match[3])}" if match[2] else "")
    # That media were encrypted stays; the key itself would decrypt them (RFC 4568).
    return f"{plain}:{HIDDEN}" if plain in {"crypto", "fingerprint"} and colon else ""


LINES: dict[str, Callable[[Masks, str], str]] = {
    "v": lambda masks, value: "0",
    "o": _origin,
    # Mandatory even without a subject (RFC 8866, section 5.3).
    "s": lambda masks, value: "-",
    "c": _connection,
    "t": lambda masks, value: "0 0",
    "b": Masks.known,
    "m": _media,
    "a": _attribute,
}
