"""Keeps PostgreSQL's planner to the indexes: every query here has one, and reading all calls is never the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

_TABLES = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
_SORTS = ("enable_sort", "enable_bitmapscan")


def by_index(connection: Connection) -> AbstractContextManager[None]:
    """While inside, whole tables are neither read nor hashed; afterwards the planner is free again."""
    return _without(connection, _TABLES)


def in_order(connection: Connection) -> AbstractContextManager[None]:
    """While inside, rows come in the order of an index rather than being sorted: the planner cannot know that the
    first hundred are found at once."""
    return _without(connection, _SORTS)


@contextmanager
def _without(connection: Connection, ways: tuple[str, ...]) -> Iterator[None]:
    if connection.dialect.name != "postgresql":
        yield
        return
    _set(connection, ways, "off")
    yield
    _set(connection, ways, "on")  # not after an error: the transaction is over then, and the settings with it


def _set(connection: Connection, ways: tuple[str, ...], how: str) -> None:
    connection.exec_driver_sql("SELECT " + ", ".join(f"set_config('{way}', '{how}', true)" for way in ways))
