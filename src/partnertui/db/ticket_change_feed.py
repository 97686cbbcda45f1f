"""Notices other sessions' ticket changes: by NOTIFY on PostgreSQL, by the file's version on SQLite.

PostgreSQL notices hold an ID, never contents, on a channel a partner and one for staff whose names nobody can guess:
any role may LISTEN on any channel. They need a connection of their own to the server itself; behind pgbouncer in
transaction mode, which loses them, views are told to read again every few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

from partnertui.db.database import Database
from partnertui.db.drivers.error_translation import translate_error
from partnertui.db.errors import DatabaseError
from partnertui.db.query_cancellation import Cancel

if TYPE_CHECKING:
    from psycopg import Connection

    from partnertui.db.rows.type_aliases import ResultRow

POLL_SECONDS = 0.25
"""How often SQLite's version is asked for; each time costs some microseconds."""
POOLED_SECONDS = 5.0
"""Between two reads where notices can't arrive."""
PAUSE_SECONDS = 5.0
"""Before connecting again after the database was away."""


def changes(database: Database, cancel: Cancel) -> Iterator[int | None]:
    """Yields the ID of each ticket that changes until it is cancelled; None where any may have changed.

    Blocks, so it runs in a thread of its own. It connects again while the database is away, and then yields None.
    """
    follow = _postgresql if database.dialect == "postgresql" else _sqlite
    first = True
    while not cancel.cancelled:
        try:
            if not first:
                database.wrote()
                yield None
            for changed in follow(database, cancel):
                database.wrote()  # a replica may be asked again only when it has what we were told of
                yield changed
        except SQLAlchemyError as error:
            translate_error(error)  # logged there as what it means; the next round connects again
        except DatabaseError:
            pass  # as above
        first = False
        _sleep(PAUSE_SECONDS, cancel)


def _postgresql(database: Database, cancel: Cancel) -> Iterator[int | None]:
    pooled = (database.direct or database).engine.raw_connection()
    driver = pooled.driver_connection
    assert isinstance(driver, psycopg.Connection)
    pooled.detach()  # LISTEN belongs to one connection for good
    with closing(driver):
        try:
            driver.set_autocommit(True)
            if _is_pooled(driver):
                yield from _poll(cancel)
                return
            driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(_channel(driver))))
            while not cancel.cancelled:
                # A second at most, so that it notices when it is cancelled.
                for notice in driver.notifies(timeout=1.0):
                    yield int(notice.payload) if notice.payload.isdigit() else None
                    if cancel.cancelled:
                        return
        except psycopg.Error as error:
            raise DatabaseError("The database can't be reached.", "partnertui will keep trying.") from error


def _is_pooled(driver: Connection[ResultRow]) -> bool:
    """Whether a pooler answers for the server: it makes up the process ID that it gives to its clients."""
    row = driver.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    return row is None or row[0] != driver.info.backend_pid


def _poll(cancel: Cancel) -> Iterator[None]:
    while not cancel.cancelled:
        _sleep(POOLED_SECONDS, cancel)
        yield None


def _channel(driver: Connection[ResultRow]) -> str:
    """The name of the channel that this login listens on. Raises DatabaseError if it has none."""
    row = driver.execute("SELECT priv.my_channel()").fetchone()
    if row is None or row[0] is None:
        raise DatabaseError("This login doesn't belong to an operator.", "Ask an admin to add it as an operator.")
    return str(row[0])


def _sqlite(database: Database, cancel: Cancel) -> Iterator[int | None]:
    # One connection throughout: the version only compares with what the same connection read before.
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        seen = cursor.execute("PRAGMA data_version").fetchone()[0]
        while not cancel.cancelled:
            _sleep(POLL_SECONDS, cancel)
            now = cursor.execute("PRAGMA data_version").fetchone()[0]
            if now != seen:
                seen = now
                yield None


def _sleep(seconds: float, cancel: Cancel) -> None:
    end = time.monotonic() + seconds
    while not cancel.cancelled and time.monotonic() < end:
        time.sleep(min(0.05, seconds))
