"""Deletes rows so that their bytes are gone from the database file, too."""

from __future__ import annotations

from sqlalchemy import Connection


def overwrite_deleted(connection: Connection) -> None:
    """What this connection deletes or replaces from now on is overwritten; else SQLite leaves it in its page.

    PostgreSQL frees it at the next VACUUM.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
