"""Checks that Kamailio's tables exist in the versions that this program reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, select

from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.tables import VERSIONS, tables


class KamailioUnavailable(DatabaseError):
    """The database has no Kamailio tables, or of another version."""


@dataclass(frozen=True)
class TableVersion:
    """A table's version; `found` is None if it doesn't exist."""

    table: str
    found: int | None
    needed: int

    @property
    def is_supported(self) -> bool:
        """Whether this program can read it."""
        return self.found == self.needed

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.table} is missing (version {self.needed} is required)"
        if self.is_supported:
            return f"{self.table} {self.found}"
        return f"{self.table} has version {self.found}; this program reads version {self.needed}"


def check_versions(
    connection: Connection, schema: str | None = None, needed: Mapping[str, int] = VERSIONS
) -> tuple[TableVersion, ...]:
    """Each needed table with its version; raises KamailioUnavailable if even the table `version` is missing."""
    version = tables(schema or None).version
    if not inspect(connection).has_table("version", schema=schema or None):
        raise KamailioUnavailable(
            "The database has no Kamailio tables.",
            "Point kamailio.url (and kamailio.schema) to them, or create them with kamdbctl create.",
        )
    rows = connection.execute(select(version.c.table_name, version.c.table_version)).all()
    found: dict[str, int] = {str(name): int(number) for name, number in rows}
    return tuple(TableVersion(name, found.get(name), number) for name, number in needed.items())


def require(
    connection: Connection, *names: str, schema: str | None = None, needed: Mapping[str, int] = VERSIONS
) -> None:
    """Raises KamailioUnavailable unless these tables exist in the versions that this program reads."""
    for table in check_versions(connection, schema, needed):
        if table.table in names and not table.is_supported:
            raise KamailioUnavailable(
                f"Kamailio table {table}.", "Run kamdbctl on the Kamailio host that writes to it, or update partnertui."
            )
