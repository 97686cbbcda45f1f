"""How many CDRs a list has: by the slots' indexes, or by the narrowest condition."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models.cdr_indexes import index_name
from partnertui.db.rows.cdr.planner_hints import by_index
from partnertui.db.rows.cdr.request import CDRS, C, ask, in_slots
from partnertui.db.rows.cdr.selective import size_of
from partnertui.db.rows.listing import Listing
from partnertui.db.rows.types import Query


def count(connection: Connection, listing: Listing, statement: Query, cap: int | None) -> int:
    """Rows of the listing, counted up to `cap`."""
    question = ask(connection, listing, statement, None, False, 1)
    if question.rest:
        with by_index(connection):
            driven = size_of(question, cap)
        if driven is not None:
            return driven
    rows = select(C.id).where(in_slots(question), *question.where)
    if not question.rest:
        by_customer = question.customers is not None
        index = index_name("customer_id", "slot") if by_customer else index_name("slot", "started_at")
        rows = rows.with_hint(CDRS, f"INDEXED BY {index}", "sqlite")
    counted = select(func.count()).select_from(rows.limit(cap).subquery())
    return int(connection.execute(counted).scalar_one())
