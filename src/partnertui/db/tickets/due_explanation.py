"""Explains a ticket's due time: its SLA target, and the hours and days that counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.tickets.due_times import terms
from partnertui.domain.service_levels import CountedDay, Terms, counted_days
from partnertui.domain.ticket_enums import CLOCK_PAUSED, MessageKind, TicketState


@dataclass(frozen=True)
class DueExplanation:
    """What is promised by today's terms, and the days that were counted on the way to the due time."""

    terms: Terms
    created: datetime
    due: datetime | None
    answered: datetime | None
    """When the first answer was given; None while that is what is due."""
    paused_since: datetime | None
    pauses: tuple[tuple[datetime, datetime], ...]
    days: tuple[CountedDay, ...]
    expected: datetime | None
    """The due time that these terms and pauses give: another one than `due` if the terms were changed since."""


def explain_due(connection: Connection, ticket_id: int) -> DueExplanation:
    """Explains the due time that runs: of the first answer until there is one, then of the solution."""
    ticket = connection.execute(
        select(
            Ticket.priority,
            Ticket.customer_id,
            Ticket.created_at,
            Ticket.first_answered_at,
            Ticket.sla_due_at,
            Ticket.sla_paused_since,
        ).where(Ticket.id == ticket_id)
    ).one()
    promised = terms(connection, ticket.priority, ticket.customer_id)
    pauses = _pauses(connection, ticket_id)
    target = promised.first_answer if ticket.first_answered_at is None else promised.solution
    hours = promised.hours
    paused = sum((hours.between(begin, end) for begin, end in pauses), target - target)
    due = ticket.sla_due_at
    days = () if due is None else tuple(counted_days(ticket.created_at, due, pauses, hours))
    return DueExplanation(
        promised,
        ticket.created_at,
        due,
        ticket.first_answered_at,
        ticket.sla_paused_since,
        pauses,
        days,
        hours.add(ticket.created_at, target + paused),
    )


def _pauses(connection: Connection, ticket_id: int) -> tuple[tuple[datetime, datetime], ...]:
    """The pauses that have ended, from the events of the conversation."""
    events = select(TicketMessage.at, TicketMessage.facts).where(
        TicketMessage.ticket_id == ticket_id, TicketMessage.kind == MessageKind.EVENT
    )
    found: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for at, facts in connection.execute(events.order_by(TicketMessage.at, TicketMessage.id)):
        state = (facts or {}).get("state")
        if not state:
            continue
        is_paused = TicketState(state[1]) in CLOCK_PAUSED
        if is_paused and since is None:
            since = at
        elif not is_paused and since is not None:
            found.append((since, min(at, now())))
            since = None
    return tuple(found)
