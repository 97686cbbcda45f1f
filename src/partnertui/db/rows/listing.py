"""Pages of a list by key, never by offset; counts that are capped or estimated.

Order: the sort column, then the ID in the same direction; rows without a value come last in both directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, text

from partnertui.db.rows.criteria import Criterion
from partnertui.db.rows.filters import column_of, condition, fold, plain
from partnertui.db.rows.types import Columns, Expression, Query, Row

Key = tuple[object, ...]


@dataclass(frozen=True)
class Sort:
    """By which labelled column, and which way."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    """Everything that decides which rows are listed, in which order.

    `rows` gives a select of labelled columns, one of them `id` (unique), without ORDER BY and LIMIT.
    """

    rows: Callable[[], Query]
    sort: Sort
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class PageOfRows:
    """Rows in display order; `more` says that there are further rows in the direction asked for."""

    rows: Sequence[Row]
    more: bool


@dataclass(frozen=True)
class Count:
    """How many rows; `capped` means at least that many, not `exact` and not capped an estimate."""

    number: int
    exact: bool
    capped: bool


def key_of(listing: Listing, row: Row) -> Key:
    """The place of a row in the order: its sort value and its ID; opaque to callers."""
    return (row[listing.sort.field], row["id"])


def is_folded(column: Expression) -> bool:
    """Whether a column is a name, sorted without regard to case."""
    return bool(getattr(column, "info", {}).get("fold"))


def order_value(column: Expression, value: Any) -> Any:
    """The value as the order compares it."""
    return fold(value) if isinstance(value, str) and is_folded(column) else value


def fetch_page(
    connection: Connection,
    listing: Listing,
    *,
    after: Key | None = None,
    before: Key | None = None,
    last: bool = False,
    limit: int = 100,
) -> PageOfRows:
    """Up to `limit` rows behind `after`, or before `before`, or the first, or with `last` the last ones."""
    backward = last or before is not None
    key = before if before is not None else after
    statement = listing.rows()
    if special := _special(statement):
        rows = special.fetch(connection, listing, statement, key, backward, limit + 1)
    else:
        rows = _generic(connection, listing, statement, key, backward, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    return PageOfRows(rows[::-1] if backward else rows, more)


def _special(statement: Query) -> Any:
    """The paging of a table too large for the general one."""
    table = getattr(plain(statement.selected_columns["id"]), "table", None)
    if table is None or table.name != "cdrs":
        return None
    from partnertui.db.rows import cdr

    return cdr


def _generic(
    connection: Connection, listing: Listing, statement: Query, key: Key | None, backward: bool, limit: int
) -> list[Row]:
    columns = statement.selected_columns
    wheres = [condition(criterion, columns, connection.dialect.name) for criterion in listing.criteria]
    found: list[Row] = []
    for where, order in segments(columns, listing.sort, key, backward):
        part = statement.where(*wheres, where).order_by(*order).limit(limit - len(found))
        found.extend(dict(row) for row in connection.execute(part).mappings())
        if len(found) >= limit:
            break
    return found


def segments(
    columns: Columns, sort: Sort, key: Key | None, backward: bool
) -> list[tuple[ColumnElement[bool], tuple[Expression, ...]]]:
    """Conditions and orders of the parts of a list behind a key: those with a value, then those without.

    Two selects instead of one with OR, because each is then one range of an index.
    """
    column, ident = column_of(columns, sort.field), column_of(columns, "id")
    down = sort.descending != backward
    id_order = ident.desc() if down else ident.asc()

    def beyond(part: Expression, value: Any) -> ColumnElement[bool]:
        return part < value if down else part > value  # type: ignore[no-any-return]

    if sort.field == "id":
        return [(beyond(ident, key[1]) if key else literal(True), (id_order,))]
    order = func.lower(column) if is_folded(column) else column
    valued: ColumnElement[bool] | None = column.is_not(None)
    empty: ColumnElement[bool] | None = column.is_(None)
    if key is not None and key[0] is None:
        empty = and_(column.is_(None), beyond(ident, key[1]))
        valued = valued if backward else None
    elif key is not None:
        value = order_value(column, key[0])
        same = and_(order == value, beyond(ident, key[1]))
        valued = and_(column.is_not(None), beyond(order, value) | same)
        empty = None if backward else empty
    ordered = (order.desc() if down else order.asc(), id_order)
    parts = [(valued, ordered), (empty, (id_order,))]
    return [(where, by) for where, by in (reversed(parts) if backward else parts) if where is not None]


def refetch(connection: Connection, listing: Listing, ids: Sequence[Any]) -> list[Row]:
    """The rows of these IDs as they are now, in the order of `ids`; those gone are left out."""
    statement = listing.rows()
    ident = column_of(statement.selected_columns, "id")
    found = {row["id"]: dict(row) for row in connection.execute(statement.where(ident.in_(list(ids)))).mappings()}
    return [found[key] for key in ids if key in found]


def exists_newer(connection: Connection, listing: Listing, key: Key) -> bool:
    """Whether rows have come before that key, so that the first page is no longer the first."""
    return bool(fetch_page(connection, listing, before=key, limit=1).rows)


def count(connection: Connection, listing: Listing, *, cap: int | None = 10_001) -> Count:
    """How many rows are listed: up to `cap`, an estimate for a whole large table, or with `cap=None` exactly."""
    statement = listing.rows()
    whole = not listing.criteria and statement.whereclause is None
    if whole and cap is not None and (about := _estimate(connection, statement)) > cap * 2:
        return Count(about, exact=False, capped=False)
    if special := _special(statement):
        number = special.count(connection, listing, statement, cap)
    else:
        columns = statement.selected_columns
        wheres = [condition(criterion, columns, connection.dialect.name) for criterion in listing.criteria]
        number = counted(connection, statement.where(*wheres), cap)
    capped = cap is not None and number >= cap
    return Count(number, exact=not capped, capped=capped)


def counted(connection: Connection, statement: Query, cap: int | None) -> int:
    """The number of rows of a select, counted up to `cap`."""
    rows = statement.with_only_columns(literal(1).label("one"), maintain_column_froms=True).limit(cap).subquery()
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def _estimate(connection: Connection, statement: Query) -> int:
    """Rows of the listed table as the database reckons; 0 where it cannot tell."""
    ident = plain(statement.selected_columns["id"])
    table = getattr(ident, "table", None)
    if table is None or not hasattr(table, "fullname"):
        return 0
    if connection.dialect.name == "postgresql":
        about = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
        return max(int(connection.execute(about, {"name": table.fullname}).scalar() or 0), 0)
    largest = connection.execute(select(func.max(ident))).scalar()
    return largest if isinstance(largest, int) else 0
