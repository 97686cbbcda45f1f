"""Rows that are read whole and listed from memory: small tables elsewhere, or what is no table at all.

They are put into a private SQLite table, so that sorting, filtering and paging are those of every other list.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from sqlalchemy import Connection, Table, create_engine, delete, select
from sqlalchemy.pool import StaticPool

from partnertui.db.rows import listing as lists
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.types import Query, Row

FRESH = 1.0
"""Seconds that rows are good for where a list is read anew."""
Reader = Callable[[Connection], Iterable[Row]]


class Snapshot:
    """A row source in the shape of `db/listing.py`; `read` gets a connection to our database and returns all rows."""

    def __init__(self, table: Table, read: Reader) -> None:
        self.table, self._read = table, read
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        self._lock = threading.Lock()
        self._made = float("-inf")
        table.metadata.create_all(self._engine, tables=[table])

    def rows(self) -> Query:
        """All columns of the table."""
        return select(self.table)

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
        """As `listing.fetch_page`; a first page reads the rows anew."""
        with self._lock, self._engine.begin() as copy:
            if after is None and before is None:
                self._renew(connection, copy)
            return lists.fetch_page(copy, listing, after=after, before=before, last=last, limit=limit)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = 10_001) -> Count:
        """As `listing.count`, and always exact: the rows are in memory, and what their IDs are tells no number."""
        with self._lock, self._engine.begin() as copy:
            self._renew(connection, copy)
            return lists.count(copy, listing, cap=None)

    def _renew(self, connection: Connection, copy: Connection) -> None:
        if time.monotonic() - self._made < FRESH:
            return
        rows = [dict(row) for row in self._read(connection)]
        copy.execute(delete(self.table))
        if rows:
            copy.execute(self.table.insert(), rows)
        self._made = time.monotonic()
