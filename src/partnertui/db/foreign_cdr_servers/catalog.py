"""Reads from PostgreSQL's catalog which foreign servers there are, and which months of which partners they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import URL, Connection, text

from partnertui.db.cdr_partitions import calls_are_by_month
from partnertui.db.connected_operator import owns_tables
from partnertui.domain.errors import DomainError

PREFIX = "calls_"
"""Of their names in the catalog: a database may use other servers for other things."""
# Owner 0 of a user mapping stands for PUBLIC.
SERVERS = text("""
    SELECT s.srvname AS name, s.srvoptions AS server, m.umoptions AS login FROM pg_catalog.pg_foreign_server s
    LEFT JOIN pg_catalog.pg_user_mappings m ON m.srvid = s.oid AND m.umuser = 0
    WHERE s.srvname LIKE 'calls\\_%' ORDER BY s.srvname""")
MOVED = text("""
    SELECT p.relname AS month, pg_get_expr(c.relpartbound, c.oid) AS partners, c.relname AS part
    FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
    JOIN pg_catalog.pg_class c ON c.oid = f.ftrelid JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
    JOIN pg_catalog.pg_class p ON p.oid = i.inhparent WHERE s.srvname = :server ORDER BY p.relname""")


@dataclass(frozen=True)
class CdrServer:
    """A server as it was added."""

    name: str
    host: str
    port: str
    database: str
    user: str
    password: str

    @property
    def url(self) -> str:
        """For a connection of our own to it."""
        socket = self.host.startswith("/")
        made = URL.create(
            "postgresql",
            username=self.user,
            password=self.password,
            host=None if socket else self.host,
            port=int(self.port),
            database=self.database,
            query={"host": self.host} if socket else {},
        )
        return made.render_as_string(hide_password=False)


@dataclass(frozen=True)
class MovedMonth:
    """A month's calls of some partners on a server."""

    month: str
    """The name of its partition, such as cdrs_2026_03."""
    partners: tuple[int, ...]
    part: str
    """The foreign table that stands for them."""


def cdr_servers(connection: Connection) -> list[CdrServer]:
    """The servers by name, as the owner of the tables sees them; others don't get the password."""
    return [_server(row.name, _options(row.server), _options(row.login)) for row in connection.execute(SERVERS)]


def _server(name: str, server: dict[str, str], login: dict[str, str]) -> CdrServer:
    return CdrServer(
        name.removeprefix(PREFIX),
        server.get("host", ""),
        server.get("port", "5432"),
        server.get("dbname", ""),
        login.get("user", ""),
        login.get("password", ""),
    )


def _options(given: Sequence[str] | None) -> dict[str, str]:
    return dict(option.split("=", 1) for option in given or ())


def moved_months(connection: Connection, server: CdrServer) -> list[MovedMonth]:
    """What is on a server, the oldest month first."""
    found = connection.execute(MOVED, {"server": PREFIX + server.name})
    return [MovedMonth(row.month, _partners(row.partners), row.part) for row in found]


def _partners(bounds: str) -> tuple[int, ...]:
    """Those of `FOR VALUES IN ('3', '5')`."""
    listed = bounds.partition("(")[2].rpartition(")")[0]
    return tuple(int(value.strip(" '")) for value in listed.split(","))


def require_owner(connection: Connection) -> None:
    """Raises DomainError unless calls are in months and the connection is that of the tables' owner."""
    if not calls_are_by_month(connection):
        raise DomainError(
            "The calls aren't partitioned by month, so no month can be moved.",
            advice="Run “partnertui maintain --partition-calls” first (PostgreSQL).",
        )
    if not owns_tables(connection):
        raise DomainError(
            "Only the owner of the tables can do this.", advice="Use the same login as for “partnertui migrate”."
        )
