"""Opens DuckDB, which is an optional dependency, for a site that has an archive."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import StaticPool

from partnertui.domain.errors import DomainError

MEMORY = "1GB"
SETTINGS = (
    f"SET memory_limit = '{MEMORY}'",
    "SET autoinstall_known_extensions = false",  # it would fetch code from the network
    "SET autoload_known_extensions = false",
    "SET TimeZone = 'UTC'",
    "SET lock_configuration = true",  # last: nothing can be set after it
)


PARQUET = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
"""How files are written: into the one that was made for its owner alone."""


def open_duckdb() -> Engine:
    """An engine of a database in memory; raises DomainError where DuckDB isn't installed."""
    try:
        # A database in memory belongs to the connection that made it, so there is one alone.
        engine = create_engine("duckdb:///:memory:", poolclass=StaticPool)
    except (NoSuchModuleError, ImportError):
        raise DomainError(
            "The archive needs DuckDB, which isn't installed.", advice="Install it: pip install 'partnertui[archive]'"
        ) from None
    event.listen(engine, "connect", _configure)
    return engine


def _configure(raw: DBAPIConnection, record: object) -> None:
    cursor = raw.cursor()
    for statement in SETTINGS:
        cursor.execute(statement)
    cursor.close()


def sql_text(value: str) -> str:
    """A text as SQL writes it, for the statements that take no parameters."""
    return "'" + value.replace("'", "''") + "'"


def execute(connection: Connection, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement that isn't a select of SQLAlchemy's."""
    return [tuple(row) for row in connection.exec_driver_sql(statement).fetchall()]
