"""Settings that make PostgreSQL's planner use the CDR indexes instead of scanning the table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

# Switched off they are very dear, not forbidden: what no index serves is still read.
_TABLE_READS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
_SORTS = ("enable_sort", "enable_bitmapscan")


def by_index(connection: Connection) -> AbstractContextManager[None]:
    """Inside, whole tables are neither read nor hashed; no-op on SQLite."""
    return _without(connection, _TABLE_READS)


def in_order(connection: Connection) -> AbstractContextManager[None]:
    """Inside, rows are read in the order of an index rather than sorted; no-op on SQLite."""
    # the planner can't know that the first hundred rows are found at once
    return _without(connection, _SORTS)


@contextmanager
def _without(connection: Connection, settings: tuple[str, ...]) -> Iterator[None]:
    if connection.dialect.name != "postgresql":
        yield
        return
    # local to the transaction (the `true` of set_config), so a pooled connection keeps nothing of it
    _set(connection, settings, "off")
    yield
    _set(connection, settings, "on")  # not after an error: the transaction is over then, and its settings with it


def _set(connection: Connection, settings: tuple[str, ...], value: str) -> None:
    connection.exec_driver_sql("SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name in settings))
