"""Loads calls into an SQLite file as fast as it takes them; indexes come after the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from sqlalchemy import make_url

from partnertui.db.trigrams import SQLITE_FILL
from partnertui.demo import Progress
from partnertui.demo.stream import COLUMNS, Stream

_FAST = (
    "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000",
    "PRAGMA temp_store=MEMORY", "PRAGMA threads=2",
)  # fmt: skip


def load(url: str, stream: Stream, progress: Progress) -> None:
    """All calls, then all indexes; nobody else may have the file open."""
    with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as connection:
        for pragma in _FAST:
            connection.execute(pragma)
        later = _drop(connection)
        marks = ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO cdrs ({', '.join(COLUMNS)}) VALUES ({marks})"
        connection.execute("BEGIN")
        connection.executemany(statement, _told(stream, progress))
        connection.execute("COMMIT")
        _index(connection, later, progress)
        connection.execute("PRAGMA locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


def _told(stream: Stream, progress: Progress) -> Iterator[tuple[object, ...]]:
    for done, row in enumerate(stream.rows()):
        if not done % 20_000:
            progress("calls", done, stream.total)
        yield row
    progress("calls", stream.total, stream.total)


def _drop(connection: sqlite3.Connection) -> list[str]:
    """Drops indexes and triggers of the table, and says how to make them again."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'cdrs' AND type IN ('index', 'trigger')"
        " AND sql IS NOT NULL ORDER BY type, name"
    ).fetchall()
    for kind, name, _ in found:
        connection.execute(f"DROP {kind} {name}")
    return [sql for _, _, sql in found]


def _index(connection: sqlite3.Connection, later: list[str], progress: Progress) -> None:
    """Indexes first, then the trigrams, and triggers last so that they do not see the load."""
    indexes = [sql for sql in later if not sql.startswith("CREATE TRIGGER")]
    steps = [*indexes, SQLITE_FILL, *(sql for sql in later if sql.startswith("CREATE TRIGGER")), "ANALYZE"]
    for done, sql in enumerate(steps):
        progress("indexes", done, len(steps))
        connection.execute(sql)
    progress("indexes", len(steps), len(steps))
