"""Keeps PostgreSQL's planner to the indexes: every query here has one, and reading all calls is never the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_WAYS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")


@contextmanager
def by_index(connection: Connection) -> Iterator[None]:
    """While inside, whole tables are neither read nor hashed; afterwards the planner is free again."""
    if connection.dialect.name != "postgresql":
        yield
        return
    _set(connection, "off")
    yield
    _set(connection, "on")  # not after an error: the transaction is over then, and the settings with it


def _set(connection: Connection, how: str) -> None:
    connection.exec_driver_sql("SELECT " + ", ".join(f"set_config('{way}', '{how}', true)" for way in _WAYS))
