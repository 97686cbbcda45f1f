"""Reads an incident's failures, affected customers, and the tickets that they opened since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from partnertui.db.models import Cdr, Customer, IncidentFailure, Ticket
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.domain.ticket_enums import DONE

MOST = 100


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
    tickets = (
        select(Ticket.id, Ticket.number, Ticket.state, Ticket.subject)
        .where(
            Ticket.customer_id.in_(select(IncidentFailure.customer_id).where(own)),
            Ticket.created_at >= first_at,
            Ticket.state.not_in(list(DONE)),
        )
        .order_by(Ticket.created_at.desc())
        .limit(MOST)
    )
    return {
        "newest_failures": fetch_dicts(connection, failures),
        "hit_customers": fetch_dicts(connection, customers),
        "hit_tickets": fetch_dicts(connection, tickets),
    }
