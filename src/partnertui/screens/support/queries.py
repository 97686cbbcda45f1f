"""Rows of the ticket queue."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import (
    Customer,
    OperatorAccount,
    Partner,
    Ticket,
    TicketTag,
    User,
)
from partnertui.db.rows.lookup import note_count
from partnertui.db.rows.types import Query


def tickets() -> Query:
    """Tickets with customer, agent and partner by name."""
    tags = (
        select(func.aggregate_strings(TicketTag.tag, " "))
        .where(TicketTag.ticket_id == Ticket.id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.state,
            Ticket.priority,
            Ticket.priority_rank,
            Ticket.customer_id,
            Customer.company.label("customer"),
            Ticket.requester_name,
            Ticket.requester_email,
            Ticket.agent_id,
            OperatorAccount.name.label("agent"),
            Partner.name.label("partner"),
            tags.label("tags"),
            Ticket.created_at,
            Ticket.sla_due_at,
            Ticket.sla_paused_since,
            Ticket.snoozed_until,
            Ticket.first_answered_at,
            Ticket.last_update_at,
            Ticket.last_update_by,
            Ticket.channel,
            Ticket.language,
            Ticket.aor,
            Ticket.cdr_id,
            Ticket.user_id,
            User.name.label("user"),
            Ticket.partner_id,
            Ticket.version,
            note_count(Ticket),
        )
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(OperatorAccount, OperatorAccount.id == Ticket.agent_id)
        .outerjoin(Partner, Partner.id == Ticket.partner_id)
        .outerjoin(User, User.id == Ticket.user_id)
    )
