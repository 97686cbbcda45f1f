"""Adds and removes a ticket's links to calls, endpoints, payments, invoices and other tickets."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import Invoice, Ticket, TicketLink
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError

KINDS = {
    "cdrs": "call",
    "customer_phones": "phone",
    "users": "endpoint",
    "payments": "payment",
    "invoices": "invoice",
    "tickets": "ticket",
    "incidents": "incident",
}
"""What an agent links, by table."""
NAMED_IN_MAILS = {"call_ids": "Call-ID", "ddis": "DDI", "numbers": "number"}
"""What only mails link, by table."""
MOST_LINKS = 100
"""Links of a ticket that are shown, the newest."""


def add_link(work: UnitOfWork, ticket_id: int, table: str, object_id: int, value: str, *, version: int) -> None:
    """Links a ticket to a row; `value` is what the row is called. Two tickets are linked both ways.

    Raises DomainError if they are linked already or can't be, ConcurrentChange if the ticket has another version.
    """
    if table not in KINDS:
        raise DomainError("A ticket can't be linked to this.", field="link")
    if table == "tickets" and object_id == ticket_id:
        raise DomainError("A ticket can't be linked to itself.", advice="Choose another ticket.", field="link")
    # Both before anything is written, and in one order: two links the other way round can't deadlock.
    versions = {ticket_id: version} | ({object_id: None} if table == "tickets" else {})
    locked = {number: work.get(Ticket, number, version=versions[number], lock=True) for number in sorted(versions)}
    ticket = locked[ticket_id]
    if _link(work, ticket_id, table, value) is not None:
        raise DomainError("The ticket is already linked to this.", field="link")
    _add(work, ticket, table, object_id, value)
    if table == "tickets":
        other = locked[object_id]
        if _link(work, other.id, table, ticket.number) is None:
            _add(work, other, table, ticket.id, ticket.number)


def link_once(work: UnitOfWork, ticket_id: int, table: str, object_id: int, value: str) -> None:
    """Links a ticket to a row for the program itself; no-op if it is linked already."""
    if _link(work, ticket_id, table, value) is None:
        _add(work, work.get(Ticket, ticket_id, lock=True), table, object_id, value)


def _add(work: UnitOfWork, ticket: Ticket, table: str, object_id: int, value: str) -> None:
    owner = {"customer_id": ticket.customer_id, "partner_id": ticket.partner_id}
    work.add(TicketLink(ticket_id=ticket.id, object_table=table, object_id=object_id, value=value, **owner))
    add_event(work, ticket, f"linked to {KINDS[table]} {value}", {"link": [None, f"{table} {object_id}"]})


def remove_link(work: UnitOfWork, ticket_id: int, table: str, value: str, *, version: int) -> None:
    """Takes a link away, between tickets in both. Raises ConcurrentChange if the ticket has another version."""
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    link = _link(work, ticket_id, table, value)
    if link is None:
        raise DomainError("This link has already been removed.", advice="Refresh the ticket.")
    other = _link(work, link.object_id, table, ticket.number) if table == "tickets" and link.object_id else None
    for one in filter(None, (link, other)):
        work.delete(one)
    add_event(
        work,
        ticket,
        f"no longer linked to {(KINDS | NAMED_IN_MAILS).get(table, table)} {value}",
        {"link": [value, None]},
    )


def _link(work: UnitOfWork, ticket_id: int, table: str, value: str) -> TicketLink | None:
    statement = select(TicketLink).where(TicketLink.ticket_id == ticket_id, TicketLink.object_table == table)
    return work.session.scalars(statement.where(TicketLink.value == value)).one_or_none()


def links_of(connection: Connection, ticket: int) -> list[RowDict]:
    """The links of a ticket, oldest first: table, ID, value, the message that names it, an invoice's transaction."""
    columns = (TicketLink.object_table, TicketLink.object_id, TicketLink.value, TicketLink.message_id)
    invoice = (TicketLink.object_table == "invoices") & (Invoice.id == TicketLink.object_id)
    linked = select(*columns, Invoice.transaction_id).outerjoin(Invoice, invoice)
    newest = linked.where(TicketLink.ticket_id == ticket).order_by(TicketLink.id.desc()).limit(MOST_LINKS)
    return [dict(row) for row in connection.execute(newest).mappings()][::-1]
