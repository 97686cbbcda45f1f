"""Drops the CDR indexes before a bulk load and builds them again after it, the trigram index last."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateIndex

from partnertui.db.cdr_partitions import calls_are_by_month
from partnertui.db.models import Base
from partnertui.db.models.cdr_trigram_index import (
    FTS,
    POSTGRESQL_INDEXES,
    SQLITE_FILL,
    SQLITE_TRIGGERS,
)

Progress = Callable[[int, int], None]
SORT_CACHE_KIB = 4000
# SQLite sorts an index fastest in runs that fit the processor's cache, and the page cache sets their size:
# 10 million entries take 5 s with 4 MB, 9 s with 400 MB.


def drop_cdr_indexes(connection: Connection) -> None:
    """Drops all indexes of the CDR table except the primary key, and the triggers of the trigram search."""
    for name in _indexes(connection):
        connection.exec_driver_sql(f"DROP INDEX {name}")
    if connection.dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {FTS}_{name}")


def build_cdr_indexes(connection: Connection, progress: Progress = lambda done, total: None) -> None:
    """Builds the indexes again; calls `progress(done, total)` after each.

    On SQLite the connection should be in AUTOCOMMIT; journal_mode OFF makes it faster.
    """
    if connection.dialect.name == "sqlite":
        before = connection.exec_driver_sql("PRAGMA cache_size").scalar()
        connection.exec_driver_sql("PRAGMA threads=2")
        connection.exec_driver_sql(f"PRAGMA cache_size=-{SORT_CACHE_KIB}")
        steps = [*_creations(connection), f"PRAGMA cache_size={before}", *trigram_fill(), *SQLITE_TRIGGERS]
    else:
        connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '1GB'")
        steps = [*_creations(connection), *(statement for _, statement in POSTGRESQL_INDEXES)]
    for done, statement in enumerate(steps):
        connection.exec_driver_sql(statement)
        progress(done + 1, len(steps))


def trigram_fill() -> list[str]:
    """Statements that fill the trigram table. Few large segments are read faster than many small ones."""
    return [
        f"INSERT INTO {FTS}({FTS}, rank) VALUES ('hashsize', 268435456)",
        SQLITE_FILL,
        f"INSERT INTO {FTS}({FTS}, rank) VALUES ('hashsize', 1048576)",
    ]


def refresh_statistics(connection: Connection) -> None:
    """Updates PostgreSQL's statistics and enables index-only scans; to be called outside a transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("VACUUM (ANALYZE) cdrs"))


def _indexes(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE tbl_name = 'cdrs' AND type = 'index' AND sql IS NOT NULL"
    else:
        found = "SELECT indexname FROM pg_indexes WHERE tablename = 'cdrs' AND indexname NOT LIKE 'pk_%%'"
    return [str(name) for name in connection.exec_driver_sql(found).scalars()]


def _creations(connection: Connection) -> list[str]:
    dialect = connection.dialect
    wanted = [
        index
        for index in Base.metadata.tables["cdrs"].indexes
        if index._ddl_if is None or index._ddl_if.dialect == dialect.name
    ]
    made = [
        str(CreateIndex(index).compile(dialect=dialect)) for index in sorted(wanted, key=lambda index: str(index.name))
    ]
    # A unique index of a partitioned table has to contain what it is partitioned by.
    if calls_are_by_month(connection):
        made = [statement.replace("(origin)", "(origin, started_at)") for statement in made]
    return made
