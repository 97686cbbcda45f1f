"""Rows of the ticket queue, and what a ticket's view reads besides."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal, select
from sqlalchemy.orm import aliased

from partnertui.db.models import (
    BasketItem,
    Cdr,
    Customer,
    OperatorAccount,
    Partner,
    PricePlan,
    Ticket,
    TicketMessage,
    TicketTag,
    TicketViewer,
    User,
)
from partnertui.db.models.base import now
from partnertui.db.rows.lookup import fetch_dicts, note_count
from partnertui.db.rows.read_limits import BODY_READ, CONVERSATION_READ, MESSAGES_READ, SHORTENED
from partnertui.db.rows.types import Query
from partnertui.db.tickets.harm import FAILED, harm_columns
from partnertui.db.tickets.links import links_of
from partnertui.domain.support import DONE
from partnertui.kit.declare.kinds import Row

PRESENT = timedelta(seconds=30)
"""How long an operator counts as present after the last sign."""


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
            Ticket.sla_paused_since,
            Ticket.snoozed_until,
            Ticket.first_answered_at,
            Ticket.last_update_at,
            Ticket.last_update_by,
            Ticket.channel,
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


def ticket_detail(connection: Connection, row: Row) -> dict[str, Any]:
    """The conversation, and the customer as an agent needs to see it."""
    found = conversation(connection, row["id"]) | {"viewers": viewers(connection, row["id"])}
    found["links"] = links_of(connection, row["id"])
    if row["customer_id"] is not None:
        found["card"] = customer_card(connection, row["customer_id"], row["id"])
    return found


def viewers(connection: Connection, ticket: int) -> list[dict[str, Any]]:
    """The operators who have a ticket open, by name, and whether they are typing."""
    seen = (
        select(OperatorAccount.name, TicketViewer.typing)
        .join(OperatorAccount, OperatorAccount.id == TicketViewer.operator_id)
        .where(TicketViewer.ticket_id == ticket, TicketViewer.seen_at > now() - PRESENT)
        .order_by(OperatorAccount.name)
    )
    return fetch_dicts(connection, seen)


def conversation(connection: Connection, ticket: int) -> dict[str, Any]:
    """The newest `messages` of a ticket, oldest first, and whether `older` ones are left out."""
    body = func.substr(TicketMessage.body, 1, BODY_READ).label("body")
    columns = (TicketMessage.id, TicketMessage.kind, TicketMessage.author, TicketMessage.at, body)
    newest = (
        select(*columns, func.length(TicketMessage.body).label("size"))
        .where(TicketMessage.ticket_id == ticket)
        .order_by(TicketMessage.at.desc(), TicketMessage.id.desc())
        .limit(MESSAGES_READ + 1)
    )
    messages, read = fetch_dicts(connection, newest), 0
    older = len(messages) > MESSAGES_READ
    for message in messages[:MESSAGES_READ]:
        read += len(message["body"])
        if read > CONVERSATION_READ:
            message["body"] = message["body"][:SHORTENED]
    return {"messages": messages[:MESSAGES_READ][::-1], "older": older}


def customer_card(connection: Connection, customer: int, ticket: int) -> dict[str, Any]:
    """Status, credit, plan, and counts of what may matter for a ticket."""
    who = (
        select(
            Customer.company,
            Customer.status,
            Customer.credit,
            Customer.credit_limit,
            Customer.currency,
            Customer.unlimited_minutes_left,
            Customer.phone,
            Customer.email,
            PricePlan.name.label("price_plan"),
        )
        .outerjoin(PricePlan, PricePlan.id == Customer.price_plan_id)
        .where(Customer.id == customer)
    )
    card = fetch_dicts(connection, who)[0]
    failed = (
        select(func.count())
        .select_from(Cdr)
        .where(Cdr.customer_id == customer, Cdr.started_at >= now() - timedelta(days=1), Cdr.disposition.in_(FAILED))
    )
    users = select(func.count()).select_from(User).where(User.customer_id == customer, User.removed_at.is_(None))
    baskets = select(func.count()).select_from(BasketItem).where(BasketItem.customer_id == customer)
    others = (
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.customer_id == customer, Ticket.id != ticket, Ticket.state.not_in(DONE))
    )
    counts = {"failed_calls": failed, "users": users, "basket_items": baskets, "other_tickets": others}
    return card | {name: connection.execute(statement).scalar_one() for name, statement in counts.items()}
