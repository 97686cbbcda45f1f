"""Adds messages and events to a ticket's conversation."""

from __future__ import annotations

from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import MessageKind


def add_text(work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str) -> TicketMessage:
    """Adds what an agent wrote; raises DomainError if it is empty."""
    if not text.strip():
        raise DomainError("The text is empty.", field="body", advice="Write something first.")
    return add_message(work, ticket, kind, text.strip(), None)


def add_event(work: UnitOfWork, ticket: Ticket, text: str, changes: JsonObject) -> None:
    """Adds an event: what changed, in words and as {field: [old, new]}."""
    add_message(work, ticket, MessageKind.EVENT, text, changes)


def add_message(
    work: UnitOfWork, ticket: Ticket, kind: MessageKind, text: str, changes: JsonObject | None
) -> TicketMessage:
    """Adds an entry by the operator, now, and notes the ticket's last update."""
    time = now()
    ticket.last_update_at, ticket.last_update_by = time, work.operator.name
    message = TicketMessage(
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
    work.add(message)
    return message
