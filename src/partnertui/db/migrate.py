"""Upgrades a database's schema to this program's version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.schema_version import MIGRATIONS, schema_state

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from partnertui.db.database import Database


def alembic_config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    from alembic.config import Config  # here: importing Alembic takes 0.13 s, and only upgrades need it

    config = Config()
    # Alembic reads it by configparser, for which a single % begins an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database) -> str:
    """Runs the missing migrations in one transaction and returns the revision reached.

    A current database is not written to. Raises SchemaTooNew, or another DatabaseError.
    """

    def work(connection: Connection) -> str:
        from alembic import command  # here: see alembic_config

        state = schema_state(connection)
        state.refuse_newer()
        if state.state != "current":
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return state.needed

    return database.write(work, deadline=3600)
