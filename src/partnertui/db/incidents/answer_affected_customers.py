"""Answers the open tickets of customers that an incident hit, each with its own variables, and links them to it."""

from __future__ import annotations

from partnertui.db.incidents.details import incident_details
from partnertui.db.models import IncidentRecord
from partnertui.db.models.base import now
from partnertui.db.tickets.links import link_once
from partnertui.db.tickets.replies import ALL_READ, reply
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import TicketState


def answer_all(unit: UnitOfWork, incident_id: int, text: str, state: TicketState) -> int:
    """Answers every ticket of an incident in one unit of work; returns how many.

    Raises DomainError that names the ticket for which a variable has no value, or if there is no ticket; then none is
    answered.
    """
    incident = unit.get(IncidentRecord, incident_id, lock=True)
    connection = unit.session.connection()
    details = incident_details(connection, incident_id, incident.first_at)
    tickets = [(one["id"], one["number"]) for one in details["hit_tickets"]]
    if not tickets:
        raise DomainError("None of these customers has an open ticket.", "Nothing was sent.")
    for ticket_id, number in tickets:
        try:
            reply(unit, ticket_id, text, state, read_to=ALL_READ)
        except DomainError as error:
            raise DomainError(f"{number}: {error}", f"{error.advice} Nothing was sent.", field="body") from error
        link_once(unit, ticket_id, "incidents", incident_id, f"{incident_id}: {incident.shared_by} {incident.value}")
    incident.answered_at = now()
    return len(tickets)
