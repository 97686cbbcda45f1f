"""Composes outgoing mail as ASCII bytes: headers, text and attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from partnertui.domain.safe_text import one_line
from partnertui.errors import UserError
from partnertui.mail.attachments import File
from partnertui.mail.charsets import storable

# 7bit: 8BITMIME (RFC 6152) isn't offered by every server on the way.
POLICY = policy.SMTP.clone(cte_type="7bit", raise_on_defect=False)
MOST_REFERENCES = 30
LONGEST_ID = 250
PLAIN_TYPE = "application/octet-stream"


class NotComposed(UserError):
    """A mail that can't be sent as it is."""


@dataclass(frozen=True)
class Draft:
    """A mail before it is composed; Message-IDs are `<…>`, `references` the oldest first."""

    from_name: str
    from_address: str
    to: Sequence[str]
    cc: Sequence[str]
    subject: str
    body: str
    message_id: str
    references: Sequence[str]
    in_reply_to: str | None
    at: datetime
    files: Sequence[File] = ()
    is_automatic: bool = False


def compose(draft: Draft) -> bytes:
    """The mail with `\\r\\n` at the end of each line. Raises NotComposed for an address that isn't one."""
    message = EmailMessage(POLICY)
    try:
        message["From"] = Address(one_line(draft.from_name, 100), addr_spec=ascii_address(draft.from_address))
        for name, listed in (("To", draft.to), ("Cc", draft.cc)):
            if listed:
                message[name] = [Address(addr_spec=ascii_address(one)) for one in listed]
    except (ValueError, IndexError, MessageError) as error:
        raise NotComposed(f"An address isn't valid ({error}).", "Correct the addresses.") from None
    message["Subject"] = one_line(draft.subject, 500)
    message["Date"] = format_datetime(draft.at)
    if draft.is_automatic:
        # So that no vacation program replies to a program (RFC 3834, section 2).
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(storable(draft.body).rstrip("\n") + "\n")
    for file in draft.files:
        main, _, sub = (file.media_type if file.media_type.count("/") == 1 else PLAIN_TYPE).partition("/")
        if main in ("text", "message", "multipart"):
            # as bytes, which nobody on the way changes
            main, sub = PLAIN_TYPE.split("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=one_line(file.name, 200))
    return _thread_headers(draft) + message.as_bytes()


def _thread_headers(draft: Draft) -> bytes:
    """Headers with Message-IDs. Python would encode long ones (RFC 2047), which then match nothing."""
    references = [one for one in draft.references if _may_go_out(one)][-MOST_REFERENCES:]
    lines = [f"Message-ID: {draft.message_id}"]
    if draft.in_reply_to and _may_go_out(draft.in_reply_to):
        lines.append(f"In-Reply-To: {draft.in_reply_to}")
    if references:
        lines.append("References: " + "\r\n ".join(references))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _may_go_out(message_id: str) -> bool:
    inside = message_id[1:-1]
    return len(message_id) <= LONGEST_ID and inside.isascii() and inside.isprintable() and not set(inside) & set(" <>")


def ascii_address(address: str) -> str:
    """An address with its domain in ASCII (IDNA). Raises NotComposed if that isn't possible."""
    local, at, domain = address.strip().rpartition("@")
    try:
        encoded = domain.encode("idna").decode("ascii")
    except UnicodeError:
        encoded = ""
    # A local part outside ASCII would need SMTPUTF8 (RFC 6531) at every server on the way.
    if not at or not local or not encoded or not local.isascii() or not local.isprintable() or " " in local:
        raise NotComposed(f"“{one_line(address, 80)}” isn't a valid e-mail address.", "Correct it.")
    return f"{local}@{encoded}"
