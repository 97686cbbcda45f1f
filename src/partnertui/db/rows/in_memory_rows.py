"""Row source of a list held in memory: small tables of another server, or rows that are in no table.

They go into a private SQLite table, so that sorting, filtering and paging work as in every other list.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from sqlalchemy import Connection, Table, create_engine, delete
from sqlalchemy.pool import StaticPool

from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.select_source import TABLE
from partnertui.db.rows.source import COUNT_CAP
from partnertui.db.rows.type_aliases import Row

MAX_AGE = 1.0
"""Seconds after which a first page or a count reads the rows again."""
Reader = Callable[[Connection], Iterable[Row]]


class Snapshot:
    """A row source over `read`, which gets a connection to our database and returns all rows. Thread-safe."""

    is_own_database = False

    def __init__(self, table: Table, read: Reader) -> None:
        self.table, self._read = table, read
        # Every new connection to sqlite:// would be an empty database; several threads use the one, in turn.
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        table.metadata.create_all(self._engine, tables=[table])

    def fetch_page(
        self,
        connection: Connection,
        listing: Listing,
        *,
        after: Key | None = None,
        before: Key | None = None,
        last: bool = False,
        limit: int = 100,
    ) -> PageOfRows:
        """See RowSource; a first or last page reads the rows again once they are MAX_AGE old."""
        with self._lock, self._engine.begin() as copy:
            if after is None and before is None:
                self._renew(connection, copy)
            return TABLE.fetch_page(copy, listing, after=after, before=before, last=last, limit=limit)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """See RowSource; always exact, since all rows are in memory."""
        with self._lock, self._engine.begin() as copy:
            self._renew(connection, copy)
            return TABLE.count(copy, listing, cap=None)

    def _renew(self, connection: Connection, copy: Connection) -> None:
        if time.monotonic() - self._read_at < MAX_AGE:
            return
        rows = [dict(row) for row in self._read(connection)]
        copy.execute(delete(self.table))
        if rows:
            copy.execute(self.table.insert(), rows)
        self._read_at = time.monotonic()
