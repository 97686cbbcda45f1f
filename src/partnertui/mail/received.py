"""Parses a received mail as far as possible, however malformed it is."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from partnertui.domain.mail_states import MailKind
from partnertui.errors import UserError
from partnertui.mail.attachments import File
from partnertui.mail.bodies import Body, body_of
from partnertui.mail.bounce_and_auto_reply_detection import Failure, nature_of
from partnertui.mail.header_text import Address, addresses, header, message_ids, sent_time
from partnertui.mail.html_text import HtmlReader

LONGEST_SUBJECT = 1_000
DEEPEST = 120
TRACE_HEADERS = re.compile(
    rb"(?:received|return-path|delivered-to|x-original-to|envelope-to|x-envelope-.*|authentication-results|"
    rb"received-spf|arc-.*|dkim-signature|x-spam.*|x-virus.*|x-received|x-delivered-to|status|x-status|bcc|"
    rb"x-uid|x-uidl|x-mozilla-.*|x-gmail-.*|x-google-.*)",
    re.IGNORECASE,
)
PARSE_ERRORS = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    MemoryError,
)
"""What Python's own parser raises for broken mails."""


class Unreadable(UserError):
    """A mail that can't be parsed."""


@dataclass(frozen=True)
class Received:
    """A mail. Message-IDs are `<…>`; addresses have small letters. `problem` says what could not be read."""

    kind: MailKind
    content_hash: str
    message_id: str | None = None
    references: tuple[str, ...] = ()
    """Message-IDs that it answers, the closest first."""
    sender: Address = ("", "")
    reply_to: str = ""
    copied: tuple[Address, ...] = ()
    """To and Cc."""
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    files: tuple[File, ...] = ()
    failures: tuple[Failure, ...] = ()
    returned_ids: tuple[str, ...] = ()
    problem: str | None = None


def read_mail(raw: bytes, html: HtmlReader) -> Received:
    """Parses a mail; one that can't be parsed is `unreadable`, with the reason. Never raises."""
    try:
        return _read(raw, html)
    except PARSE_ERRORS as error:
        words = f"It can't be parsed ({type(error).__name__})."
    except Unreadable as error:
        words = error.message
    return Received(MailKind.UNREADABLE, content_hash(raw), problem=words)


def _read(raw: bytes, html: HtmlReader) -> Received:
    if not raw.strip():
        raise Unreadable("It is empty.")
    if raw.count(b"multipart/") > 5_000:
        raise Unreadable("It has thousands of nested parts.")
    # compat32 keeps headers as they came; the newer policies parse each one when it is asked for, and raise on broken
    # ones.
    message = BytesParser(policy=policy.compat32).parsebytes(raw)
    if not message.keys():
        raise Unreadable("It has no headers.")
    sender = addresses(message, "From") or addresses(message, "Sender")
    if not sender:
        raise Unreadable("It has no sender address.")
    body = body_of(message, html)
    nature = nature_of(message, body.text)
    ids = message_ids(message, "Message-ID")
    return Received(
        nature.kind,
        content_hash(raw),
        ids[0][:1_000] if ids else None,
        _references(message),
        sender[0],
        next((address for _, address in addresses(message, "Reply-To")), ""),
        tuple(dict.fromkeys([*addresses(message, "To"), *addresses(message, "Cc")])),
        header(message, "Subject")[:LONGEST_SUBJECT],
        sent_time(message),
        body.text,
        tuple(body.files),
        nature.failures,
        nature.returned_ids,
        _problem(body),
    )


def _references(message: Message) -> tuple[str, ...]:
    direct, thread = message_ids(message, "In-Reply-To"), message_ids(message, "References")
    # References begins with the oldest (RFC 5322, section 3.6.4), so the closest one is its last.
    return tuple(dict.fromkeys([*direct, *reversed(thread)]))


def _problem(body: Body) -> str | None:
    return " ".join(body.problems) or None


def content_hash(raw: bytes) -> str:
    """SHA-256 of a mail without the headers that its way adds, so that two copies of it have the same."""
    flat = raw.replace(b"\r\n", b"\n")
    head, blank, body = flat.partition(b"\n\n")
    digest = hashlib.sha256()
    for line in re.split(rb"\n(?![ \t])", head):
        if not TRACE_HEADERS.fullmatch(line.partition(b":")[0].strip()):
            digest.update(line + b"\n")
    digest.update(blank + body.rstrip(b"\n"))
    return digest.hexdigest()
