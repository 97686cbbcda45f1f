"""Attachments of a mail: safe file names, decoded content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from partnertui.domain.safe_text import one_line
from partnertui.mail.charsets import storable
from partnertui.mail.header_text import decoded, raw_headers

LONGEST_NAME = 150
# RFC 6838, section 4.2: the characters of a registered name.
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_PATH = re.compile(r"[\\/:]+")
_RESERVED = re.compile(r"""[<>:"|?*\\/]""")
EXTENSIONS = {"message/rfc822": ".eml", "application/ms-tnef": ".dat", "text/html": ".html", "text/plain": ".txt"}


@dataclass(frozen=True)
class File:
    """An attachment; `content_id` of an inline image, without brackets."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


def file_of(part: Message, content: bytes, number: int) -> File:
    """The file in a part, which is the mail's `number`th one."""
    media_type = media_type_of(part)
    content_id = decoded(str(part.get("Content-ID", ""))[:500]).strip(" <>")[:250] or None
    return File(safe_name(_declared_name(part), media_type, number), media_type, content, content_id)


def media_type_of(part: Message) -> str:
    """The media type; application/octet-stream for one that isn't valid."""
    found = part.get_content_type().lower()
    return found if _TYPE.fullmatch(found) else "application/octet-stream"


def safe_name(declared: str, media_type: str, number: int) -> str:
    """A name without path, control codes and marks that turn a line round; its ending is kept where it is cut."""
    name = storable(declared).replace("\n", " ")
    name = _PATH.split(name)[-1] if name else ""
    # what can't be seen becomes "·"
    # A dot in front hides a file, and Windows drops dots and blanks at the end.
    name = _RESERVED.sub("_", one_line(name, 20_000)).strip(" .·")
    if not name:
        return f"attachment-{number}{EXTENSIONS.get(media_type, '')}"
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        kept = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        name = (stem if kept else name)[: LONGEST_NAME - len(kept) - 1] + "…" + kept
    return name


def _declared_name(part: Message) -> str:
    """The file name by RFC 2231 or RFC 2047; "" if there is none that can be read."""
    # a copy of the headers as text, because Python replaces 8-bit characters in the part's own
    headers = Message()
    try:
        for name in ("Content-Disposition", "Content-Type"):
            for value in raw_headers(part, name):
                headers[name] = " ".join(value.splitlines())
                break
        found = headers.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        found = ""
    return decoded(found[:20_000])
