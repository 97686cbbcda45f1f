"""Attaches a text to a ticket, as an internal note: the ticket is picked by number, subject or customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.context import ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from partnertui.db.session import UnitOfWork
    from partnertui.domain.operators import Operator

MOST = 40


def attach_to_ticket(context: ActionContext, text: str, what: str) -> None:
    """Asks for a ticket and adds the text to its conversation, where the customer does not see it.

    Open tickets of the row's customer come first, then those that changed last.
    """
    services, customer = context.services, (context.row or {}).get("customer_id")

    def search(typed: str, show: Callable[[list[Item]], None]) -> None:
        services.jobs.query(
            picker,
            "search",
            lambda: services.database,
            lambda connection: tickets(connection, typed, customer, context.operator),
            show,
            lambda trouble: services.notify(str(trouble), "bad"),
        )

    def attach(picked: tuple[int, str]) -> None:
        ticket, number = picked

        def work(unit: UnitOfWork) -> None:
            from partnertui.db.tickets import note

            note(unit, ticket, text)

        run_unit_of_work(context, f"attach {what}", work, f"Attached {what} to {number}, as an internal note.")

    picker = Picker(services, f"Attach {what} to which ticket?", search=search, hint="number, subject or customer")
    services.show_dialog(picker, attach)


def tickets(connection: Connection, typed: str, customer: int | None, operator: Operator | None) -> list[Item]:
    """Tickets that are not closed and that the operator may see."""
    from sqlalchemy import case, or_, select

    from partnertui.db.models import Customer, Ticket
    from partnertui.db.permissions import scope
    from partnertui.domain.support import TicketState

    columns: tuple[Any, ...] = (Ticket.id, Ticket.number, Ticket.subject, Ticket.state, Ticket.partner_id)
    statement: Select[Any] = (
        select(*columns, Customer.company)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.state != TicketState.CLOSED)
    )
    if operator is not None:
        statement = scope(statement, operator)
    if typed.strip():
        inside = f"%{typed.strip().replace('%', '').replace('_', '')}%"
        looked = (Ticket.number, Ticket.subject, Customer.company)
        statement = statement.where(or_(*(column.ilike(inside) for column in looked)))
    mine = case((Ticket.customer_id == customer, 0), else_=1)
    rows = connection.execute(statement.order_by(mine, Ticket.last_update_at.desc(), Ticket.id).limit(MOST))
    return [
        Item((row.id, row.number), f"{row.number}  {row.subject}", f"{row.state}  {row.company or ''}") for row in rows
    ]
