"""Brings months on other servers up to the columns that calls have here, after a migration added some."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from functools import partial

from sqlalchemy import Connection

from partnertui.db.call_servers.catalog import CallServer, call_servers, moved_months, require_owner
from partnertui.db.call_servers.remote_month import add_lacking_columns
from partnertui.db.engine import Database, open_database


def upgrade_months(database: Database) -> Generator[str]:
    """Adds what lacks on each server; yields a line for each. Raises DomainError, DatabaseError."""
    database.read(require_owner)
    for server in database.read(call_servers):
        added = database.read(partial(_upgrade, server=server), deadline=600)
        yield f"{server.name}: {added:,} columns added."


def _upgrade(here: Connection, server: CallServer) -> int:
    with closing(open_database(server.url)) as remote:

        def work(there: Connection) -> int:
            months = moved_months(here, server)
            return sum(add_lacking_columns(here, there, month.month) for month in months)

        return remote.write(work, deadline=600)
