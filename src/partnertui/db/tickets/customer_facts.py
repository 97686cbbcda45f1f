"""Reads the facts of a ticket's customer that are shown beside it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, PricePlan
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import RowDict


def customer_facts(connection: Connection, customer: int) -> RowDict:
    """Status, credit, plan and phone of a customer."""
    who = (
        select(
            Customer.company,
            Customer.status,
            Customer.blocked_reason,
            Customer.credit,
            Customer.credit_limit,
            Customer.currency,
            Customer.language,
            Customer.unlimited_minutes_left,
            Customer.phone,
            PricePlan.name.label("price_plan"),
        )
        .outerjoin(PricePlan, PricePlan.id == Customer.price_plan_id)
        .where(Customer.id == customer)
    )
    return fetch_dicts(connection, who)[0]
