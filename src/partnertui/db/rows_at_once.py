"""Inserts and updates many rows in one statement: no COPY, which row security doesn't allow.

PostgreSQL gets one array a column, SQLite one JSON document. Rows are tuples of numbers, texts and times, in the order
of the names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias

from partnertui.db.models.types import EPOCH, Json, Str
from partnertui.db.rows.types import ListedColumn, Row, RowDict

Rows = Sequence[tuple[Any, ...]]


def free_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """IDs for so many new rows, ascending."""
    if connection.dialect.name == "sqlite":
        # nobody else writes until this transaction ends, so the next IDs are free
        first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    drawn = select(func.nextval(func.pg_get_serial_sequence(table.name, "id"))).select_from(
        func.generate_series(1, count)
    )
    return sorted(connection.scalars(drawn))


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
    same = dict(shared or {})
    if connection.dialect.name != "sqlite":
        statement = _from_arrays(table, tuple(names), tuple(same), skip_known)
        return connection.execute(statement, _arrays(names, rows) | _constants(same)).rowcount
    return connection.exec_driver_sql(
        _from_json(table, tuple(names), tuple(same), skip_known),
        (*(_bound(connection, table, name, value) for name, value in same.items()), _document(rows)),
    ).rowcount


def update_at_once(connection: Connection, table: Table, names: Sequence[str], rows: Rows) -> int:
    """Sets the columns in `names` of many rows, each a tuple that begins with the row's ID; returns how many."""
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        values = ", ".join(f"json_extract(value, '$[{index}]') AS {name}" for index, name in enumerate(("id", *names)))
        source, parameters = f"(SELECT {values} FROM json_each(?))", (_document(rows),)
        sets = ", ".join(f"{name} = source.{name}" for name in names)
        statement = f"UPDATE {table.name} SET {sets} FROM {source} AS source WHERE {table.name}.id = source.id"
        return connection.exec_driver_sql(statement, parameters).rowcount
    listed = ("id", *names)
    found = _source(table, listed)
    update = table.update().values({name: found.c[name] for name in names}).where(table.c.id == found.c.id)
    return connection.execute(update, _arrays(listed, rows)).rowcount


def is_in(connection: Connection, of: ListedColumn, values: Iterable[int] | Iterable[str]) -> ColumnElement[bool]:
    """Whether a column has one of many values: one parameter, and one statement however many there are."""
    wanted = list(values)
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam(None, json.dumps(wanted, ensure_ascii=False))).table_valued("value")
        return of.in_(select(listed.c.value))
    return of == func.any(bindparam(None, wanted))


@lru_cache(16)  # made once: a statement refers to itself, so that one a chunk would stay until garbage is collected
def _from_arrays(table: Table, names: tuple[str, ...], shared: tuple[str, ...], skip_known: bool) -> Insert:
    """INSERT … SELECT of one array a column, in the order of the rows."""
    source = _source(table, names)
    constants = [bindparam(f"one_{name}", type_=table.c[name].type) for name in shared]
    chosen = select(*(source.c[name] for name in names), *constants).order_by(source.c.place)
    statement = postgresql.insert(table).from_select([*names, *shared], chosen)
    statement = statement.execution_options(preserve_rowcount=True)
    return statement.on_conflict_do_nothing() if skip_known else statement


def _source(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    types = {name: table.c[name].type for name in names}  # JSON is text here already, as SQLite's driver takes it
    plain = {name: Str if isinstance(kind, Json) else kind for name, kind in types.items()}
    arrays = [bindparam(f"all_{name}", type_=ARRAY(plain[name])) for name in names]
    listed = [column(name, plain[name]) for name in names]
    return func.unnest(*arrays).table_valued(*listed, with_ordinality="place").render_derived("source")


def _arrays(names: Sequence[str], rows: Rows) -> RowDict:
    columns = zip(names, zip(*rows, strict=True), strict=True)
    return {f"all_{name}": list(values) for name, values in columns}


def _constants(shared: Row) -> RowDict:
    return {f"one_{name}": value for name, value in shared.items()}


@lru_cache(16)
def _from_json(table: Table, names: tuple[str, ...], shared: tuple[str, ...], skip_known: bool) -> str:
    # one statement, because a trigger of the trigram search writes its index anew for every statement
    values = ", ".join(f"json_extract(value, '$[{index}]')" for index in range(len(names)))
    constants = "".join(f", ?{index + 1}" for index in range(len(shared)))
    statement = f"INSERT INTO {table.name} ({', '.join((*names, *shared))}) SELECT {values}{constants}"
    return f"{statement} FROM json_each(?{len(shared) + 1}) WHERE true" + " ON CONFLICT DO NOTHING" * skip_known


def _bound(connection: Connection, table: Table, name: str, value: object) -> object:
    """A value as the driver takes it."""
    process = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return process(value) if process is not None else value


def _document(rows: Rows) -> str:
    """The rows as SQLite stores them: times in microseconds since 1970."""
    return json.dumps(rows, ensure_ascii=False, default=_stored)


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        since = value - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    raise TypeError(f"{type(value).__name__} isn't stored this way")
