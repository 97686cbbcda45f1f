"""What agents do to tickets: answer, note, state, priority, assignment. Each is one unit of work."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.rows.types import JsonObject
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.support import DONE, PRIORITY_RANK, MessageKind, Priority, SlaClock, TicketState


def answer(work: UnitOfWork, ticket_id: int, text: str, state: TicketState | None, *, version: int) -> None:
    """Sends a reply to the requester and sets the state that comes after it.

    Raises ConcurrentChange where somebody answered meanwhile, DomainError for an empty reply or a closed ticket.
    """
    ticket = work.get(Ticket, ticket_id, version=version)
    if ticket.state == TicketState.CLOSED:
        raise DomainError("This ticket is closed: reopen it before you answer.", advice="Set its state to open first.")
    _say(work, ticket, MessageKind.REPLY, text)
    ticket.first_answered_at = ticket.first_answered_at or now()
    if ticket.agent_id is None:
        ticket.agent_id = work.operator.id
    if state is not None:
        _set_state(work, ticket, state)


def note(work: UnitOfWork, ticket_id: int, text: str) -> None:
    """Adds an internal note to the conversation; the requester never sees it."""
    _say(work, work.get(Ticket, ticket_id), MessageKind.NOTE, text)


def set_state(
    work: UnitOfWork, ticket_id: int, state: TicketState, *, hours: int = 0, version: int | None = None
) -> None:
    """Changes the state; snoozed needs the hours after which it comes back."""
    ticket = work.get(Ticket, ticket_id, version=version)
    if state == TicketState.SNOOZED:
        if hours <= 0:
            raise DomainError("Until when?", field="hours", advice="Give the hours after which it comes back.")
        ticket.snoozed_until = now() + timedelta(hours=hours)
    _set_state(work, ticket, state)


def set_priority(work: UnitOfWork, ticket_id: int, priority: Priority) -> None:
    """Changes how urgent it is."""
    ticket = work.get(Ticket, ticket_id)
    old, ticket.priority, ticket.priority_rank = ticket.priority, priority, PRIORITY_RANK[priority]
    _event(work, ticket, f"priority: {old} -> {priority}", {"priority": [str(old), str(priority)]})


def assign(work: UnitOfWork, ticket_id: int, agent_id: int | None, name: str) -> None:
    """Gives the ticket to an agent, or to nobody."""
    ticket = work.get(Ticket, ticket_id)
    old, ticket.agent_id = ticket.agent_id, agent_id
    _event(work, ticket, f"assigned to {name}", {"agent_id": [old, agent_id]})


def _set_state(work: UnitOfWork, ticket: Ticket, state: TicketState) -> None:
    if state == ticket.state:
        return
    moment, old = now(), ticket.state
    clock = SlaClock(ticket.sla_due_at, ticket.sla_paused_since, ticket.sla_paused_seconds)
    clock = clock.change_state(old, state, moment)
    ticket.sla_due_at, ticket.sla_paused_since, ticket.sla_paused_seconds = (
        clock.due,
        clock.paused_since,
        clock.paused_seconds,
    )
    ticket.state = state
    ticket.solved_at = moment if state in DONE else None
    ticket.closed_at = moment if state == TicketState.CLOSED else None
    if state != TicketState.SNOOZED:
        ticket.snoozed_until = None
    _event(work, ticket, f"state: {old} -> {state}", {"state": [str(old), str(state)]})


def _say(work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str) -> None:
    if not text.strip():
        raise DomainError("Nothing is written yet.", field="body", advice="Write something first.")
    _message(work, ticket, kind, text.strip(), None)


def _event(work: UnitOfWork, ticket: Ticket, text: str, facts: JsonObject) -> None:
    _message(work, ticket, MessageKind.EVENT, text, facts)


def _message(work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str, facts: JsonObject | None) -> None:
    moment = now()
    ticket.last_update_at, ticket.last_update_by = moment, work.operator.name
    work.add(
        TicketMessage(
            ticket_id=ticket.id,
            customer_id=ticket.customer_id,
            partner_id=ticket.partner_id,
            kind=kind,
            author_id=work.operator.id,
            author=work.operator.name,
            body=text,
            at=moment,
            facts=facts,
        )
    )
