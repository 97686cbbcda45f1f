"""Links from a ticket to the calls and numbers that a mail names."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from partnertui.db.models import Cdr, Ddi, Ticket, TicketLink
from partnertui.db.upsert import insert_into
from partnertui.mail.named import call_ids, numbers

CALL_IDS, NUMBERS = "call_ids", "numbers"
"""What TicketLink calls those that have no row."""


def link_named(connection: Connection, ticket: Ticket, message_id: int, text: str, country: str | None) -> None:
    """Links the calls and numbers in a text: a call of the ticket's customer by its CDR, their DDI by its row."""
    called, maybe = call_ids(text)
    for call_id in (*called, *maybe):
        cdr_id = _cdr(connection, call_id, ticket.customer_id)
        if cdr_id is not None:
            _link(connection, ticket, message_id, "cdrs", cdr_id, call_id)
        elif call_id in called:
            _link(connection, ticket, message_id, CALL_IDS, None, call_id)
    for number in numbers(text, country):
        own = select(Ddi.id).where(Ddi.number == number, Ddi.customer_id == ticket.customer_id)
        ddi_id = connection.scalar(own) if ticket.customer_id is not None else None
        _link(connection, ticket, message_id, NUMBERS if ddi_id is None else "ddis", ddi_id, number)


def _cdr(connection: Connection, call_id: str, customer_id: int | None) -> int | None:
    """The call of this customer with a Call-ID; a stranger's mail finds none."""
    if customer_id is None:
        return None
    has_id = or_(Cdr.call_id_a == call_id, Cdr.call_id_b == call_id)
    return connection.scalar(select(Cdr.id).where(has_id, Cdr.customer_id == customer_id).order_by(Cdr.id).limit(1))


def _link(
    connection: Connection, ticket: Ticket, message_id: int, table: str, object_id: int | None, value: str
) -> None:
    statement = insert_into(connection, TicketLink).values(
        ticket_id=ticket.id,
        object_table=table,
        object_id=object_id,
        value=value,
        message_id=message_id,
        customer_id=ticket.customer_id,
        partner_id=ticket.partner_id,
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=["ticket_id", "object_table", "value"]))
