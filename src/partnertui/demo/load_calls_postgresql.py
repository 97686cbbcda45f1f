"""Loads demo CDRs into PostgreSQL: COPY of narrow rows, joined to full ones on the server, indexes last."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection

from partnertui.db.cdr_index_rebuild import build_cdr_indexes, drop_cdr_indexes, refresh_statistics
from partnertui.db.database import Database
from partnertui.db.models import Cdr
from partnertui.demo.cdr_stream import CALL_COLUMNS, END_COLUMNS, INSERT_FROM_PARTS, PAIR_COLUMNS, Stream
from partnertui.demo.progress import Progress

BATCH = 200_000
_WIDEN = INSERT_FROM_PARTS.replace(
    "SELECT c.id, c.started_at", "SELECT c.id, to_timestamp(0) + c.started_at * interval '1 microsecond'"
).format(calls="demo_calls", join="", on_pair="ON p.id = c.pair", on_end="ON e.id = c.ending", where="")


def load(database: Database, stream: Stream, progress: Progress) -> None:
    """Loads all calls, then builds all indexes, in one transaction."""

    def work(connection: Connection) -> None:
        drop_cdr_indexes(connection)
        _parts(connection, stream)
        columns = ", ".join(f"{name} {'text' if name == 'key' else 'bigint'}" for name in CALL_COLUMNS)
        connection.exec_driver_sql(f"CREATE TEMP TABLE demo_calls ({columns}) ON COMMIT DROP")
        calls, done = stream.calls(), 0
        while batch := list(islice(calls, BATCH)):
            progress("calls", done, stream.total)
            _copy(connection, "demo_calls", batch)
            connection.exec_driver_sql(_WIDEN)
            connection.exec_driver_sql("TRUNCATE demo_calls")
            done += len(batch)
        progress("calls", done, stream.total)
        build_cdr_indexes(connection, lambda done, total: progress("indexes", done, total))

    database.write(work, deadline=24 * 3600)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        refresh_statistics(connection)


def _parts(connection: Connection, stream: Stream) -> None:
    types = {column.name: column.type.compile(connection.dialect) for column in Cdr.__table__.columns}
    for table, columns, rows in (
        ("demo_pairs", PAIR_COLUMNS, stream.pair_rows()),
        ("demo_ends", END_COLUMNS, stream.end_rows()),
    ):
        host = "host text, covered integer, " if table == "demo_pairs" else ""
        wanted = ", ".join(f"{name} {types[name]}" for name in columns)
        connection.exec_driver_sql(f"CREATE TEMP TABLE {table} (id bigint, {host}{wanted}) ON COMMIT DROP")
        _copy(connection, table, rows)
        connection.exec_driver_sql(f"ANALYZE {table}")


def _copy(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    raw = connection.connection.driver_connection
    if raw is None:
        raise ConnectionError("the connection to PostgreSQL was closed")
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
