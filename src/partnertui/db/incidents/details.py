"""Reads an incident's failures, affected customers, and the tickets that they opened since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from partnertui.db.models import Cdr, Customer, IncidentFailure, Ticket
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.ticket_enums import DONE

MOST = 100
"""Rows of each kind that are shown; an answer goes to all tickets."""


def incident_details(connection: Connection, incident_id: int, first_at: datetime) -> dict[str, Any]:
    """The newest failures, the customers by failures, and their open tickets made since the first failure."""
    own = IncidentFailure.incident_id == incident_id
    failures = (
        select(
            IncidentFailure.at,
            IncidentFailure.cdr_id,
            IncidentFailure.aor,
            Cdr.source_number,
            Cdr.destination_number,
        )
        .outerjoin(Cdr, Cdr.id == IncidentFailure.cdr_id)
        .where(own)
        .order_by(IncidentFailure.at.desc(), IncidentFailure.id.desc())
        .limit(MOST)
    )
    count = func.count()
    customers = (
        select(Customer.id, Customer.company, count.label("failures"))
        .join(IncidentFailure, IncidentFailure.customer_id == Customer.id)
        .where(own)
        .group_by(Customer.id, Customer.company)
        .order_by(count.desc(), Customer.company)
        .limit(MOST)
    )
    tickets = open_tickets(incident_id, first_at).order_by(Ticket.created_at.desc()).limit(MOST)
    return {
        "newest_failures": fetch_dicts(connection, failures),
        "hit_customers": fetch_dicts(connection, customers),
        "hit_tickets": fetch_dicts(connection, tickets),
    }


def open_tickets(incident_id: int, first_at: datetime) -> Query:
    """The open tickets that customers of an incident opened since its first failure: all of them."""
    hit = select(IncidentFailure.customer_id).where(IncidentFailure.incident_id == incident_id)
    return select(Ticket.id, Ticket.number, Ticket.state, Ticket.subject).where(
        Ticket.customer_id.in_(hit), Ticket.created_at >= first_at, Ticket.state.not_in(list(DONE))
    )
