"""Whether the tables fit the program: current, older, newer, or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, inspect, text

from partnertui.db.errors import SchemaTooNew, SchemaTooOld

REVISIONS = ("0001",)
"""All revisions, oldest first; the last is the one this program works with."""


@dataclass(frozen=True)
class SchemaState:
    """What was found: `state`, the revision in the database (None for none) and the one needed."""

    state: Literal["current", "older", "newer", "empty"]
    found: str | None
    needed: str

    def require(self) -> None:
        """Raises SchemaTooOld or SchemaTooNew unless the tables fit."""
        if self.state == "empty":
            raise SchemaTooOld(
                "The database is empty.",
                "Run “partnertui migrate” to make its tables, or “partnertui demo” for demo data.",
            )
        if self.state == "older":
            raise SchemaTooOld(
                f"The database is of version {self.found}, this program needs {self.needed}.",
                "Run “partnertui migrate” (make a backup first).",
            )
        if self.state == "newer":
            raise SchemaTooNew(
                f"The database is of version {self.found}, newer than this program knows ({self.needed}).",
                "Update partnertui on this host.",
            )


def schema_state(connection: Connection) -> SchemaState:
    """Reads the revision from Alembic's table."""
    needed = REVISIONS[-1]
    if not inspect(connection).has_table("alembic_version"):
        return SchemaState("empty", None, needed)
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        return SchemaState("empty", None, needed)
    if found == needed:
        return SchemaState("current", found, needed)
    return SchemaState("older" if found in REVISIONS else "newer", found, needed)
