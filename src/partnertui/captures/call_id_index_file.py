"""Opens the SQLite file of the capture index, recreates it if it is damaged, and reports errors as sentences."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from partnertui.domain.errors import DomainError

# Raised with each change of schema.sql: an index with another number is made anew.
VERSION = 7
ATTEMPTS = 100
"""Times a tenth of a second that another program's making of the index is waited for."""
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
SETTLED_NS = 2_000_000_000
"""How long ago a file was last changed when it was read, at least, to be told by its ctime."""
BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def settled_ns(changed_ns: int) -> int:
    """The ctime of a file; 0 for one that changed just now: two contents may have it within a tick of the clock."""
    return changed_ns if time.time_ns() - changed_ns > SETTLED_NS else 0


class IndexUnusable(DomainError):
    """The index cannot be used. `busy`: another program is writing to it."""

    def __init__(self, error: sqlite3.Error, path: Path) -> None:
        # The lowest byte is the primary code; above it stand extended ones, such as SQLITE_IOERR_WRITE.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        self.busy, self.broken = code in BUSY, code in BROKEN
        if self.busy:
            words, advice = "another program is writing to it.", "Try again in a moment."
        elif self.broken:
            words, advice = "it was damaged and has been deleted.", "Try again: it will be rebuilt."
        elif code == sqlite3.SQLITE_FULL:
            words, advice = "there isn't enough disk space.", f"Free some space in {path.parent}."
        elif code == sqlite3.SQLITE_IOERR:
            words, advice = "the disk is full or failing.", f"Check the disk, and the free space in {path.parent}."
        elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            words, advice = (
                "it can't be written.",
                f"Check the permissions of {path}, or delete it: it will be rebuilt.",
            )
        else:
            words, advice = f"{error}.", f"Delete {path}: it will be rebuilt."
        super().__init__(f"The capture index can't be used: {words}", advice=advice)


class Connection(sqlite3.Connection):
    """What SQLite says is wrong becomes a sentence; a file that turns out to be broken is removed."""

    path: Path

    def execute(self, *words: Any) -> Rows:  # type: ignore[override]
        """As SQLite's; all rows are read before it returns, so that nothing can be wrong later."""
        try:
            cursor = super().execute(*words)
            return Rows(cursor.fetchall(), cursor.lastrowid or 0)
        except sqlite3.DatabaseError as error:
            raise self.trouble(error) from error

    def stream(self, *words: Any) -> Iterator[Any]:
        """The same for more rows than should be in memory."""
        try:
            yield from super().execute(*words)
        except sqlite3.DatabaseError as error:
            raise self.trouble(error) from error

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:  # type: ignore[override]
        """As SQLite's."""
        try:
            super().executemany(statement, rows)
        except sqlite3.DatabaseError as error:
            raise self.trouble(error) from error

    def trouble(self, error: sqlite3.Error) -> IndexUnusable:
        """What is wrong, in a sentence."""
        found = IndexUnusable(error, self.path)
        if found.broken:
            remove(self.path)
        return found


class Rows(list[Any]):
    """The rows of an answer."""

    def __init__(self, rows: Iterable[Any], last: int) -> None:
        super().__init__(rows)
        self.lastrowid = last

    def fetchone(self) -> Any:
        """The first; None where there is none."""
        return self[0] if self else None

    def fetchall(self) -> list[Any]:
        """All of them."""
        return self


def remove(path: Path) -> None:
    """Throws the index away; whoever has it open still sees the old one."""
    # A write-ahead log that stays behind would be taken for that of the next file.
    for tail in ("", "-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def opened(path: Path) -> Connection:
    """Opens the file; while somebody else makes it, waits; what is no index, or a broken one, is thrown away."""
    for _ in range(ATTEMPTS):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return _prepared(path)
        except IndexUnusable as trouble:
            if not (trouble.busy or trouble.broken):
                raise
            last = trouble
            time.sleep(0.1 if trouble.busy else 0)
        except OSError as error:
            words = f"The capture index can't be created: {error.strerror}."
            raise DomainError(words, advice=f"Check the permissions of {path.parent}.") from None
    raise last


def _prepared(path: Path) -> Connection:
    try:
        # No transactions of the module's own: they begin deferred, and one that reads before it writes fails at once
        # where another program has written meanwhile, whatever the timeout. BEGIN IMMEDIATE waits.
        connection = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False, factory=Connection)
    except sqlite3.DatabaseError as error:
        raise IndexUnusable(error, path) from error
    connection.path = path
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            # Before BEGIN: the journal mode can't be changed inside a transaction.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            # Read again under the lock: another program may have built it meanwhile.
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                _build(connection)
            connection.execute("COMMIT")
        # It is a cache: what a power cut damages is deleted and built anew.
        connection.execute("PRAGMA synchronous = OFF")
    except IndexUnusable:
        connection.close()
        raise
    return connection


def _build(connection: Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE IF EXISTS "{name}"')
    for statement in (Path(__file__).parent / "schema.sql").read_text().split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
