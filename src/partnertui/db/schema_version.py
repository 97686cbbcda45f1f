"""Compares a database's schema with this program's: current, older, newer, or empty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

from partnertui.db.errors import LoginRefused, SchemaTooNew, SchemaTooOld

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def revisions() -> tuple[str, ...]:
    """All revisions, oldest first; this program works with the last one."""
    # By file name, not by Alembic's ScriptDirectory: importing Alembic takes 0.13 s, and every start asks. `make check`
    # compares the two.
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))


@dataclass(frozen=True)
class SchemaState:
    """The result of a check, with the revision in the database (None for none) and the one required."""

    state: Literal["current", "older", "newer", "empty"]
    found: str | None
    needed: str
    bypassed_by: str = ""
    """The database user, if row security doesn't hold for them; "" otherwise, and on SQLite."""

    def require(self, *, development: bool = True) -> None:
        """Raises SchemaTooOld or SchemaTooNew unless the schema is current.

        Except in development, raises LoginRefused for a user who owns tables or may bypass row security.
        """
        if self.state == "empty":
            raise SchemaTooOld(
                "The database is empty.",
                "Run “partnertui migrate” to create its tables, or “partnertui demo” for demo data.",
            )
        if self.state == "older":
            raise SchemaTooOld(
                f"The database is at version {self.found}; this program requires {self.needed}.",
                "Run “partnertui migrate” (make a backup first).",
            )
        self.refuse_newer()
        if self.bypassed_by and not development:
            raise LoginRefused(
                f"The database user “{self.bypassed_by}” owns the tables or may bypass row security.",
                "Connect as an operator or as the service (docs/operating.md);"
                " the owner is for commands such as migrate and keys.",
            )

    def refuse_newer(self) -> None:
        """Raises SchemaTooNew if the database belongs to a newer program."""
        if self.state == "newer":
            raise SchemaTooNew(
                f"The database is at version {self.found}, which is newer than this program ({self.needed}).",
                "Update partnertui on this host.",
            )


def schema_state(connection: Connection) -> SchemaState:
    """Reads the revision from Alembic's table."""
    needed = revisions()[-1]
    if not inspect(connection).has_table("alembic_version"):
        return SchemaState("empty", None, needed)
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        return SchemaState("empty", None, needed)
    if found == needed:
        return SchemaState("current", found, needed, _bypassed_by(connection))
    return SchemaState("older" if found in revisions() else "newer", found, needed)


def _bypassed_by(connection: Connection) -> str:
    """The database user, if they are a superuser, may bypass row security, or own one of our tables."""
    if connection.dialect.name == "sqlite":
        return ""
    statement = text(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = session_user AND (rolsuper OR rolbypassrls OR EXISTS ("
        " SELECT 1 FROM pg_catalog.pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND pg_catalog.pg_has_role(session_user, c.relowner, 'MEMBER')))"
    )
    return str(connection.execute(statement).scalar() or "")
