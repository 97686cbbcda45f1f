"""The row source of CDR lists."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models.cdr_indexes import index_name
from partnertui.db.rows.cdr import selective
from partnertui.db.rows.cdr.page import page_ids
from partnertui.db.rows.cdr.planner_hints import by_index
from partnertui.db.rows.cdr.request import in_slots, make_request
from partnertui.db.rows.cdr.table import C, with_index
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.listing import Key, Listing
from partnertui.db.rows.select_rows import TableSource
from partnertui.db.rows.types import Query, Row


class CdrSource(TableSource):
    """Pages and counts of a select on the CDR table; stateless."""

    def _read(self, connection: Connection, listing: Listing, key: Key | None, backward: bool, limit: int) -> list[Row]:
        request = make_request(connection, listing, key=key, backward=backward, limit=limit)
        statement = listing.rows()
        with by_index(connection):
            ids = page_ids(request)
            if not ids:
                return []
            ident = column_of(request.columns, "id")
            rows = connection.execute(statement.where(ident.in_(ids))).mappings()
            found = {row["id"]: dict(row) for row in rows}
        return [found[row_id] for row_id in ids if row_id in found]

    def _count(self, connection: Connection, listing: Listing, cap: int | None) -> int:
        request = make_request(connection, listing)
        if request.rest:
            with by_index(connection):
                number = selective.count(request, cap)
            if number is not None:
                return number
        rows: Query = select(C.id).where(in_slots(request), *request.where)
        if not request.rest:
            by_customer = request.customers is not None
            rows = with_index(
                rows, index_name("customer_id", "slot") if by_customer else index_name("slot", "started_at")
            )
        statement = select(func.count()).select_from(rows.limit(cap).subquery())
        return int(connection.execute(statement).scalar_one())


CDR_SOURCE = CdrSource()
