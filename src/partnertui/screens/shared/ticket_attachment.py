"""Attaches evidence to a ticket: the one that is open, or one picked by number, subject or customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, case, or_, select

from partnertui.db.models import Customer, Ticket
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query
from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import Evidence
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import TicketState
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker

MOST = 40
SCREEN = "support"


def attach_to_ticket(context: ActionContext, evidence: Evidence) -> None:
    """Asks for a ticket and adds the evidence to its conversation, where the customer doesn't see it.

    The ticket that is open comes first, then those of the row's customer, then the most recently changed.
    """
    what = evidence.words
    open_now = open_tickets(context)
    services, customer = context.services, (context.row or {}).get("customer_id")

    def search(typed: str, show: Callable[[Sequence[Item[tuple[int, str]]]], None]) -> None:
        services.read(
            picker, "search", lambda connection: tickets(connection, typed, customer, context.operator, open_now), show
        )

    def attach(picked: tuple[int, str]) -> None:
        ticket, number = picked

        def work(unit: UnitOfWork) -> None:
            attach_evidence(unit, ticket, evidence)

        run_unit_of_work(context, f"attach {what}", work, f"Attached {what} to {number} as an internal note.")

    picker = Picker(services, f"Attach {what} to which ticket?", search=search, hint="number, subject or customer")
    services.show_dialog(picker, attach)


def open_tickets(context: ActionContext) -> tuple[int, ...]:
    """The tickets that are open in this program, the one that was in front last first."""
    places = [view.location for view in context.services.open_views()]
    found = [place.record for place in reversed(places) if place.screen == SCREEN and isinstance(place.record, int)]
    return tuple(dict.fromkeys(found))


def tickets(
    connection: Connection, typed: str, customer: int | None, operator: Operator | None, open_now: Sequence[int] = ()
) -> list[Item[tuple[int, str]]]:
    """Open tickets the operator may see."""

    columns: tuple[Any, ...] = (Ticket.id, Ticket.number, Ticket.subject, Ticket.state, Ticket.partner_id)
    statement: Query = (
        select(*columns, Customer.company)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.state != TicketState.CLOSED)
    )
    if operator is not None:
        statement = scope(statement, operator)
    if typed.strip():
        text = typed.strip()
        looked = (Ticket.number, Ticket.subject, Customer.company)
        # autoescape: a typed % or _ is no wildcard.
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in looked)))
    mine = case(
        *((Ticket.id == ticket, number) for number, ticket in enumerate(open_now[:MOST], -len(open_now))),
        (Ticket.customer_id == customer, 0),
        else_=1,
    )
    rows = connection.execute(statement.order_by(mine, Ticket.last_update_at.desc(), Ticket.id).limit(MOST))
    return [
        Item(
            (row.id, row.number),
            f"{row.number}  {row.subject}",
            f"{'open here' if row.id in open_now else row.state}  {row.company or ''}",
        )
        for row in rows
    ]
