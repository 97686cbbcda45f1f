"""Reads a ticket for its view: conversation, customer, and the lists of its pane."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.models import OperatorAccount, TicketViewer
from partnertui.db.models.base import now
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.tickets.links import links_of
from partnertui.db.tickets.reply_mail import default_recipients
from partnertui.db.tickets.ticket_conversation import conversation
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.page import Panel

PRESENT = timedelta(seconds=30)
"""How long an operator counts as present after the last sign."""
PANELS = (
    Panel(
        "Calls",
        "cdr",
        key="customer_id",
        columns=("started_at", "destination_number", "disposition"),
    ),
    Panel("Endpoints", "sip-locations", key="customer_id", columns=("aor", "user_agent")),
    Panel("Payments", "payments", key="customer_id", columns=("at", "amount", "state")),
    Panel("The customer's tickets", "support", key="customer_id", columns=("number", "state", "subject")),
)


def ticket_detail(connection: Connection, row: Row) -> dict[str, Any]:
    """The conversation, whom a reply goes to, and who else has the ticket open."""
    found = conversation(connection, row["id"])
    return found | {
        "viewers": viewers(connection, row["id"]),
        "recipients": default_recipients(connection, row["id"]),
        "links": links_of(connection, row["id"]),
    }


def viewers(connection: Connection, ticket: int) -> list[dict[str, Any]]:
    """The operators who have a ticket open, by name, and whether they are typing."""
    seen = (
        select(OperatorAccount.name, TicketViewer.typing)
        .join(OperatorAccount, OperatorAccount.id == TicketViewer.operator_id)
        .where(TicketViewer.ticket_id == ticket, TicketViewer.seen_at > now() - PRESENT)
        .order_by(OperatorAccount.name)
    )
    return fetch_dicts(connection, seen)
