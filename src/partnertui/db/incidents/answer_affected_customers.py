"""Answers the open tickets of customers that an incident hit, each with its own variables, and links them to it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.idempotent_writes import commit_once
from partnertui.db.incidents.details import open_tickets
from partnertui.db.models import IncidentRecord, Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.tickets.links import link_once
from partnertui.db.tickets.replies import ALL_READ, reply, require_values
from partnertui.db.tickets.reply_variables import resolve
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import MessageKind, TicketState

INCIDENT = "incident"
"""Among the facts of an answer: the ID of the incident whose answer it is."""
NO_TICKET = "None of these customers has an open ticket."


def answer_all(
    database: Database, operator: Operator, key: str, incident_id: int, text: str, state: TicketState
) -> int:
    """Answers every open ticket of an incident; returns how many were answered.

    One unit of work a ticket, so that a hundred tickets aren't locked until the last one is answered. `key`: sending
    again with the same one leaves out the tickets that were answered with it. Raises DomainError that names the ticket
    for which a variable has no value, or if there is no ticket; then none is answered. Raises DomainError or
    DatabaseError that says how many were answered if it fails later.
    """
    tickets = database.read(lambda connection: _checked(connection, operator, incident_id, text))
    for done, (ticket_id, number) in enumerate(tickets):

        def answer(unit: UnitOfWork, ticket_id: int = ticket_id) -> None:
            answer_ticket(unit, ticket_id, incident_id, text, state)

        try:
            commit_once(database, operator, f"{key}-{ticket_id}", answer)
        except (DomainError, DatabaseError) as error:
            error.message = f"{done} of {len(tickets)} tickets are answered. {number}: {error}"
            error.args = (error.message,)
            error.advice = f"{error.advice} Send again: nobody gets the answer twice.".strip()
            raise
    commit_once(database, operator, key, lambda unit: _mark_answered(unit, incident_id))
    return len(tickets)


def count_answered(connection: Connection, incident_id: int) -> int:
    """How many of the open tickets have had an answer to all tickets of this incident."""
    first_at = connection.execute(select(IncidentRecord.first_at).where(IncidentRecord.id == incident_id)).scalar_one()
    own = open_tickets(incident_id, first_at).with_only_columns(Ticket.id)
    replies = select(TicketMessage.ticket_id, TicketMessage.facts).where(
        TicketMessage.kind == MessageKind.REPLY, TicketMessage.at >= first_at, TicketMessage.ticket_id.in_(own)
    )
    return len({row.ticket_id for row in connection.execute(replies) if (row.facts or {}).get(INCIDENT) == incident_id})


def _checked(connection: Connection, operator: Operator, incident_id: int, text: str) -> Sequence[tuple[int, str]]:
    """ID and number of each ticket, once the variables of all of them are known to have values."""
    first_at = connection.execute(select(IncidentRecord.first_at).where(IncidentRecord.id == incident_id)).scalar_one()
    found = connection.execute(open_tickets(incident_id, first_at).order_by(Ticket.id)).all()
    if not found:
        raise DomainError(NO_TICKET, "Nothing was sent.")
    for ticket in found:
        try:
            require_values(resolve(connection, text, ticket_id=ticket.id, agent_id=operator.id).missing)
        except DomainError as error:
            raise DomainError(f"{ticket.number}: {error}", f"{error.advice} Nothing was sent.", field="body") from error
    return [(ticket.id, ticket.number) for ticket in found]


def answer_ticket(unit: UnitOfWork, ticket_id: int, incident_id: int, text: str, state: TicketState) -> None:
    """Answers one ticket of an incident and links it to that; raises DomainError for a variable without a value."""
    incident = unit.get(IncidentRecord, incident_id)
    message = unit.get(TicketMessage, reply(unit, ticket_id, text, state, read_to=ALL_READ))
    message.facts = {**(message.facts or {}), INCIDENT: incident_id}
    link_once(unit, ticket_id, "incidents", incident_id, f"{incident_id}: {incident.shared_by} {incident.value}")


def _mark_answered(unit: UnitOfWork, incident_id: int) -> None:
    unit.get(IncidentRecord, incident_id, lock=True).answered_at = now()
