"""Facts of a message besides its text, as labels and values, and the headers of its mail."""

from __future__ import annotations

from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Row, Time
from partnertui.screens.support.mail_delivery_text import delivery

LONGEST_HEADERS = 64_000


def message_facts(message: Row) -> list[tuple[str, str]]:
    """Labels and values, without those that are empty."""
    mail, found = message["mail"] or {}, message["recipients"] or {}
    facts = [
        ("From", message["author"]),
        ("Written", Time().long_text(message["at"])),
        *((label, ", ".join(found.get(name) or [])) for name, label in (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"))),
        ("Subject", mail.get("subject") or ""),
        ("Mail", delivery(message["mail"], utc_now())[0]),
        ("Server response", mail.get("server_answer") or ""),
        ("Message-ID", mail.get("mail_message_id") or ""),
        ("Text", plural(message["size"] or 0, "character")),
        ("Caution", message["caution"] or ""),
    ]
    return [(label, value) for label, value in facts if value]


def headers_of(raw: bytes) -> str:
    """The headers of a mail, as they came."""
    head = raw[:LONGEST_HEADERS].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    return head.decode("utf-8", "replace")
