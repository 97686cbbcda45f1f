"""The select of a list, as most screens have it: the object's columns, whose it is, and its notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from partnertui.db.models import Customer
from partnertui.db.models.base import Base
from partnertui.db.rows.lookup import note_count
from partnertui.db.rows.types import Query


def list_of(model: type[Base], *columns: Any) -> Query:
    """Selects ID and columns of a model; whose it is where it is somebody's; its notes.

    Further tables are joined by the caller: `list_of(Payment, Payment.at, Card.brand).outerjoin(Card, …)`.
    """
    table: Any = model
    owned = "customer_id" in model.__table__.c
    owner = (table.customer_id, Customer.company.label("customer"), table.partner_id) if owned else ()
    statement = select(table.id, *columns, *owner, note_count(model))
    return statement.outerjoin(Customer, Customer.id == table.customer_id) if owned else statement
