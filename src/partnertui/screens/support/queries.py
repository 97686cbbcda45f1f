"""The select behind the ticket list."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import aliased

from partnertui.db.models import (
    Customer,
    OperatorAccount,
    Partner,
    PricePlan,
    Ticket,
    TicketTag,
    User,
)
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query
from partnertui.db.tickets.harm_columns import harm_columns


@cache  # every list, count and search takes it, and building it takes longer than many of them
def tickets() -> Query:
    """Tickets with customer, agent and partner by name."""
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
            _tags().label("tags"),
            literal("").label("hit"),
            Ticket.created_at,
            Ticket.created_at.label("age"),
            Ticket.sla_due_at,
            Ticket.sla_warn_at,
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
            Ticket.merged_into_id,
            _merged_into().label("merged_into"),
            Ticket.version,
            *harm_columns(),
            note_count(Ticket),
        )
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(PricePlan, PricePlan.id == Customer.price_plan_id)
        .outerjoin(OperatorAccount, OperatorAccount.id == Ticket.agent_id)
        .outerjoin(Partner, Partner.id == Ticket.partner_id)
        .outerjoin(User, User.id == Ticket.user_id)
    )


def _tags() -> ColumnElement[str]:
    """The tags of a ticket with blanks between them."""
    tags = select(func.aggregate_strings(TicketTag.tag, " ")).where(TicketTag.ticket_id == Ticket.id)
    return tags.correlate(Ticket).scalar_subquery()


def _merged_into() -> ColumnElement[str]:
    """The number of the ticket that a ticket was merged into."""
    other = aliased(Ticket)
    return select(other.number).where(other.id == Ticket.merged_into_id).scalar_subquery()
