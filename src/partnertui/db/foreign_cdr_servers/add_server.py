"""Adds a foreign server to which CDRs of past months can be moved."""

from __future__ import annotations

import re
from contextlib import closing

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from partnertui.db.database import Database, open_database
from partnertui.db.database_url import parse_url
from partnertui.db.database_url_logins import used_password
from partnertui.db.foreign_cdr_servers.catalog import PREFIX, cdr_servers, require_owner
from partnertui.db.schema_statement_runner import run_statement
from partnertui.domain.errors import DomainError

NAME = re.compile("[a-z][a-z0-9_]{0,30}")
WRAPPER = text(
    "SELECT has_foreign_data_wrapper_privilege(w.oid, 'USAGE') FROM pg_foreign_data_wrapper w"
    " WHERE w.fdwname = 'postgres_fdw'"
)
SERVER = text(
    "SELECT format('CREATE SERVER %I FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L,"
    " connect_timeout ''5'', keepalives_idle ''10'', keepalives_interval ''5'', keepalives_count ''3'',"
    " fetch_size ''200'', batch_size ''500'')', CAST(:name AS text), CAST(:host AS text), CAST(:port AS text),"
    " CAST(:database AS text))"
)
"""Within 5 seconds it is known that a server is away; a page has 100 rows, so 200 at once are enough."""
MAPPING = text(
    "SELECT format('CREATE USER MAPPING FOR PUBLIC SERVER %I OPTIONS (user %L, password %L)', CAST(:name AS text),"
    " CAST(:user AS text), CAST(:password AS text))"
)
"""For everybody: what an operator may see is decided here, by the policies of the table of calls. The catalog shows
the password to the owner alone, and nobody else may use the server for tables of their own."""


def add_server(database: Database, name: str, url: str, password: str) -> None:
    """Tries a server and notes it; its tables are made when a month is moved.

    `url` is that of an empty database there, with a login that owns it. Raises DomainError, DatabaseError.
    """
    if not NAME.fullmatch(name):
        raise DomainError(
            f"“{name}” isn't a valid server name.",
            advice="Begin with a lower-case letter, and use at most 31 lower-case letters, digits and underscores.",
        )
    parsed = parse_url(url)
    if parsed.get_backend_name() not in {"postgresql", "postgres"} or not parsed.database or not parsed.username:
        raise DomainError(
            "The server's URL isn't complete.", advice="Use the format postgresql://login@host:5432/database."
        )
    database.read(lambda connection: _require_free(connection, name))
    with closing(open_database(url, password=password)) as remote:
        remote.write(_try)
    given = parsed.query.get("host", ())
    host = parsed.host or (given if isinstance(given, str) else ",".join(given)) or "localhost"
    values = {"name": PREFIX + name, "host": host, "port": str(parsed.port or 5432), "database": parsed.database}
    login = {"name": PREFIX + name, "user": parsed.username, "password": password or parsed.password or ""}

    def work(connection: Connection) -> None:
        for statement, given in ((SERVER, values), (MAPPING, login)):
            run_statement(connection, str(connection.scalar(statement, given)))

    database.write(work)


def _require_free(connection: Connection, name: str) -> None:
    require_owner(connection)
    if connection.scalar(WRAPPER) is not True:
        raise DomainError(
            "This database can't reach other servers yet.",
            advice="As a superuser: CREATE EXTENSION postgres_fdw; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw"
            " TO the tables' owner.",
        )
    if any(server.name == name for server in cdr_servers(connection)):
        raise DomainError(f"There is already a server “{name}”.", advice="See “partnertui servers list”.")


def _try(remote: Connection) -> None:
    if not used_password(remote):
        raise DomainError(
            "The server doesn't require a password.",
            advice="Require one (scram-sha-256) in its pg_hba.conf: PostgreSQL doesn't let operators connect without"
            " one.",
        )
    allowed = text("SELECT has_database_privilege(current_database(), 'CREATE')")
    if not remote.scalar(allowed):
        raise DomainError(
            "The login isn't allowed to create schemas there.", advice="Make the login the owner of the database."
        )
    try:
        remote.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except SQLAlchemyError as error:
        raise DomainError("The server lacks the pg_trgm extension.", advice="Install postgresql-contrib.") from error
