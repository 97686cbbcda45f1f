"""Inserts and updates many rows in one statement, without COPY, which row security doesn't allow.

The rows go as one JSON document, because drivers and SQLAlchemy take longer for arrays or single values than databases
do for storing them. Rows are tuples of numbers, texts and times, in the order of the names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Table, bindparam, func, select

from partnertui.db.models.types import EPOCH
from partnertui.db.rows.type_aliases import ListedColumn, Row

Rows = Sequence[tuple[Any, ...]]


def free_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """IDs for so many new rows, ascending."""
    if connection.dialect.name == "sqlite":
        # nobody else writes until this transaction ends, so the next IDs are free
        first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    # a subquery, because otherwise the sequence is looked for once a row
    sequence = select(func.pg_get_serial_sequence(table.name, "id")).scalar_subquery()
    drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return sorted(connection.scalars(drawn))


def is_in(connection: Connection, of: ListedColumn, values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Whether a column has one of many values: one parameter, and one statement however many there are."""
    wanted = list(values)
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, json.dumps(wanted, ensure_ascii=False))).table_valued("value")
        return of.in_(select(listed.c.value))
    return of == func.any(bindparam(None, wanted))


def insert_at_once(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Rows,
    shared: Row | None = None,
    *,
    skip_known: bool = False,
) -> int:
    """Inserts rows, all with the values in `shared` besides; returns how many.

    With `skip_known`, rows that break a unique index are left out.
    """
    if not rows:
        return 0
    constants = tuple((shared or {}).values())
    named = (*names, *(shared or {}))
    # one statement, because on SQLite a trigger of the trigram search writes its index anew for each of them
    statement = f"INSERT INTO {table.name} ({', '.join(named)}) {_select(connection, table, tuple(named))}"
    if skip_known:
        statement += " ON CONFLICT DO NOTHING"
    return _run(connection, statement, [(*row, *constants) for row in rows] if constants else rows)


def update_at_once(connection: Connection, table: Table, names: Sequence[str], rows: Rows) -> int:
    """Sets the columns in `names` of many rows, each a tuple that begins with the row's ID; returns how many."""
    if not rows:
        return 0
    source = _select(connection, table, ("id", *names))
    sets = ", ".join(f"{name} = source.{name}" for name in names)
    return _run(
        connection, f"UPDATE {table.name} SET {sets} FROM ({source}) AS source WHERE {table.name}.id = source.id", rows
    )


def _select(connection: Connection, table: Table, names: tuple[str, ...]) -> str:
    """The rows of the document as columns, in their order."""
    if connection.dialect.name == "sqlite":
        values = ", ".join(f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(names))
        # WHERE true: without it, SQLite takes the ON of ON CONFLICT for that of a join.
        return f"SELECT {values} FROM json_each(?) WHERE true"
    types = _types_of(table, connection.dialect)
    values = ", ".join(f"(value ->> {index})::{types[name]} AS {name}" for index, name in enumerate(names))
    return f"SELECT {values} FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS rows (value, place) ORDER BY place"


@lru_cache(64)
def _types_of(table: Table, dialect: Dialect) -> dict[str, str]:
    return {column.name: column.type.compile(dialect).partition(" COLLATE")[0] for column in table.columns}


def _run(connection: Connection, statement: str, rows: Rows) -> int:
    stored: Callable[[object], object] = _micros if connection.dialect.name == "sqlite" else _iso
    document = json.dumps(rows, ensure_ascii=False, default=stored)
    # SQLAlchemy keeps the count of an INSERT only where it is asked to.
    options = {"preserve_rowcount": True}
    return connection.exec_driver_sql(statement, (document,), execution_options=options).rowcount


def _micros(value: object) -> int:
    """A time as SQLite has it: microseconds since 1970."""
    since = _time(value) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _iso(value: object) -> str:
    return _time(value).isoformat()


def _time(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    raise TypeError(f"{type(value).__name__} isn't stored this way")
