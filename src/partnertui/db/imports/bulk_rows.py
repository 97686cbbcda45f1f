"""Inserts many different rows with their history, in few statements: no COPY, which row security doesn't allow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Insert, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from partnertui.db.history import created_entry, history_value
from partnertui.db.models.base import Base, table_of
from partnertui.db.models.types import Json, Str
from partnertui.db.models.workspace import History
from partnertui.db.permissions import require_write
from partnertui.db.rows.types import Row, RowDict
from partnertui.db.session import UnitOfWork

Rows = Sequence[tuple[Any, ...]]


def add_rows(unit: UnitOfWork, model: type[Base], names: Sequence[str], rows: Rows, shared: Row) -> None:
    """Adds rows, each a tuple of the columns in `names`; all have `shared` besides. History is written, too.

    What UnitOfWork.add does, at a tenth of its time. Raises NotAllowed if the operator may not write such a row.
    """
    if not rows:
        return
    sample = model(**dict(zip(names, rows[0], strict=True)), **shared)
    require_write(unit.operator, sample)
    connection = unit.session.connection()
    ids = _insert(connection, table_of(model), names, rows, shared)
    known = {name: [None, history_value(sample, name, value)] for name, value in shared.items() if value is not None}
    entry = created_entry(unit.operator, sample, 0, {})
    entries = [(key, json.dumps(known | _created(names, row))) for key, row in zip(ids, rows, strict=True)]
    same = {name: value for name, value in entry.items() if name not in {"object_id", "changes"}}
    _insert_plain(connection, table_of(History), ("object_id", "changes"), entries, same)


def _created(names: Sequence[str], row: tuple[Any, ...]) -> RowDict:
    """What history says of a new row."""
    return {name: [None, value] for name, value in zip(names, row, strict=True) if value is not None}


def _insert(connection: Connection, table: Table, names: Sequence[str], rows: Rows, shared: Row) -> Sequence[int]:
    """Inserts rows; returns their IDs in the same order."""
    if connection.dialect.name == "sqlite":
        # nobody else writes until this transaction ends, so the next IDs are free
        first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
        ids = range(first, first + len(rows))
        numbered = [(key, *row) for key, row in zip(ids, rows, strict=True)]
        _insert_plain(connection, table, ("id", *names), numbered, shared)
        return ids
    statement = _from_arrays(table, tuple(names), tuple(shared), returning=True)
    return sorted(
        connection.scalars(statement, _parameters(names, rows, shared))
    )  # a sequence counts up, in the order of the rows


def _insert_plain(connection: Connection, table: Table, names: Sequence[str], rows: Rows, shared: Row) -> None:
    if connection.dialect.name != "sqlite":
        statement = _from_arrays(table, tuple(names), tuple(shared), returning=False)
        connection.execute(statement, _parameters(names, rows, shared))
        return
    # straight to the driver: SQLAlchemy's own processing takes longer than SQLite's. Rows have numbers and texts alone.
    constants = tuple(_bound(connection, table.c[name], value) for name, value in shared.items())
    marks = ", ".join("?" * (len(names) + len(shared)))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join((*names, *shared))}) VALUES ({marks})",
        [(*row, *constants) for row in rows],
    )


def _bound(connection: Connection, of: Column[object], value: object) -> object:
    """A value as the driver takes it."""
    process = of.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return process(value) if process is not None else value


@lru_cache(16)  # made once: a statement refers to itself, so that one a chunk would stay until garbage is collected
def _from_arrays(table: Table, names: tuple[str, ...], shared: tuple[str, ...], *, returning: bool) -> Insert:
    """INSERT … SELECT of one array a column, in the order of the rows."""
    types = {name: table.c[name].type for name in names}  # JSON is text here already, as SQLite's driver takes it
    plain = {name: Str if isinstance(kind, Json) else kind for name, kind in types.items()}
    arrays = [bindparam(f"all_{name}", type_=ARRAY(plain[name])) for name in names]
    found = func.unnest(*arrays)
    source = found.table_valued(*(column(name) for name in names), with_ordinality="place").render_derived("source")
    constants = [bindparam(f"one_{name}", type_=table.c[name].type) for name in shared]
    chosen = select(*(source.c[name] for name in names), *constants).order_by(source.c.place)
    statement = table.insert().from_select([*names, *shared], chosen)
    return statement.returning(table.c.id) if returning else statement


def _parameters(names: Sequence[str], rows: Rows, shared: Row) -> RowDict:
    columns = zip(names, zip(*rows, strict=True), strict=True)
    arrays = {f"all_{name}": list(values) for name, values in columns}
    return arrays | {f"one_{name}": value for name, value in shared.items()}
