"""Whether a database's schema fits the program: current, older, newer, or empty."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

from partnertui.db.errors import SchemaTooNew, SchemaTooOld

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

    def require(self) -> None:
        """Raises SchemaTooOld or SchemaTooNew unless the schema is current."""
        if self.state == "empty":
            raise SchemaTooOld(
                "The database is empty.",
                "Run “partnertui migrate” to create its tables, or “partnertui demo” for demo data.",
            )
        if self.state == "older":
            raise SchemaTooOld(
                f"The database has version {self.found}; this program requires {self.needed}.",
                "Run “partnertui migrate” (make a backup first).",
            )
        self.refuse_newer()

    def refuse_newer(self) -> None:
        """Raises SchemaTooNew if the database belongs to a newer program."""
        if self.state == "newer":
            raise SchemaTooNew(
                f"The database has version {self.found}, which is newer than this program ({self.needed}).",
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
        return SchemaState("current", found, needed)
    return SchemaState("older" if found in revisions() else "newer", found, needed)
