"""Changes to tickets: reply, note, state, priority, assignment. The caller commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from partnertui.db.errors import ConcurrentChange
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.rows.types import JsonObject
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.support import DONE, PRIORITY_RANK, MessageKind, Priority, SlaClock, TicketState

QUOTED_CHARACTERS = 200
"""Of a message that arrived while a reply was being written."""


def reply(
    work: UnitOfWork, ticket_id: int, text: str, state: TicketState | None, *, read_until: datetime | None
) -> None:
    """Replies to the requester and sets the state afterwards, None to leave it.

    `read_until` is the ticket's last update that the agent saw. Raises ConcurrentChange if the customer or a colleague
    wrote since, DomainError for an empty reply or a closed ticket.
    """
    ticket = work.get(Ticket, ticket_id, lock=True)
    _require_read(work, ticket, read_until)
    if ticket.state == TicketState.CLOSED:
        raise DomainError("This ticket is closed.", advice="Set its state to open before you reply.")
    _add_text(work, ticket, MessageKind.REPLY, text)
    ticket.first_answered_at = ticket.first_answered_at or now()
    if ticket.agent_id is None:
        ticket.agent_id = work.operator.id
    if state is not None:
        _set_state(work, ticket, state)


def note(work: UnitOfWork, ticket_id: int, text: str) -> None:
    """Adds an internal note, which the requester never sees; raises DomainError if it is empty."""
    _add_text(work, work.get(Ticket, ticket_id, lock=True), MessageKind.NOTE, text)


def set_state(work: UnitOfWork, ticket_id: int, state: TicketState, *, hours: int = 0, version: int) -> None:
    """Changes the state. A snoozed ticket reopens after `hours`.

    Raises DomainError if they are missing, ConcurrentChange if the ticket has another version.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    if state == TicketState.SNOOZED:
        if hours <= 0:
            raise DomainError(
                "A number of hours is required.", field="hours", advice="Enter after how many hours the ticket reopens."
            )
        ticket.snoozed_until = now() + timedelta(hours=hours)
    _set_state(work, ticket, state)


def set_priority(work: UnitOfWork, ticket_id: int, priority: Priority, *, version: int) -> None:
    """Changes the priority; raises ConcurrentChange if the ticket has another version."""
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    old, ticket.priority, ticket.priority_rank = ticket.priority, priority, PRIORITY_RANK[priority]
    _event(work, ticket, f"priority: {old} -> {priority}", {"priority": [str(old), str(priority)]})


def assign(work: UnitOfWork, ticket_id: int, agent_id: int | None, name: str, *, version: int) -> None:
    """Assigns the ticket to an agent, or to nobody if `agent_id` is None.

    Raises ConcurrentChange if the ticket has another version: a colleague may have taken it.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    old, ticket.agent_id = ticket.agent_id, agent_id
    _event(work, ticket, f"assigned to {name}", {"agent_id": [old, agent_id]})


def _require_read(work: UnitOfWork, ticket: Ticket, read_until: datetime | None) -> None:
    """Raises ConcurrentChange with the newest message that the agent has not seen."""
    unread = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.kind.in_((MessageKind.CUSTOMER, MessageKind.REPLY)),
        TicketMessage.author_id.is_distinct_from(work.operator.id),
    )
    if read_until is not None:
        unread = unread.where(TicketMessage.at > read_until)
    newest = work.session.scalars(unread.order_by(TicketMessage.id.desc()).limit(1)).first()
    if newest is not None:
        words = " ".join(newest.body.split())[:QUOTED_CHARACTERS]
        raise ConcurrentChange(
            f"Not sent: {newest.author} wrote in the meantime: “{words}”",
            "Change your reply, or send it as it is.",
            current={"last_update_at": ticket.last_update_at},
            changed_by=newest.author,
            changed_at=newest.at,
        )


def _set_state(work: UnitOfWork, ticket: Ticket, state: TicketState) -> None:
    if state == ticket.state:
        return
    time, old = now(), ticket.state
    clock = SlaClock(ticket.sla_due_at, ticket.sla_paused_since, ticket.sla_paused_seconds)
    clock = clock.change_state(old, state, time)
    ticket.sla_due_at, ticket.sla_paused_since, ticket.sla_paused_seconds = (
        clock.due,
        clock.paused_since,
        clock.paused_seconds,
    )
    ticket.state = state
    ticket.solved_at = time if state in DONE else None
    ticket.closed_at = time if state == TicketState.CLOSED else None
    if state != TicketState.SNOOZED:
        ticket.snoozed_until = None
    _event(work, ticket, f"state: {old} -> {state}", {"state": [str(old), str(state)]})


def _add_text(work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str) -> None:
    if not text.strip():
        raise DomainError("The text is empty.", field="body", advice="Write something first.")
    _message(work, ticket, kind, text.strip(), None)


def _event(work: UnitOfWork, ticket: Ticket, text: str, changes: JsonObject) -> None:
    _message(work, ticket, MessageKind.EVENT, text, changes)


def _message(work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str, changes: JsonObject | None) -> None:
    time = now()
    ticket.last_update_at, ticket.last_update_by = time, work.operator.name
    work.add(
        TicketMessage(
            ticket_id=ticket.id,
            customer_id=ticket.customer_id,
            partner_id=ticket.partner_id,
            kind=kind,
            author_id=work.operator.id,
            author=work.operator.name,
            body=text,
            at=time,
            facts=changes,
        )
    )
