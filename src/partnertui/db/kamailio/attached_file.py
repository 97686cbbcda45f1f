"""Attaches Kamailio's SQLite file to our connection, so that one select can read both."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection

from partnertui.db.errors import DatabaseNotFound

SCHEMA = "kamailio"


def attach(connection: Connection, path: str) -> None:
    """Makes the file's tables readable as schema `kamailio`; no-op if they are already.

    Raises DatabaseNotFound if there is no such file.
    """
    attached = {row[1] for row in connection.exec_driver_sql("PRAGMA database_list")}
    if SCHEMA in attached:
        return
    if not Path(path).exists():
        raise DatabaseNotFound("There is no Kamailio database at the configured path.", "Check kamailio.url.")
    # Read-only: otherwise a write transaction of ours would lock Kamailio's file too. Kamailio's SQLite driver doesn't
    # wait for locks, so it would lose registrations.
    connection.exec_driver_sql(f"ATTACH ? AS {SCHEMA}", (f"file:{quote(str(Path(path).absolute()))}?mode=ro",))
