"""Brings a database's tables to what this program needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.errors import SchemaTooNew
from partnertui.db.schema import schema_state

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.engine import Database

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> str:
    """Runs the missing migrations in one transaction and returns the revision reached.

    A database that is current is not written to. Raises SchemaTooNew, or another DatabaseError.
    """

    def work(connection: Connection) -> str:
        from alembic import command
        from alembic.config import Config

        state = schema_state(connection)
        if state.state == "newer":
            raise SchemaTooNew(
                f"The database is of version {state.found}, newer than this program knows ({state.needed}).",
                "Update partnertui on this host.",
            )
        if state.state != "current":
            config = Config()
            config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return state.needed

    return database.write(work, deadline=3600)
