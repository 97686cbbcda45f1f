"""Rows of the call list."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import Cdr, Customer, Ddi, User
from partnertui.db.rows.lookup import note_count
from partnertui.db.rows.types import Query


def cdrs() -> Query:
    """Calls with customer and user by name and the DDI that was called; all may be gone or unknown."""
    return (
        select(
            Cdr.id,
            Cdr.started_at,
            Cdr.category,
            Cdr.direction,
            Cdr.customer_id,
            Customer.company.label("customer"),
            Cdr.user_id,
            User.name.label("user"),
            Cdr.ddi_id,
            Ddi.number.label("ddi"),
            Cdr.source_number,
            Cdr.source_name,
            Cdr.destination_number,
            Cdr.destination_name,
            Cdr.destination_country,
            Cdr.prefix_name,
            Cdr.duration,
            Cdr.billed_seconds,
            Cdr.rate,
            Cdr.charge,
            Cdr.currency,
            Cdr.disposition,
            Cdr.sip_code,
            Cdr.q850_cause,
            Cdr.hung_up_by,
            Cdr.pdd_ms,
            Cdr.codec,
            Cdr.mos,
            Cdr.source_user_agent,
            Cdr.source_ip,
            Cdr.destination_user_agent,
            Cdr.destination_ip,
            Cdr.call_id_a,
            Cdr.call_id_b,
            Cdr.server,
            Cdr.origin,
            Cdr.partner_id,
            note_count(Cdr),
        )
        .outerjoin(Customer, Customer.id == Cdr.customer_id)
        .outerjoin(User, User.id == Cdr.user_id)
        .outerjoin(Ddi, Ddi.id == Cdr.ddi_id)
    )
