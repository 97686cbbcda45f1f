"""The row source of CDR lists."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, func, select

from partnertui.db.models.cdr_indexes import index_name
from partnertui.db.rows.cdr import selective_condition_first
from partnertui.db.rows.cdr.page import page_ids
from partnertui.db.rows.cdr.partition_pruning import parts
from partnertui.db.rows.cdr.planner_hints import by_index
from partnertui.db.rows.cdr.request import CdrRequest, in_slots, is_parent_name, make_request
from partnertui.db.rows.cdr.table import C, with_index
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.listing import Key, Listing
from partnertui.db.rows.select_source import TableSource, rows_in_order
from partnertui.db.rows.type_aliases import Query, Row


class CdrSource(TableSource):
    """Pages and counts of a select on the CDR table; stateless."""

    def _read(self, connection: Connection, listing: Listing, key: Key | None, backward: bool, limit: int) -> list[Row]:
        request = make_request(connection, listing, key=key, backward=backward, limit=limit)
        found: list[Row] = []
        with by_index(connection):
            for part in parts(request):
                wanted = limit - len(found) if request.is_in_stretches else limit
                found += self._read_part(replace(part, limit=wanted))
                if request.is_in_stretches and (len(found) >= limit or (found and request.has_one_id)):
                    break
            if request.may_be_elsewhere and not request.is_in_stretches:
                return _first(request, [row["id"] for row in found])
        return found

    def _read_part(self, part: CdrRequest) -> list[Row]:
        # the primary key finds a single call, and other servers have an index for each order
        if part.has_one_id or (part.may_be_elsewhere and not is_parent_name(part.sort_column)):
            listing, where = part.listing, part.bounds
            bounded = replace(listing, rows=lambda: listing.rows().where(*where))
            return super()._read(part.connection, bounded, part.key, part.backward, part.limit)
        return _rows(part)

    def _count(self, connection: Connection, listing: Listing, cap: int | None) -> int:
        request = make_request(connection, listing)
        if request.rest and not request.may_be_elsewhere:
            with by_index(connection):
                number = selective_condition_first.count(request, cap)
            if number is not None:
                return number
        rows: Query = select(C.id).where(in_slots(request), *request.where, *request.bounds)
        if not request.rest:
            by_customer = request.customers is not None
            rows = with_index(
                rows, index_name("customer_id", "slot") if by_customer else index_name("slot", "started_at")
            )
        statement = select(func.count()).select_from(rows.limit(cap).subquery())
        return int(connection.execute(statement).scalar_one())


def _first(request: CdrRequest, ids: list[int]) -> list[Row]:
    """The first of these rows in the direction of reading."""
    rows = request.listing.rows()
    statement = rows.where(column_of(request.columns, "id").in_(ids), *request.bounds)
    columns, sort = statement.selected_columns, request.listing.sort
    return rows_in_order(request.connection, statement, columns, sort, None, request.backward, request.limit)


def _rows(request: CdrRequest) -> list[Row]:
    ids = page_ids(request)
    if not ids:
        return []
    ident = column_of(request.columns, "id")
    is_spread = bool(request.spans) and is_parent_name(request.sort_column) and not request.may_be_elsewhere
    bounds = _starts_of(request, ids) if is_spread else ()
    statement = request.listing.rows().where(ident.in_(ids), *request.bounds, *bounds)
    found = {row["id"]: dict(row) for row in request.connection.execute(statement).mappings()}
    return [found[row_id] for row_id in ids if row_id in found]


def _starts_of(request: CdrRequest, ids: list[int]) -> tuple[ColumnElement[bool], ...]:
    """Between which starts these calls are, where calls are in months.

    A name's calls come in order of their ID, so a page's are of few months: to plan the joins for these alone saves
    more than this takes.
    """
    starts = select(C.started_at).where(C.id.in_(ids), *request.bounds)  # for min() it would go along another index
    found = request.connection.execute(starts).scalars().all()
    return (C.started_at >= min(found), C.started_at <= max(found)) if found else ()


CDR_SOURCE = CdrSource()
