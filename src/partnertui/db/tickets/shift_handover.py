"""Summarizes an agent's tickets for a colleague at the end of a shift."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from partnertui.db.models import Customer, Ticket, TicketMessage, TicketWatch
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import CLOCK_PAUSED, DONE, MessageKind, WatchKind

MOST = 200
BODY = 400


@dataclass(frozen=True)
class HandedTicket:
    """A ticket of the agent that isn't done."""

    id: int
    number: str
    subject: str
    company: str | None
    state: str
    priority: str
    due_at: datetime | None
    is_paused: bool
    promises: tuple[str, ...]
    last_author: str
    last_said: str
    """The beginning of the newest message or internal note."""


def handed_tickets(connection: Connection, operator: Operator, now: datetime) -> list[HandedTicket]:
    """The agent's tickets that aren't done, those due first at the top."""
    tickets: Query = (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Customer.company,
            Ticket.state,
            Ticket.priority,
            Ticket.sla_due_at,
            Ticket.partner_id,
        )
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.agent_id == operator.id, Ticket.state.not_in(list(DONE)))
        .order_by(Ticket.state.in_(list(CLOCK_PAUSED)), Ticket.sla_due_at.nulls_last(), Ticket.id)
        .limit(MOST)
    )
    rows = connection.execute(scope(tickets, operator)).all()
    ids = [row.id for row in rows]
    said, promised = _last_said(connection, ids), _promises(connection, ids)
    return [
        HandedTicket(
            row.id,
            row.number,
            row.subject,
            row.company,
            row.state.value,
            row.priority.value,
            row.sla_due_at,
            row.state in CLOCK_PAUSED,
            tuple(promised[row.id]),
            *said.get(row.id, ("", "")),
        )
        for row in rows
    ]


def _last_said(connection: Connection, tickets: list[int]) -> dict[int, tuple[str, str]]:
    newest = (
        select(func.max(TicketMessage.id).label("id"))
        .where(TicketMessage.ticket_id.in_(tickets), TicketMessage.kind != MessageKind.EVENT)
        .group_by(TicketMessage.ticket_id)
        .subquery()
    )
    body = func.substr(TicketMessage.body, 1, BODY)
    found = select(TicketMessage.ticket_id, TicketMessage.author, body).join(newest, newest.c.id == TicketMessage.id)
    return {ticket: (author, text) for ticket, author, text in connection.execute(found)}


def _promises(connection: Connection, tickets: list[int]) -> dict[int, list[str]]:
    found = defaultdict[int, list[str]](list)
    open_ones = (
        select(TicketWatch.ticket_id, TicketWatch.text, TicketWatch.due_at)
        .where(
            TicketWatch.ticket_id.in_(tickets),
            TicketWatch.kind == WatchKind.PROMISE,
            TicketWatch.done_at.is_(None),
        )
        .order_by(TicketWatch.due_at.nulls_last(), TicketWatch.id)
    )
    for ticket, text, due in connection.execute(open_ones):
        when = f" ({due:%a %d %b %H:%M} UTC)" if due is not None else ""
        found[ticket].append(f"“{text}”{when}")
    return found
