"""Grammar shared by several SIP headers (RFC 3261, section 25.1)."""

from __future__ import annotations

import re

from partnertui.sip.errors import SipSyntaxError

TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# int() of thousands of digits is slow, and Python refuses more than 4,300; \d would take digits of any script.
_NUMBER = re.compile(r"[0-9]{1,20}")


def is_token(text: str) -> bool:
    """Whether a text is a token."""
    return TOKEN.fullmatch(text) is not None


def whole(text: str, what: str, most: int) -> int:
    """ASCII digits as a number up to `most`; raises SipSyntaxError."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None or int(text) > most:
        raise SipSyntaxError(f"{what} isn't a number from 0 to {most}: {shown(text)}")
    return int(text)


def shown(text: str) -> str:
    """A piece of a message as an error may quote it: short, printable."""
    return repr(text[:60]) + ("…" if len(text) > 60 else "")


def safe_line(text: str, what: str) -> str:
    """Text for one header of a message that we send; raises SipSyntaxError where it would begin another line."""
    if _CONTROL.search(text):
        raise SipSyntaxError(f"{what} has control characters: {shown(text)}")
    return text


_PIECES = {
    # A lone quote or bracket falls to the last alternative and is refused at once: nothing is scanned twice.
    separator: re.compile(rf'"(?:[^"\\]|\\.)*"|<[^<>]*>|[^"<>{separator}]+|{separator}|.', re.DOTALL)
    for separator in ",;"
}
# A datagram of 64 kB may consist of separators alone.
MOST_PIECES = 2048


def split_outside(text: str, separator: str) -> list[str]:
    """The parts between commas or semicolons outside quotes and angle brackets; raises SipSyntaxError."""
    parts, start = [], 0
    for number, match in enumerate(_PIECES[separator].finditer(text)):
        piece = match[0]
        if piece == separator:
            parts.append(text[start : match.start()])
            start = match.end()
        elif piece in {'"', "<", ">"}:
            raise SipSyntaxError(f"Unbalanced quote or bracket: {shown(text)}")
        if number > MOST_PIECES or len(parts) > MOST_PIECES // 8:
            raise SipSyntaxError(f"A header has too many parts: {shown(text)}")
    return [*parts, text[start:]]


def parameters(parts: list[str]) -> dict[str, str | None]:
    """`name` and `name=value` pieces by lower-case name; raises SipSyntaxError."""
    found: dict[str, str | None] = {}
    for part in parts:
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not is_token(name) or (equals and not _is_value(value)):
            raise SipSyntaxError(f"Not a valid parameter: {shown(part)}")
        # Names of parameters are compared without case (RFC 3261, section 7.3.1).
        found.setdefault(name.lower(), value if equals else None)
    return found


_VALUE = re.compile(r'[A-Za-z0-9\-.!%*_+`\'~:\[\]]+|"(?:[^"\\]|\\.)*"', re.DOTALL)


def _is_value(value: str) -> bool:
    """A token, a host (IPv6 in brackets too) or a quoted string."""
    return _VALUE.fullmatch(value) is not None
