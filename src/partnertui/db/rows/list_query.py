"""The select of a list as most screens need it: the model's columns, its customer, its note count."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import Customer
from partnertui.db.models.base import Base, table_of
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import ListedColumn, Query


def list_query(model: type[Base], *columns: ListedColumn) -> Query:
    """Selects the ID and these columns of a model, customer and partner if it belongs to one, and its note count.

    The caller joins further tables: `list_query(Payment, Payment.at, Card.brand).outerjoin(Card, …)`.
    """
    table = table_of(model)
    if "customer_id" not in table.c:
        return select(table.c.id, *columns, note_count(model))
    customer = (table.c.customer_id, Customer.company.label("customer"), table.c.partner_id)
    statement = select(table.c.id, *columns, *customer, note_count(model))
    return statement.outerjoin(Customer, Customer.id == table.c.customer_id)
