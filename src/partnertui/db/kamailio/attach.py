"""Kamailio's SQLite file beside ours: attached to our connection, read-only, so that one select reads both.

Read-only matters: a write transaction of ours would else take the write lock of Kamailio's file too, and its SQLite
driver, which does not wait for locks, would lose registrations.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from partnertui.db.errors import DatabaseNotFound

ALIAS = "kamailio"


def attach(connection: Connection, path: str) -> None:
    """Makes the file's tables readable as schema `kamailio`; once a connection. Raises NoSuchDatabase."""
    attached = {row[1]: row[2] for row in connection.exec_driver_sql("PRAGMA database_list")}
    if ALIAS in attached:
        return
    if not Path(path).exists():
        raise DatabaseNotFound("There is no Kamailio database at the configured place.", "Check kamailio.url.")
    connection.exec_driver_sql(f"ATTACH ? AS {ALIAS}", (f"file:{quote(str(Path(path).absolute()))}?mode=ro",))
