"""Adds columns of a migration to the month tables on foreign servers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from functools import partial

from sqlalchemy import Connection

from partnertui.db.database import Database, open_database
from partnertui.db.foreign_cdr_servers.catalog import CdrServer, cdr_servers, moved_months, require_owner
from partnertui.db.foreign_cdr_servers.remote_month_table import add_lacking_columns
from partnertui.domain.plurals import plural


def upgrade_months(database: Database) -> Generator[str]:
    """Adds what lacks on each server; yields a line for each. Raises DomainError, DatabaseError."""
    database.read(require_owner)
    for server in database.read(cdr_servers):
        added = database.read(partial(_upgrade, server=server), deadline=600)
        yield f"{server.name}: {plural(added, 'column')} added."


def _upgrade(here: Connection, server: CdrServer) -> int:
    with closing(open_database(server.url)) as remote:

        def work(there: Connection) -> int:
            months = moved_months(here, server)
            return sum(add_lacking_columns(here, there, month.month) for month in months)

        return remote.write(work, deadline=600)
