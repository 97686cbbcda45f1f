"""The way to Kamailio's tables: in our database, in a file attached to it, or on another server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, make_url

from partnertui.db.engine import Database, open_database
from partnertui.db.kamailio import attach
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.kamailio.versions import require

T = TypeVar("T")


class Switch(Protocol):
    """The settings of Kamailio."""

    @property
    def url(self) -> str: ...
    @property
    def schema(self) -> str: ...
    @property
    def timezone(self) -> str: ...


class Reach:
    """Runs work where Kamailio's tables are; each call gets a connection to our database."""

    def __init__(self, database_url: str, kamailio_url: str = "", schema: str = "", zone: str = "") -> None:
        self.file = ""
        self.foreign: Database | None = None
        self._known: set[str] = set()
        if kamailio_url and kamailio_url != database_url:
            ours, theirs = make_url(database_url), make_url(kamailio_url)
            if ours.get_backend_name() == theirs.get_backend_name() == "sqlite":
                self.file = theirs.database or ""
                schema = attach.ALIAS
            else:
                self.foreign = open_database(kamailio_url, read_only=True)
        self.place: Tables = tables(schema or None, zone)

    def read(self, connection: Connection, work: Callable[[Connection], T], table: str) -> T:
        """Runs work on the connection that sees Kamailio's tables; raises DomainError if `table` is not as known."""
        if self.foreign is not None:
            return self.foreign.read(lambda there: work(self.fitting(there, table)))
        self.attach(connection)
        return work(self.fitting(connection, table))

    def attach(self, connection: Connection) -> None:
        """Makes Kamailio's own file readable beside our tables."""
        if self.file:
            attach.attach(connection, self.file)

    def fitting(self, there: Connection, table: str) -> Connection:
        """The connection, once it is known that the table is there, and of the version that is read here."""
        if table not in self._known:
            require(there, table, schema=self.place.location.schema)
            self._known.add(table)
        return there

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        if self.foreign is not None:
            self.foreign.close()
