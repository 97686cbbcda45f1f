"""PostgreSQL through psycopg 3: engine, types, cancelling a query, text that isn't valid UTF-8."""

from __future__ import annotations

import contextlib
import os
import socket
from datetime import datetime

import psycopg
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestampLoader, TimestamptzLoader
from psycopg.types.string import TextLoader
from sqlalchemy import URL, Engine, create_engine, event

from partnertui.db.rows.type_aliases import ResultRow

CONNECT_SECONDS = 5


def make_engine(url: URL) -> Engine:
    """An engine that connects on first use, in UTC.

    It sets nothing on the connection but what pgbouncer keeps for each of its clients (track_extra_parameters in its
    manual): in transaction mode a connection of the server serves many of them, and `options` is refused.
    """
    engine = create_engine(
        # postgres:// and postgresql:// alone would mean psycopg2
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=4,
        max_overflow=8,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "prepare_threshold": None,
            "application_name": "partnertui",
            "client_encoding": "UTF8",
        },
    )
    event.listen(engine, "connect", _connected)
    return engine


def _connected(connection: psycopg.Connection[ResultRow], record: object) -> None:
    # prepared statements get a generic plan after five executions, which took seconds on ten million CDRs
    connection.prepare_threshold = None
    connection.autocommit = True  # in a transaction, it would be gone with a rollback
    connection.execute("SET TIME ZONE 'UTC'")
    connection.autocommit = False


class ReplacingLoader(TextLoader):
    """Reads bytes that aren't UTF-8 as U+FFFD: a server whose encoding is SQL_ASCII stores and sends any bytes."""

    def load(self, data: Buffer) -> str:
        """See Loader."""
        return bytes(data).decode("utf-8", "replace")


class DatedLoader(TimestampLoader):
    """Reads `infinity` and years that Python doesn't have as nothing."""

    def load(self, data: Buffer) -> datetime | None:  # type: ignore[override]
        """See Loader."""
        try:
            return super().load(data)
        except psycopg.DataError:
            return None


class DatedZoneLoader(TimestamptzLoader):
    """As DatedLoader, with a time zone."""

    def load(self, data: Buffer) -> datetime | None:  # type: ignore[override]
        """See Loader."""
        try:
            return super().load(data)
        except psycopg.DataError:
            return None


def replace_undecodable(connection: psycopg.Connection[ResultRow]) -> None:
    """From now on, what can't be read is U+FFFD or nothing, instead of failing the query."""
    status = connection.info.parameter_status
    if status("server_encoding") == "SQL_ASCII" and status("client_encoding") != "SQL_ASCII":
        # otherwise the server itself refuses to send them
        connection.execute("SET client_encoding = 'SQL_ASCII'")
    connection.adapters.register_loader("timestamp", DatedLoader)
    connection.adapters.register_loader("timestamptz", DatedZoneLoader)
    for name in ("text", "varchar", "bpchar", "name"):
        connection.adapters.register_loader(name, ReplacingLoader)


def stop(connection: psycopg.Connection[ResultRow]) -> None:
    """Cancels what the connection is running, on the server; takes up to CONNECT_SECONDS."""
    with contextlib.suppress(psycopg.Error):
        connection.cancel_safe(timeout=CONNECT_SECONDS)


def kill(connection: psycopg.Connection[ResultRow]) -> None:
    """Shuts the socket of a connection whose server doesn't even react to a cancel."""
    with contextlib.suppress(OSError, psycopg.Error):
        # shutdown on a duplicate wakes the thread that waits in the socket; close on the original would not
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        duplicate.shutdown(socket.SHUT_RDWR)
        duplicate.close()
