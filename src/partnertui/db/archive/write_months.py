"""Writes the calls of whole months to Parquet files, and reads each file back before it is renamed into place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Integer, func, select
from sqlalchemy.types import BigInteger

from partnertui.db.archive.archive_columns import ARCHIVED_CALLS, ArchivedTime
from partnertui.db.archive.duckdb_engine import PARQUET, execute, open_duckdb, sql_text
from partnertui.db.archive.month_files import month_of, next_month, path_of, replaced, temporary
from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, User
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

FETCHED = 5_000
Figures = tuple[int, int, int, int]
"""Calls, the sum of their seconds and of their charges in micro-units, the highest ID: what a file must agree with."""


@dataclass(frozen=True)
class ArchivedMonth:
    """A month whose file was written, or that was left as it was because the file has its calls."""

    month: datetime
    path: Path
    calls: int
    is_new: bool


def archive_months(database: Database, folder: Path, before: datetime) -> Iterator[ArchivedMonth]:
    """Archives each whole month with calls that ended before a moment, the oldest first; nothing is deleted.

    A month is written again where calls were imported since; a file with more calls than the database is kept, because
    retention has removed some. Raises DomainError where DuckDB is missing or a file doesn't agree with the database,
    DatabaseError and OSError; files written so far stay.
    """
    engine = open_duckdb()
    try:
        first = database.read(lambda connection: connection.scalar(select(func.min(Cdr.started_at))), deadline=600)
        month = month_of(first) if first is not None else before
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while next_month(month) <= before:
            if (done := _archive(database, engine, folder, month)) is not None:
                yield done
            month = next_month(month)
    finally:
        engine.dispose()


def _archive(database: Database, engine: Engine, folder: Path, month: datetime) -> ArchivedMonth | None:
    path = path_of(folder, month)
    wanted = database.read(lambda connection: _figures_of(connection, month), deadline=600)
    if not wanted[0]:
        return None
    with engine.connect() as copy:
        if path.exists() and (stored := _figures_in(copy, path)) and (stored == wanted or stored[0] > wanted[0]):
            return ArchivedMonth(month, path, stored[0], is_new=False)
        with temporary(folder, ".jsonl") as rows, replaced(path) as written:
            database.read(lambda connection: _write_rows(connection, month, rows), deadline=86_400, steady=True)
            execute(copy, _copy_statement(rows, written))
            if (found := _figures_in(copy, written)) != wanted:
                raise DomainError(
                    f"The file for {month:%Y-%m} has {plural(found[0], 'call')} and the database has {wanted[0]:,}, or"
                    " their totals differ.",
                    advice="Calls from that month were imported or deleted in the meantime: run this again.",
                )
    return ArchivedMonth(month, path, wanted[0], is_new=True)


def _of_month(statement: Query, month: datetime) -> Query:
    return statement.where(Cdr.started_at >= month, Cdr.started_at < next_month(month))


def _figures_of(connection: Connection, month: datetime) -> Figures:
    sums = (func.count(), func.coalesce(func.sum(Cdr.duration), 0), func.coalesce(func.sum(Cdr.charge), 0))
    row = connection.execute(_of_month(select(*sums, func.coalesce(func.max(Cdr.id), 0)), month)).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _figures_in(copy: Connection, path: Path) -> Figures:
    sums = "count(*), coalesce(sum(duration), 0), coalesce(sum(charge), 0), coalesce(max(id), 0)"
    [(calls, seconds, charge, last)] = execute(copy, f"SELECT {sums} FROM read_parquet({sql_text(str(path))})")
    return int(str(calls)), int(str(seconds)), int(str(charge)), int(str(last))


def _write_rows(connection: Connection, month: datetime, path: Path) -> None:
    """Writes the calls of a month as lines of JSON, which DuckDB reads faster than it takes rows one by one."""
    columns = [Cdr.__table__.c[column.name] for column in ARCHIVED_CALLS.c if column.name not in {"customer", "user"}]
    statement = (
        select(*columns, Customer.company.label("customer"), User.name.label("user"))
        .outerjoin(Customer, Customer.id == Cdr.customer_id)
        .outerjoin(User, User.id == Cdr.user_id)
        .order_by(Cdr.started_at, Cdr.id)
        .execution_options(yield_per=FETCHED)
    )
    with path.open("w", encoding="utf-8") as file:
        for row in connection.execute(_of_month(statement, month)).mappings():
            values = {**row, "started_at": row["started_at"].strftime("%Y-%m-%d %H:%M:%S.%f")}
            file.write(json.dumps(values, ensure_ascii=False) + "\n")


def _copy_statement(rows: Path, written: Path) -> str:
    types = {column.name: _type_name(column.type) for column in ARCHIVED_CALLS.c}
    listed = ", ".join(f"{sql_text(name)}: '{kind}'" for name, kind in types.items())
    lines = f"read_json({sql_text(str(rows))}, format = 'newline_delimited', columns = {{{listed}}})"
    return f"COPY (SELECT * FROM {lines} ORDER BY started_at, id) TO {sql_text(str(written))} ({PARQUET})"


def _type_name(kind: object) -> str:
    if isinstance(kind, ArchivedTime):
        return "TIMESTAMP"
    if isinstance(kind, BigInteger):
        return "BIGINT"
    return "INTEGER" if isinstance(kind, Integer) else "VARCHAR"
