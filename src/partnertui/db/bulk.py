"""Loads of very many CDRs: without indexes first, then all of them, the trigrams last.

SQLite sorts an index fastest in runs that fit the processor's cache, with a helper thread: a small page cache makes
small runs (10 million entries: 5 s with 4 MB, 9 s with 400 MB).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from partnertui.db.rows.trigrams import (
    FTS,
    POSTGRESQL_INDEXES,
    SQLITE_FILL,
    SQLITE_TRIGGERS,
)

Progress = Callable[[int, int], None]
SORT_CACHE_KIB = 4000


def drop_cdr_indexes(connection: Connection) -> None:
    """Drops all indexes of the CDR table but the primary key, and the trigrams' triggers."""
    for name in _indexes(connection):
        connection.exec_driver_sql(f"DROP INDEX {name}")
    if connection.dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {FTS}_{name}")


def build_cdr_indexes(connection: Connection, progress: Progress = lambda done, total: None) -> None:
    """Makes them again over all rows; `progress(done, total)` is told after each.

    On SQLite the connection should be in AUTOCOMMIT, and journal_mode OFF makes it faster.
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
    """Fills the trigram table in few large segments, which are read faster than many small ones."""
    return [
        f"INSERT INTO {FTS}({FTS}, rank) VALUES ('hashsize', 268435456)",
        SQLITE_FILL,
        f"INSERT INTO {FTS}({FTS}, rank) VALUES ('hashsize', 1048576)",
    ]


def refresh_statistics(connection: Connection) -> None:
    """Tells PostgreSQL's planner about the rows and makes index-only reads possible; outside a transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("VACUUM (ANALYZE) cdrs"))


def _indexes(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE tbl_name = 'cdrs' AND type = 'index' AND sql IS NOT NULL"
    else:
        found = "SELECT indexname FROM pg_indexes WHERE tablename = 'cdrs' AND indexname NOT LIKE 'pk_%%'"
    return [str(name) for name in connection.exec_driver_sql(found).scalars()]


def _creations(connection: Connection) -> list[str]:
    from sqlalchemy.schema import CreateIndex

    from partnertui.db.models import Base

    dialect = connection.dialect
    wanted = [
        index
        for index in Base.metadata.tables["cdrs"].indexes
        if index._ddl_if is None or index._ddl_if.dialect == dialect.name
    ]
    return [str(CreateIndex(index).compile(dialect=dialect)) for index in sorted(wanted, key=lambda one: str(one.name))]
