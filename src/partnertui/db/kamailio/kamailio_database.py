"""Opens Kamailio's tables: in our database, in an attached SQLite file, or on another server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import Connection

from partnertui.db.database import Database, open_database
from partnertui.db.database_url import parse_url
from partnertui.db.kamailio import attached_file
from partnertui.db.kamailio.table_versions import require
from partnertui.db.kamailio.tables import Tables, tables

if TYPE_CHECKING:
    from partnertui.config import Settings

T = TypeVar("T")


class KamailioSettings(Protocol):
    """The settings of Kamailio that this package needs."""

    @property
    def url(self) -> str: ...
    @property
    def schema(self) -> str: ...
    @property
    def timezone(self) -> str: ...


class KamailioDatabase:
    """Runs work where Kamailio's tables are; each call gets a connection to our database."""

    def __init__(self, database_url: str, kamailio_url: str = "", schema: str = "", zone: str = "") -> None:
        self.attached_path = ""
        """Kamailio's SQLite file, if both databases are SQLite files."""
        self.server: Database | None = None
        """Kamailio's database, if it can't be read on our connections."""
        self._checked: set[str] = set()
        if kamailio_url and kamailio_url != database_url:
            ours, kamailio = parse_url(database_url), parse_url(kamailio_url)
            if ours.get_backend_name() == kamailio.get_backend_name() == "sqlite":
                self.attached_path = kamailio.database or ""
                schema = attached_file.SCHEMA
            else:
                self.server = open_database(kamailio_url, read_only=True)
        self.tables: Tables = tables(schema or None, zone)

    def read(self, connection: Connection, work: Callable[[Connection], T], table: str) -> T:
        """Runs `work` on a connection that sees Kamailio's tables.

        Raises KamailioUnavailable if `table` is missing or of another version, DatabaseError if it can't be read.
        """
        if self.server is not None:
            return self.server.read(lambda kamailio: work(self.checked(kamailio, table)))
        self.attach(connection)
        return work(self.checked(connection, table))

    def attach(self, connection: Connection) -> None:
        """Makes Kamailio's own SQLite file readable on a connection of ours; no-op for other databases."""
        if self.attached_path:
            attached_file.attach(connection, self.attached_path)

    def checked(self, connection: Connection, table: str) -> Connection:
        """The connection, after checking once that `table` is there in the version we read."""
        if table not in self._checked:
            require(connection, table, schema=self.tables.location.schema)
            self._checked.add(table)
        return connection

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        if self.server is not None:
            self.server.close()


def open_kamailio(settings: Settings) -> KamailioDatabase:
    """Kamailio's database as the settings name it; the caller closes it."""
    switch = settings.kamailio
    return KamailioDatabase(settings.database_url, switch.url, switch.schema, switch.timezone)
