"""Text and attachments of a mail: text/plain if there is one, else HTML converted to text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from partnertui.mail.attachments import File, file_of, media_type_of
from partnertui.mail.charsets import decode_bytes, storable
from partnertui.mail.html_text import HtmlReader

MOST_PARTS = 500
MOST_DEPTH = 30
MOST_CHARACTERS = 6_000_000
"""Of a message's text; more is in the raw mail."""
_CUT = "\n[Text truncated; the raw e-mail has all of it.]"
_NOTHING_SEEN = re.compile(r"[\s\u200b\u00a0\ufeff]*")


@dataclass
class Body:
    """What was found; `problems` in words."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def body_of(message: Message, html: HtmlReader) -> Body:
    """The text and files of a parsed mail."""
    found, plain, marked = Body(), list[str](), list[str]()
    for number, part in enumerate(leaves(message), 1):
        if number > MOST_PARTS:
            found.problems.append(f"Only the first {MOST_PARTS} parts were read.")
            break
        kind = media_type_of(part)
        content = content_of(part)
        if kind in ("text/plain", "text/html") and not _is_file(part):
            text = decode_bytes(content, _parameter(part, "charset"))
            if kind == "text/plain":
                plain.append(_unwrapped(part, text))
            else:
                marked.append(text)
        elif content or _is_file(part):
            found.files.append(file_of(part, content, len(found.files) + 1))
    text = "\n".join(one.strip("\n") for one in plain if not _NOTHING_SEEN.fullmatch(one))
    if not text and marked:
        text = _text_of_html("\n".join(marked), html, found)
    text = storable(text).strip("\n")
    found.text = text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + _CUT
    return found


def leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail in a mail is one part."""
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_maintype() == "multipart" and depth < MOST_DEPTH:
            waiting += [(one, depth + 1) for one in reversed(payload) if isinstance(one, Message)]
        else:
            yield part


def content_of(part: Message) -> bytes:
    """The decoded bytes of a part."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return b"\n".join(one.as_bytes() for one in payload if isinstance(one, Message))
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        found = None
    if isinstance(found, bytes):
        return found
    return str(payload or "").encode("utf-8", "surrogateescape")


def _text_of_html(markup: str, html: HtmlReader, found: Body) -> str:
    text, is_whole = html.read(markup)
    if not is_whole:
        found.problems.append("Its HTML couldn't be read completely; the raw e-mail has all of it.")
        found.files.append(File("message.html", "text/html", markup.encode("utf-8", "replace")))
    return text


def _is_file(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    if disposition.startswith("attachment"):
        return True
    try:
        return part.get_filename() is not None
    except (ValueError, LookupError, TypeError, AttributeError):
        # A name that can't be read is one all the same: shown as text, the attachment would hide the message.
        return True


def _parameter(part: Message, name: str) -> str:
    try:
        found = part.get_param(name, "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return str(found[2] if isinstance(found, tuple) else found or "")


def _unwrapped(part: Message, text: str) -> str:
    """Text of format=flowed (RFC 3676) with its soft line breaks taken out; any other as it is."""
    if _parameter(part, "format").lower() != "flowed":
        return text
    removes_blank = _parameter(part, "delsp").lower() == "yes"
    lines, open_depth = list[str](), -1
    for line in text.replace("\r\n", "\n").split("\n"):
        quote = len(line) - len(line.lstrip(">"))
        # A blank behind the quote marks is stuffing of the sender (RFC 3676, section 4.4).
        content = line[quote:].removeprefix(" ")
        # "-- " begins the signature and ends in a blank, but never flows (RFC 3676, section 4.3).
        flows = content.endswith(" ") and content != "-- "
        shown = content[:-1] if flows and removes_blank else content
        if open_depth == quote and content != "-- ":
            lines[-1] += shown
        else:
            lines.append((">" * quote + " " if quote else "") + shown)
        open_depth = quote if flows else -1
    return "\n".join(lines)
