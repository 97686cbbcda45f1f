"""Whether Kamailio's tables are there, and of the versions that this program reads."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, select

from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.tables import VERSIONS, tables


class KamailioUnavailable(DatabaseError):
    """The database has no tables of Kamailio's."""


@dataclass(frozen=True)
class TableVersion:
    """A table of Kamailio's; `found` is None where it is not there."""

    table: str
    found: int | None
    needed: int

    @property
    def fits(self) -> bool:
        """Whether it can be read as it is."""
        return self.found == self.needed

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.table} is missing (version {self.needed} is needed)"
        if self.fits:
            return f"{self.table} {self.found}"
        return f"{self.table} is of version {self.found}, this program reads {self.needed}"


def check_versions(connection: Connection, schema: str | None = None) -> tuple[TableVersion, ...]:
    """Each table with its version; raises NoKamailio where there is not even the table `version`."""
    version = tables(schema or None).version
    if not inspect(connection).has_table("version", schema=schema or None):
        raise KamailioUnavailable(
            "The database has no tables of Kamailio.",
            "Set kamailio.url (and kamailio.schema) to where Kamailio keeps them, or make them with kamdbctl create.",
        )
    rows = connection.execute(select(version.c.table_name, version.c.table_version)).all()
    found: dict[str, int] = {str(name): int(number) for name, number in rows}
    return tuple(TableVersion(name, found.get(name), needed) for name, needed in VERSIONS.items())


def require(connection: Connection, *names: str, schema: str | None = None) -> None:
    """Raises NoKamailio unless these tables are there and fit."""
    for table in check_versions(connection, schema):
        if table.table in names and not table.fits:
            raise KamailioUnavailable(
                f"Kamailio's table {table}.", "Run kamdbctl with the Kamailio that writes there, or update partnertui."
            )
