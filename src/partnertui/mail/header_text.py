"""Decodes mail headers: RFC 2047 words, folded lines, control characters."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from partnertui.mail.charsets import decode_bytes, storable

MOST_CHARACTERS = 20_000
"""Of one header: a References line of a long thread, at most."""
MOST_ADDRESSES = 200
MOST_IDS = 200
LONGEST_ID = 500
# 64 octets, the @ and 255 octets (RFC 5321, section 4.5.3.1).
LONGEST_ADDRESS = 320
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_IN_BRACKETS = re.compile(r"<([^<>]{1,500})>")
_BARE_ID = re.compile(r"[^\s<>,;\"()]{1,250}@[^\s<>,;\"()]{1,250}")
_PLAIN_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{1,250}")
Address = tuple[str, str]
"""Name and address."""


def raw_headers(message: Message, name: str) -> Iterator[str]:
    """The values of a header, as often as it is there, still encoded."""
    wanted = name.lower()
    for key, value in message.raw_items():
        if key.lower() == wanted:
            yield _bytes_decoded(str(value)[:MOST_CHARACTERS])


def header(message: Message, name: str) -> str:
    """The decoded value of the first header of this name; "" if there is none."""
    return decoded(next(raw_headers(message, name), ""))


def decoded(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) as text, on one line."""
    # Blanks between two encoded words aren't part of the text (RFC 2047, section 6.2).
    value = _BETWEEN.sub(r"\1", value)
    parts, at, waiting, charset = list[str](), 0, b"", ""
    for word in WORD.finditer(value):
        # A language may follow the charset (RFC 2231, section 5).
        of_word = word[1].partition("*")[0].lower()
        if word.start() > at or of_word != charset:
            # words that touch may hold one character together
            parts.append(decode_bytes(waiting, charset) if waiting else "")
            parts.append(value[at : word.start()])
            waiting, charset = b"", of_word
        waiting += _word_bytes(word[2], word[3])
        at = word.end()
    parts += [decode_bytes(waiting, charset) if waiting else "", value[at:]]
    return storable(_CONTROLS.sub(" ", "".join(parts))).strip()


def addresses(message: Message, name: str) -> list[Address]:
    """Names and addresses of a header, small letters in the address; those that aren't one are left out."""
    found: dict[str, str] = {}
    for value in raw_headers(message, name):
        flat = _CONTROLS.sub(" ", value)
        try:
            pairs = getaddresses([flat])
        except (ValueError, IndexError, TypeError, RecursionError):
            pairs = []
        plain = [("", one) for one in _PLAIN_ADDRESS.findall(decoded(value))]
        for shown, address in [*pairs, *([] if any(is_address(one) for _, one in pairs) else plain)]:
            if is_address(address) and len(found) < MOST_ADDRESSES:
                found.setdefault(address.lower(), decoded(shown)[:200])
    return [(shown, address) for address, shown in found.items()]


def is_address(text: str) -> bool:
    """Whether a text may be a mail address."""
    return len(text) <= LONGEST_ADDRESS and text.isprintable() and _PLAIN_ADDRESS.fullmatch(text) is not None


def message_ids(message: Message, name: str) -> list[str]:
    """The Message-IDs of a header as `<…>`, in its order; without brackets and encoded ones are understood, too."""
    found: dict[str, None] = {}
    for value in raw_headers(message, name):
        for one in ids_in(decoded(value)):
            found.setdefault(one)
    # the newest are the last ones
    return list(found)[-MOST_IDS:]


def ids_in(text: str) -> list[str]:
    """Message-IDs in a text, as `<…>`."""
    inside = ["".join(one.split()) for one in _IN_BRACKETS.findall(text)]
    return [f"<{one}>" for one in inside or _BARE_ID.findall(text) if one][:10_000]


def sent_time(message: Message) -> datetime | None:
    """The time of the Date header; None if it isn't one."""
    try:
        found = parsedate_to_datetime(decoded(next(raw_headers(message, "Date"), "")))
        # "-0000" says that the zone isn't known (RFC 5322, section 3.3); Python then gives a time without one.
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if 1970 < found.year < 9000 else None


def _bytes_decoded(value: str) -> str:
    """Raw 8-bit bytes, which the parser keeps as surrogates, as text."""
    try:
        content = value.encode("ascii", "surrogateescape")
    except UnicodeError:
        return value
    return value if content.isascii() else decode_bytes(content, "utf-8")


def _word_bytes(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "replace")
    if encoding in "qQ":
        # In a header, "_" is a blank whatever the charset is (RFC 2047, section 4.2).
        return _HEX.sub(lambda found: bytes([int(found[1], 16)]), content.replace(b"_", b" "))
    try:
        # Python refuses padding that is missing, and takes too much of it.
        return base64.b64decode(content.rstrip(b"=") + b"===")
    except (binascii.Error, ValueError):
        return content
