"""Outbox: one row per reply to be mailed, with recipients, state, attempts, and what the SMTP server answered."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import type_coerce

from partnertui.db.models import Mailbox, MailboxState, OutboxMail, Ticket, TicketMessage
from partnertui.db.models.types import Str
from partnertui.db.rows.filter_criteria import Equals, OneOf
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.mail_states import UNDECIDED, OutboxState
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Row, Text, Time
from partnertui.kit.declare.kinds.base import EMPTY_ROW
from partnertui.kit.declare.page import Column, Fact, Page, Tab
from partnertui.screens.outbox.actions import ACTIONS

STATES = (
    ("waiting", "info"),
    ("sending", "info"),
    ("unknown", "bad"),
    ("sent", "good"),
    ("failed", "bad"),
    ("blocked", "warn"),
    ("cancelled", "muted"),
)
NEXT = {
    OutboxState.UNKNOWN: "check the mail server's log, then mark it as sent or send it again; "
    "with blind copies (Settings, Mailboxes), this is settled automatically",
    OutboxState.FAILED: "correct the recipients in a new reply, or send it again",
    OutboxState.BLOCKED: "rewrite the reply without the variable, or send it again once it has a value",
}
"""What has to be done, by state."""


@dataclass(frozen=True)
class Recipients(Text):
    """The addresses of stored recipients, one behind the other."""

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """To, then Cc and Bcc."""
        return ", ".join(addresses(value))


def addresses(stored: str | None) -> list[str]:
    """The addresses in stored recipients: to, then cc and bcc."""
    try:
        found = json.loads(stored or "{}")
    except (ValueError, RecursionError):
        return []
    parts = [found.get(name) for name in ("to", "cc", "bcc")] if isinstance(found, dict) else []
    return [str(one) for part in parts if isinstance(part, list) for one in part]


def outbox() -> Query:
    """Mails that go out, with their ticket and mailbox."""
    return (
        list_query(
            OutboxMail,
            OutboxMail.created_at,
            OutboxMail.not_before,
            OutboxMail.state,
            OutboxMail.subject,
            type_coerce(OutboxMail.recipients, Str).label("recipients"),
            OutboxMail.attempts,
            OutboxMail.sent_at,
            OutboxMail.server_answer,
            OutboxMail.problem,
            OutboxMail.message_id,
            OutboxMail.claimed_by,
            OutboxMail.ticket_id,
            Ticket.number.label("ticket"),
            TicketMessage.author,
            OutboxMail.mailbox_id,
            Mailbox.address.label("mailbox"),
            MailboxState.send_error,
        )
        .outerjoin(Ticket, Ticket.id == OutboxMail.ticket_id)
        .outerjoin(TicketMessage, TicketMessage.id == OutboxMail.ticket_message_id)
        .outerjoin(Mailbox, Mailbox.id == OutboxMail.mailbox_id)
        .outerjoin(MailboxState, MailboxState.mailbox_id == OutboxMail.mailbox_id)
    )


def next_step(row: Row) -> str:
    """What has to be done."""
    if row["state"] == OutboxState.WAITING and row["send_error"]:
        return f"wait: {row['send_error']} It will be sent when the server is back."
    if row["state"] == OutboxState.WAITING and row["mailbox_id"] is None:
        return "wait for the mail service; it sends from the first mailbox that has an SMTP server"
    return NEXT.get(row["state"], "")


PAGE = Page(
    rows=outbox,
    columns=(
        Column("created_at", Time(seconds=False), title="Written", width=16, group="Mail"),
        Column("state", Choice(OutboxState, STATES), width=9, priority=1),
        Column("recipients", Recipients(), title="To", width=22, priority=1),
        Column("subject", width=22, priority=1),
        Column("ticket", width=9, link="support", priority=1),
        Column("problem", width=30, priority=2),
        Column("author", title="Written by", width=12),
        Column("customer", width=18, link="customers"),
        Column("not_before", Time(seconds=False), title="Not before", width=16),
        Column("sent_at", Time(), title="Sent", width=19),
        Column("server_answer", title="Server response", width=24, group="Delivery"),
        Column("attempts", Integer(), width=8, shown=False),
        Column("mailbox", width=22, link="mailboxes"),
        Column("message_id", title="Message-ID", width=30, shown=False),
        Column("claimed_by", title="Sent by process", shown=False),
        Column("id", Identifier(), shown=False),
    ),
    search=("subject",),
    find=("=message_id",),
    sort="-created_at",
    tabs=(
        Tab("To do", (OneOf("state", tuple(sorted(UNDECIDED))),)),
        Tab("Waiting", (OneOf("state", (OutboxState.SENDING, OutboxState.WAITING)),)),
        Tab("Sent", (Equals("state", OutboxState.SENT),)),
        Tab("All"),
    ),
    facts=(Fact("Next step", next_step, "Mail", lambda row: "warn"),),
    actions=ACTIONS,
    title=lambda row: row["subject"],
    table="outbox_mails",
    empty="Nothing to decide: e-mails that fail or whose outcome is unknown appear here.",
    refresh=5,
)
