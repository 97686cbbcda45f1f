"""Splits a list's order into ranges that a single index can serve: same value, further values, NULL."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from partnertui.db.rows.cdr.request import CdrRequest, as_row_filter
from partnertui.db.rows.cdr.table import C, with_index
from partnertui.db.rows.keyset import beyond
from partnertui.db.rows.type_aliases import Expression, Query


@dataclass(frozen=True)
class IndexRange:
    """Rows that fit `where`, ordered by `column` and ID; by ID alone if `column` is None. `index` serves it.

    `null_column` is a column that is NULL in all of them: PostgreSQL only recognises that the index is in order of the
    ID if ORDER BY names that column first.
    """

    where: tuple[ColumnElement[bool], ...]
    column: Expression | None
    index: str
    null_column: Expression | None = None


def ranges_after_key(request: CdrRequest, column: Expression, index: str) -> list[IndexRange]:
    """The ranges after the request's key, in the direction of reading."""
    key, descending, backward = request.key, request.descending, request.backward
    with_value = IndexRange((column.is_not(None),), column, index)
    without_value = IndexRange((column.is_(None),), None, index, column)
    if key is None:
        return [without_value, with_value] if backward else [with_value, without_value]
    later_id = beyond(C.id, key[1], descending=descending)
    if key[0] is None:
        rest = IndexRange((column.is_(None), later_id), None, index, column)
        return [rest, with_value] if backward else [rest]
    same = IndexRange((column == key[0], later_id), None, index)
    further = IndexRange((beyond(column, key[0], descending=descending),), column, index)
    return [same, further] if backward else [same, further, without_value]


def in_range_order(request: CdrRequest, part: IndexRange, *where: ColumnElement[bool]) -> Query:
    """ID and sort value of a range's rows, in order; SQLite reads through its index, or along the table."""
    value = C.id if part.column is None else part.column
    statement: Query = select(C.id.label("id"), value.label("value")).where(*where, *part.where, *request.bounds)
    if request.where:
        statement = statement.where(as_row_filter(request))
    # see IndexRange.null_column
    first = part.column if request.is_sqlite or part.column is not None else part.null_column
    by = (C.id,) if first is None else (first, C.id)
    return with_index(statement.order_by(*directed(request, *by)), part.index)


def directed(request: CdrRequest, *columns: Expression) -> list[Expression]:
    """The columns for ORDER BY, in the direction of reading."""
    return [column.desc() if request.descending else column.asc() for column in columns]
