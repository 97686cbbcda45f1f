"""SQLite through the standard library: WAL, foreign keys, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.selectable import FromClause

from partnertui.atomic_files import PRIVATE
from partnertui.db.errors import DatabaseNotFound

CACHE_KIB = 2048
"""Page cache per connection; small, because the operating system caches the file too."""
BULK_CACHE_KIB, BULK_CHECKPOINT_PAGES = 262_144, 40_000
"""The 35 indexes of a million calls have 600 MB of pages, which a batch changes all over."""
BUSY_MS = 5000


class HintCompiler(SQLiteCompiler):
    """Writes the hints of `Select.with_hint`, such as `INDEXED BY`, which SQLAlchemy ignores for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """See SQLCompiler."""
        return text


def make_engine(url: URL, read_only: bool) -> Engine:
    """An engine that opens the file on first use; a missing file is created, unless `read_only`."""
    path = url.database or ""
    first: list[tuple[int, int]] = []
    """Device and inode of the file that was opened first: another one, or none, is not our database any more."""

    def connect() -> sqlite3.Connection:
        if not path or path == ":memory:":
            return _open(":memory:", read_only)
        if not Path(path).exists() and (read_only or not Path(path).parent.is_dir()):
            raise DatabaseNotFound("There is no database file at the configured path.", "Check the path and folder.")
        if first:
            _require_same(Path(path), first[0])
        else:
            _make_private(Path(path))
        opened = _open(f"file:{quote(path)}{'?mode=ro' if read_only else ''}", read_only)
        first[:] = [_identity(Path(path))]
        return opened

    engine = create_engine(
        # connections are used by one thread at a time, but not always by the same one
        "sqlite://",
        creator=connect,
        # This URL means a database in memory, for which SQLAlchemy would take one connection a thread.
        poolclass=QueuePool,
        pool_size=3,
        max_overflow=6,
        hide_parameters=True,
    )
    engine.dialect.statement_compiler = HintCompiler
    event.listen(engine, "begin", _begin)
    if path and path != ":memory:":
        event.listen(engine, "begin", lambda connection: _require_same(Path(path), first[0]))
    return engine


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _require_same(path: Path, first: tuple[int, int]) -> None:
    """Raises DatabaseNotFound if the file was removed or replaced: what is written now would be lost."""
    if not path.exists() or _identity(path) != first:
        raise DatabaseNotFound(
            "The database file was removed or replaced while partnertui was running.",
            "Restore it, then restart partnertui.",
        )


def _make_private(path: Path) -> None:
    """Creates a missing file for its owner alone, whatever the umask; SQLite gives the WAL the same permissions."""
    with suppress(FileExistsError, OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE))


def _open(uri: str, read_only: bool) -> sqlite3.Connection:
    # isolation_level=None: the module would open and end transactions by itself
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False, isolation_level=None)
    pragmas = [f"cache_size=-{CACHE_KIB}", "foreign_keys=ON", f"busy_timeout={BUSY_MS}", "temp_store=MEMORY"]
    if not read_only:
        # WAL: readers go on while somebody writes.
        # The page size first: in WAL mode it can't be changed any more.
        pragmas += ["page_size=8192", "journal_mode=WAL", "synchronous=FULL"]  # NORMAL loses commits at a power cut
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        # a file that may only be read keeps the journal mode it has
        if "readonly" not in str(error):
            connection.close()
            raise
    return connection


def widen_cache(connection: Connection) -> None:
    """For bulk imports: pages that a batch changes stay in memory, and get into the file every few batches."""
    connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KIB}")
    connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={BULK_CHECKPOINT_PAGES}")


def _begin(connection: Connection) -> None:
    # a writer locks at once: upgrading a read lock later can fail with the work half done
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def replace_undecodable(connection: sqlite3.Connection) -> None:
    """From now on, bytes that aren't UTF-8 are read as U+FFFD instead of failing the query."""
    connection.text_factory = _decode


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def stop(connection: sqlite3.Connection) -> None:
    """Interrupts what the connection is running."""
    connection.interrupt()


def kill(connection: sqlite3.Connection) -> None:
    """No-op: an interrupt always arrives."""
