"""Mailboxes: one row per support address, with its IMAP and SMTP servers, and the last error of each."""

from __future__ import annotations

from datetime import datetime

from partnertui.db.models import Mailbox, MailboxState, Partner
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Flag, Identifier, Integer, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel
from partnertui.screens.mailboxes.actions import ACTIONS


def mailboxes() -> Query:
    """Mailboxes with what went wrong last."""
    return (
        list_query(
            Mailbox,
            Mailbox.name,
            Mailbox.address,
            Mailbox.enabled,
            Mailbox.imap_host,
            Mailbox.imap_port,
            Mailbox.imap_security,
            Mailbox.folder,
            Mailbox.smtp_host,
            Mailbox.smtp_port,
            Mailbox.smtp_security,
            Mailbox.login,
            Mailbox.sign_in,
            Mailbox.has_secret,
            Mailbox.copies_to,
            Mailbox.partner_id,
            Partner.name.label("partner"),
            MailboxState.read_at,
            MailboxState.sent_at,
            MailboxState.read_error,
            MailboxState.read_failing_since,
            MailboxState.send_error,
            MailboxState.send_failing_since,
        )
        .outerjoin(MailboxState, MailboxState.mailbox_id == Mailbox.id)
        .outerjoin(Partner, Partner.id == Mailbox.partner_id)
    )


def _failing(error: str | None, since: datetime | None) -> str:
    if not error:
        return ""
    return (
        f"{error} Failing for {short_duration(int((utc_now() - since).total_seconds()))}."
        if since is not None
        else error
    )


def reading(row: Row) -> str:
    """What is wrong with reading."""
    if row["imap_host"] and row["login"] and not row["has_secret"]:
        return "No secret is set, so no mail is received: set the password or token."
    return _failing(row["read_error"], row["read_failing_since"])


def sending(row: Row) -> str:
    """What is wrong with sending."""
    words = _failing(row["send_error"], row["send_failing_since"])
    return f"{words} E-mails wait in the outbox meanwhile; none are lost." if words else ""


PAGE = Page(
    rows=mailboxes,
    columns=(
        Column("address", width=26, group="Mailbox"),
        Column("name", width=20),
        Column("enabled", Flag(), width=9),
        Column("read_at", Age(), title="Received", width=9),
        Column("sent_at", Age(), title="Sent", width=8),
        Column("read_error", title="Receive error", width=30, priority=2),
        Column("send_error", title="Send error", width=30, priority=2),
        Column("partner", width=14),
        Column("imap_host", title="IMAP server", width=22, group="Servers"),
        Column("imap_port", Integer(), title="IMAP port", shown=False),
        Column("imap_security", title="IMAP encryption", shown=False),
        Column("folder", width=10, shown=False),
        Column("smtp_host", title="SMTP server", width=22),
        Column("smtp_port", Integer(), title="SMTP port", shown=False),
        Column("smtp_security", title="SMTP encryption", shown=False),
        Column("login", width=22, shown=False),
        Column("sign_in", title="Authentication", width=14),
        Column("has_secret", Flag(), title="Secret set", width=10),
        Column("copies_to", title="Blind copies to", width=24, shown=False),
        Column("read_failing_since", Time(), title="Receive errors since", shown=False, group="Mailbox"),
        Column("send_failing_since", Time(), title="Send errors since", shown=False),
        Column("id", Identifier(), shown=False),
    ),
    search=("address", "name"),
    sort="address",
    facts=(
        Fact("Receiving", reading, "Mailbox", lambda row: "bad"),
        Fact("Sending", sending, "Mailbox", lambda row: "bad"),
    ),
    panels=(Panel("Latest e-mails", "mails", "mailbox_id", "id", columns=("received_at", "from_address", "subject")),),
    title=lambda row: row["address"],
    actions=ACTIONS,
    table="mailboxes",
    scope="",
    owner="",
    refresh=15,
    empty="No mailboxes yet: {key:mailboxes.add} adds one; “partnertui mail” receives its mail.",
)
