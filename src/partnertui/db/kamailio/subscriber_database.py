"""Opens the database with Kamailio's `subscriber` table: ours, an SQLite file, or another server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from partnertui.db.database import Database, open_database
from partnertui.db.database_url import parse_url
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.sqlite_file_writer import write_to_file
from partnertui.db.kamailio.subscriber_tables import VERSIONS, SwitchTables, switch_tables
from partnertui.db.kamailio.table_versions import KamailioUnavailable, require

if TYPE_CHECKING:
    from partnertui.config.settings import Kamailio

T = TypeVar("T")
SECONDS = 5.0
"""Longest transaction on the switch's database."""


class Switch:
    """Runs work on Kamailio's tables `subscriber` and `dbaliases`, each in a transaction of its own."""

    def __init__(self, ours: Database, url: str = "", schema: str = "", realm: str = "") -> None:
        self.realm = realm
        self.tables: SwitchTables = switch_tables(schema or None)
        self._schema = schema
        self._is_ours = not url or url == ours.url
        is_file = not self._is_ours and parse_url(url).get_backend_name() == "sqlite"
        self._file = (parse_url(url).database or "") if is_file else ""
        # Writes to a file go by write_to_file(), which holds its lock as briefly as it can.
        self._database = ours if self._is_ours else open_database(url, read_only=bool(self._file))
        self._is_checked = False

    def realm_of(self, domain: str) -> str:
        """The realm that phones of a domain are challenged with."""
        return self.realm or domain

    def write(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` and commits it. Raises KamailioUnavailable if a table is missing, DatabaseError."""
        with _named():
            if self._file:
                return write_to_file(self._file, lambda connection: work(self._checked(connection)))
            return self._database.write(lambda connection: work(self._checked(connection)), deadline=SECONDS)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` without writing. Raises KamailioUnavailable if a table is missing, DatabaseError."""
        with _named():
            return self._database.read(lambda connection: work(self._checked(connection)))

    def close(self) -> None:
        """Closes the connections that aren't ours."""
        if not self._is_ours:
            self._database.close()

    def _checked(self, connection: Connection) -> Connection:
        if not self._is_checked:
            require(connection, *VERSIONS, schema=self._schema, needed=VERSIONS)
            self._is_checked = True
        return connection


@contextmanager
def _named() -> Iterator[None]:
    """Says which database an error is about: agents take "the database" for ours."""
    try:
        yield
    except KamailioUnavailable:
        raise
    except DatabaseError as error:
        text = str(error)
        raise DatabaseError(f"Kamailio's database: {text[:1].lower()}{text[1:]}", "Check kamailio.url.") from error


def open_switch(ours: Database, kamailio: Kamailio) -> Switch:
    """The switch as the settings name it; the caller closes it."""
    return Switch(ours, kamailio.url, kamailio.schema, kamailio.realm)
