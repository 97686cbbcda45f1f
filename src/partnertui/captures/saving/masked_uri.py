"""Masks URIs, addresses and Via headers: only well-known parameters stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from partnertui.captures.saving.pseudonyms import HIDDEN, Masks

_HOST = re.compile(r"(\[[^\]]*\]|[^:;?>\s]*)(?::\s*(\d{1,5}))?(.*)", re.DOTALL)
_NAMED = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^<"]*)\s*<([^>]*)>?(.*)', re.DOTALL)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|,|[^",<]+|.', re.DOTALL)
_VIA = re.compile(r"\s*SIP\s*/\s*2\.0\s*/\s*([A-Za-z-]{1,12})\s+([^;]*)(.*)", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{0,23}|\d{1,5}(?:\.\d{1,3})?")
KEPT = frozenset(
    {
        "transport",
        "lr",
        "ob",
        "user",
        "method",
        "expires",
        "q",
        "reason",
        "counter",
        "privacy",
        "screen",
        "party",
        "index",
        "cause",
        "alias",
        "keep",
        "ttl",
        "purpose",
        "id-type",
    }
)
"""Parameters that stay where their value is a word or a short number."""


def masked_uri(masks: Masks, text: str) -> str:
    """`sip:user@host:port;transport=tcp` with user and host masked; passwords and headers are left out."""
    scheme, colon, rest = text.strip().partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in {"sip", "sips", "tel"}:
        return f"urn:{masks.token('uri', text.strip())}"
    if scheme == "tel":
        return f"tel:{masks.user(rest.partition(';')[0].partition('?')[0])}"
    user, at, host = rest.rpartition("@")
    # Behind the user there may be a password (RFC 3261, section 19.1.1) or a number's parameters (RFC 3966).
    known = user.partition(":")[0].partition(";")[0]
    match = _HOST.fullmatch(host)
    assert match is not None
    port = f":{match[2]}" if match[2] else ""
    return f"{scheme}:{masks.user(known) + '@' if at else ''}{masks.host(match[1])}{port}{_parameters(masks, match[3])}"


def masked_address(masks: Masks, value: str) -> str:
    """All addresses of a header such as From or Route."""
    return ", ".join(_address(masks, part) for part in _parts(value)) or HIDDEN


def _address(masks: Masks, text: str) -> str:
    # Contact: * removes all registrations (RFC 3261, section 10.2.2).
    if text.strip() == "*":
        return "*"
    match = _NAMED.fullmatch(text)
    if match is None:
        # Without angle brackets, parameters belong to the header, not to the URI (RFC 3261, section 20.10).
        uri, _, tail = text.partition(";")
        return f"<{masked_uri(masks, uri)}>{_parameters(masks, ';' + tail)}"
    name = match[1].strip().strip('"').strip()
    shown = f'"{masks.name(name)}" ' if name else ""
    return f"{shown}<{masked_uri(masks, match[2])}>{_parameters(masks, match[3])}"


def _parts(value: str) -> Iterator[str]:
    """What stands between commas outside of quotes and angle brackets."""
    part = ""
    for match in _PIECE.finditer(value):
        if match[0] == ",":
            if part.strip():
                yield part
            part = ""
        else:
            part += match[0]
    if part.strip():
        yield part


def _parameters(masks: Masks, text: str) -> str:
    found = []
    for part in text.split("?")[0].split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        name = name.lower()
        if name == "tag":
            found.append(f";tag={masks.token('tag', value)}")
        elif name in {"received", "maddr"}:
            found.append(f";{name}={masks.host(value)}")
        elif name in KEPT and (not equals or _WORD.fullmatch(value.strip('"'))):
            found.append(f";{name}{'=' + masks.known(value) if equals else ''}")
    return "".join(found)


def masked_via(masks: Masks, value: str) -> str:
    """All hops; the branch still tells which answer belongs to which request."""
    return ", ".join(_hop(masks, part) for part in _parts(value)) or HIDDEN


def _hop(masks: Masks, text: str) -> str:
    match = _VIA.fullmatch(text)
    host = _HOST.fullmatch(match[2].strip()) if match else None
    if match is None or host is None:
        return HIDDEN
    made = f"SIP/2.0/{match[1].upper()} {masks.host(host[1].strip())}{':' + host[2] if host[2] else ''}"
    for part in match[3].split(";"):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        name = name.lower()
        if name == "branch":
            # A branch without this cookie would count as one of RFC 2543 (RFC 3261, section 8.1.1.7).
            made += f";branch=z9hG4bK-{masks.token('branch', value)}"
        elif name == "received":
            made += f";received={masks.host(value)}"
        elif name in {"rport", "alias"} and (not value or (value.isdigit() and len(value) <= 5)):
            made += f";{name}{equals}{value}"
    return made
