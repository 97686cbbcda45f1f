"""Advances PostgreSQL's ID sequences past the loaded demo rows."""

from __future__ import annotations

from sqlalchemy import Connection

from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Base


def advance(connection: Connection) -> None:
    """Does nothing on SQLite, which looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in (*Base.metadata.tables.values(), *tables().metadata.tables.values()):
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name} HAVING max(id) > 0"
        )
