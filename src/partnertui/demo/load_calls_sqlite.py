"""Loads demo CDRs into SQLite as fast as possible, indexes last.

One thread generates a batch of calls while another stores the previous one, which works because SQLite releases
Python's lock during a statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, StaticPool, create_engine, make_url

from partnertui.db.cdr_index_rebuild import build_cdr_indexes, drop_cdr_indexes
from partnertui.demo.cdr_stream import CALL_COLUMNS, END_COLUMNS, INSERT_FROM_PARTS, PAIR_COLUMNS, Stream
from partnertui.demo.progress import Progress

BATCH = 200_000
_FAST = (
    "PRAGMA main.locking_mode=EXCLUSIVE",
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA threads=2",
    "PRAGMA ignore_check_constraints=ON",
    "PRAGMA mmap_size=34359738368",
    "PRAGMA cache_size=-4000",
    "PRAGMA temp_store=FILE",
)
_WIDEN = INSERT_FROM_PARTS.format(
    calls="{}.calls", join="CROSS", on_pair="", on_end="", where="WHERE p.id = c.pair AND e.id = c.ending"
)


def load(url: str, stream: Stream, progress: Progress) -> None:
    """Loads all calls, then builds all indexes; nobody else may have the file open."""
    path = make_url(url).database or ""
    folder = TemporaryDirectory(prefix=".demo-", dir=Path(path).parent)
    with folder as name, closing(_open(path)) as connection:
        for pragma in _FAST:
            connection.execute(pragma)
        with _borrowed(connection) as same:
            drop_cdr_indexes(same)
        _parts(connection, stream)
        _calls(connection, stream, Path(name), progress)
        _index(connection, progress)
        connection.execute("PRAGMA main.locking_mode=NORMAL")
        connection.execute("PRAGMA journal_mode=WAL")


def _open(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def _parts(connection: sqlite3.Connection, stream: Stream) -> None:
    for table, columns, rows in (
        ("demo_pairs", ("host", "covered", *PAIR_COLUMNS), stream.pair_rows()),
        ("demo_ends", END_COLUMNS, stream.end_rows()),
    ):
        connection.execute(f"CREATE TEMP TABLE {table} (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (len(columns) + 1))})", rows)
        connection.execute("COMMIT")


def _calls(connection: sqlite3.Connection, stream: Stream, folder: Path, progress: Progress) -> None:
    """Loads the calls through two side files in turn: one is filled while the other is stored."""
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


def _index(connection: sqlite3.Connection, progress: Progress) -> None:
    """Builds the indexes on this very connection."""
    with _borrowed(connection) as same:
        build_cdr_indexes(same, lambda done, total: progress("indexes", done, total))
    connection.execute("PRAGMA analysis_limit=1000")
    connection.execute("ANALYZE")


@contextmanager
def _borrowed(connection: sqlite3.Connection) -> Iterator[Connection]:
    """The connection as a SQLAlchemy connection in autocommit mode; it stays open afterwards."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, isolation_level="AUTOCOMMIT")
    borrowed = engine.connect()
    try:
        yield borrowed
    finally:
        borrowed.detach()
