"""Takes down, for a moment, what keeps history from being changed: a test empties or poisons a database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from partnertui.demo.hostile_text import GUARDS


@contextmanager
def history_unguarded(connection: Connection) -> Iterator[None]:
    """As the owner of the tables can, within a transaction."""
    if connection.dialect.name == "postgresql":
        for table in ("history", "audit_links"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in ("history", "audit_links"):
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    guards = connection.exec_driver_sql(GUARDS).all()
    for name, _ in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, statement in guards:
        connection.exec_driver_sql(statement)


def drop_guards(database: sqlite3.Connection) -> None:
    """For good, in a copy that nothing else uses."""
    for name, _ in database.execute(GUARDS).fetchall():
        database.execute(f"DROP TRIGGER {name}")
