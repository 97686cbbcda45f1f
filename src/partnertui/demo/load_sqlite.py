"""Loads calls into an SQLite file as fast as it takes them; indexes come after the rows.

While one thread makes the next calls, the other stores the last ones: SQLite lets go of Python during a statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from partnertui.db.trigrams import SQLITE_FILL
from partnertui.demo import Progress
from partnertui.demo.stream import CALL_COLUMNS, END_COLUMNS, INSERT_FROM_PARTS, PAIR_COLUMNS, Stream

BATCH = 200_000
_FAST = (
    "PRAGMA main.locking_mode=EXCLUSIVE", "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA threads=2",
    "PRAGMA ignore_check_constraints=ON", "PRAGMA mmap_size=34359738368",
    # The sorter sorts as much at a time as the page cache may hold: what fits into the processor's cache is fastest.
    "PRAGMA cache_size=-4000", "PRAGMA temp_store=FILE",
)  # fmt: skip
_WIDEN = INSERT_FROM_PARTS.format(
    calls="{}.calls", join="CROSS", on_pair="", on_end="", where="WHERE p.id = c.pair AND e.id = c.ending"
)


def load(url: str, stream: Stream, progress: Progress) -> None:
    """All calls, then all indexes; nobody else may have the file open."""
    path = make_url(url).database or ""
    folder = TemporaryDirectory(prefix=".demo-", dir=Path(path).parent)
    with folder as name, closing(_open(path)) as connection:
        for pragma in _FAST:
            connection.execute(pragma)
        later = _drop(connection)
        _parts(connection, stream)
        _calls(connection, stream, Path(name), progress)
        _index(connection, later, progress)
        connection.execute("PRAGMA main.locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


def _open(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def _parts(connection: sqlite3.Connection, stream: Stream) -> None:
    for table, columns, rows in (
        ("demo_pairs", ("host", *PAIR_COLUMNS), stream.pair_rows()),
        ("demo_ends", END_COLUMNS, stream.end_rows()),
    ):
        connection.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (len(columns) + 1))})", rows)
        connection.execute("COMMIT")


def _calls(connection: sqlite3.Connection, stream: Stream, folder: Path, progress: Progress) -> None:
    """Batches go through two side files in turn: one is being filled while the other is stored."""
    names = ("even", "odd")
    fillers = [_side(folder / f"{name}.db") for name in names]
    for name in names:
        connection.execute(f"ATTACH ? AS {name}", (str(folder / f"{name}.db"),))
        connection.execute(f"PRAGMA {name}.locking_mode=NORMAL")
    calls, done, turn = stream.calls(), 0, 0
    with ThreadPoolExecutor(1) as pool:
        made = _fill(fillers[0], islice(calls, BATCH))
        while made:
            progress("calls", done, stream.total)
            storing = pool.submit(connection.execute, _WIDEN.format(names[turn]))
            turn, done = 1 - turn, done + made
            made = _fill(fillers[turn], islice(calls, BATCH))
            storing.result()
    progress("calls", done, stream.total)
    for name, filler in zip(names, fillers, strict=True):
        filler.close()
        connection.execute(f"DETACH {name}")


def _side(path: Path) -> sqlite3.Connection:
    connection = _open(path)
    for pragma in ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF"):
        connection.execute(pragma)
    connection.execute(f"CREATE TABLE calls (id INTEGER PRIMARY KEY, {', '.join(CALL_COLUMNS[1:])})")
    return connection


def _fill(connection: sqlite3.Connection, calls: Iterable[tuple[object, ...]]) -> int:
    connection.execute("BEGIN")
    connection.execute("DELETE FROM calls")
    made = connection.executemany("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)", calls).rowcount
    connection.execute("COMMIT")
    return made


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
