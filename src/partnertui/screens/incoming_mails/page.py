"""Incoming mail: one row per mail received, with sender, subject, its ticket, and what couldn't be parsed."""

from __future__ import annotations

from partnertui.db.models import Mail, Mailbox, Ticket
from partnertui.db.rows.filter_criteria import Equals, Missing, OneOf
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.mail_states import MailKind
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Tab
from partnertui.screens.incoming_mails.actions import ACTIONS

KINDS = (("message", "good"), ("bounce", "bad"), ("automatic", "muted"), ("copy", "muted"), ("unreadable", "bad"))
MEANS = {
    MailKind.BOUNCE: "one of our e-mails bounced; its ticket says where and why",
    MailKind.AUTOMATIC: "sent automatically, so it doesn't reopen a ticket and is never answered",
    MailKind.COPY: "a duplicate, or our own e-mail; ignored",
    MailKind.UNREADABLE: "read its raw text, and reply manually if necessary",
}
"""What follows from a kind."""


def mails() -> Query:
    """Mails with their mailbox and ticket, without their raw text."""
    return (
        list_query(
            Mail,
            Mail.received_at,
            Mail.sent_at,
            Mail.kind,
            Mail.from_address,
            Mail.subject,
            Mail.size,
            Mail.problem,
            Mail.message_id,
            Mail.mailbox_id,
            Mailbox.address.label("mailbox"),
            Mail.ticket_id,
            Ticket.number.label("ticket"),
        )
        .outerjoin(Mailbox, Mailbox.id == Mail.mailbox_id)
        .outerjoin(Ticket, Ticket.id == Mail.ticket_id)
    )


def means(row: Row) -> str:
    """What follows from what the mail is."""
    if row["kind"] == MailKind.BOUNCE and row["ticket_id"] is None:
        return "one of our e-mails may have bounced; no ticket was found for it"
    return MEANS.get(row["kind"], "")


PAGE = Page(
    rows=mails,
    columns=(
        Column("received_at", Time(seconds=False), title="Received", width=16, group="Mail"),
        Column("kind", Choice(MailKind, KINDS), title="Type", width=10, priority=1),
        Column("from_address", title="From", width=22, priority=1),
        Column("subject", width=24, priority=1),
        Column("ticket", width=9, link="support", priority=1),
        Column("problem", width=30, priority=2),
        Column("customer", width=18, link="customers"),
        Column("mailbox", width=22, link="mailboxes"),
        Column("size", Integer("bytes"), width=12, shown=False),
        Column("sent_at", Time(), title="Date header", shown=False),
        Column("message_id", title="Message-ID", width=30, shown=False),
        Column("id", Identifier(), shown=False),
    ),
    search=("subject", "from_address"),
    find=("=message_id",),
    sort="-received_at",
    tabs=(
        Tab("All"),
        Tab("Unreadable", (Equals("kind", MailKind.UNREADABLE),)),
        Tab("Bounces", (Equals("kind", MailKind.BOUNCE),)),
        Tab("No ticket", (Missing("ticket_id"), OneOf("kind", (MailKind.AUTOMATIC, MailKind.BOUNCE, MailKind.COPY)))),
    ),
    facts=(Fact("What it means", means, "Mail"),),
    actions=ACTIONS,
    title=lambda row: row["subject"] or f"E-mail {row['id']}",
    table="mails",
    empty="No mail received yet: “partnertui mail” reads the mailboxes listed under Settings, Mailboxes.",
    refresh=15,
)
