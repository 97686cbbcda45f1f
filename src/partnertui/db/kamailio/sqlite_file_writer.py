"""Writes to Kamailio's own SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from partnertui.db.drivers.error_translation import translate_error

T = TypeVar("T")
BUSY_MS = 3000


def write_to_file(path: str, work: Callable[[Connection], T]) -> T:
    """Runs `work` in a short write transaction on Kamailio's SQLite file. Raises DatabaseError."""
    # short, because Kamailio's driver doesn't wait for locks: it would lose registrations meanwhile

    def connect() -> sqlite3.Connection:
        # rw, not rwc: a file that isn't there is an error and no new database.
        uri = f"file:{quote(path)}?mode=rw"
        raw = sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA synchronous=NORMAL")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            end = "ROLLBACK"
            try:
                result = work(connection)
                end = "COMMIT"
            finally:
                connection.exec_driver_sql(end)
        return result
    except SQLAlchemyError as error:
        raise translate_error(error) from error
    finally:
        engine.dispose()
