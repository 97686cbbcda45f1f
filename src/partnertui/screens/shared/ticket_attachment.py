"""Attaches text to a ticket as an internal note; the ticket is picked by number, subject or customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, case, or_, select

from partnertui.db.models import Customer, Ticket
from partnertui.db.permissions import scope
from partnertui.db.rows.types import Query
from partnertui.db.session import UnitOfWork
from partnertui.db.tickets.replies import note
from partnertui.domain.operators import Operator
from partnertui.domain.support import TicketState
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker

MOST = 40


def attach_to_ticket(context: ActionContext, text: str, what: str) -> None:
    """Ask for a ticket and add the text to its conversation, where the customer doesn't see it.

    Open tickets of the row's customer are listed first, then the most recently changed.
    """
    services, customer = context.services, (context.row or {}).get("customer_id")

    def search(typed: str, show: Callable[[Sequence[Item[tuple[int, str]]]], None]) -> None:
        services.read(picker, "search", lambda connection: tickets(connection, typed, customer, context.operator), show)

    def attach(picked: tuple[int, str]) -> None:
        ticket, number = picked

        def work(unit: UnitOfWork) -> None:

            note(unit, ticket, text)

        run_unit_of_work(context, f"attach {what}", work, f"Attached {what} to {number} as an internal note.")

    picker = Picker(services, f"Attach {what} to which ticket?", search=search, hint="number, subject or customer")
    services.show_dialog(picker, attach)


def tickets(
    connection: Connection, typed: str, customer: int | None, operator: Operator | None
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
        statement = statement.where(or_(*(column.icontains(text, autoescape=True) for column in looked)))
    mine = case((Ticket.customer_id == customer, 0), else_=1)
    rows = connection.execute(statement.order_by(mine, Ticket.last_update_at.desc(), Ticket.id).limit(MOST))
    return [
        Item((row.id, row.number), f"{row.number}  {row.subject}", f"{row.state}  {row.company or ''}") for row in rows
    ]
