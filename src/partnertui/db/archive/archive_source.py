"""The row source of archived calls: the files of a folder, read by DuckDB."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from partnertui.db.archive.archive_columns import ARCHIVED_CALLS
from partnertui.db.archive.duckdb_engine import execute, open_duckdb, sql_text
from partnertui.db.archive.month_files import month_files
from partnertui.db.errors import DatabaseError, QueryTimeout
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.select_source import TableSource, count_rows, counted, filtered, rows_in_order
from partnertui.db.rows.source import COUNT_CAP
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.errors import DomainError

DEADLINE = 30.0
"""Seconds; a number that no file names is looked for in all of them."""


class NarrowFirst(TableSource):
    """Finds which calls a page has by the columns that this takes, then reads the whole of those hundred alone.

    A file holds each column by itself: sorting 38 of them to show a page took four times as long.
    """

    def _read(self, connection: Connection, listing: Listing, key: Key | None, backward: bool, limit: int) -> list[Row]:
        statement, call = filtered(connection, listing), ARCHIVED_CALLS.c
        narrow = statement.with_only_columns(call.id, call.started_at, maintain_column_froms=True)
        keys = rows_in_order(connection, narrow, statement.selected_columns, listing.sort, key, backward, limit)
        found: dict[int, datetime] = {row["id"]: row["started_at"] for row in keys}
        if not found:
            return []
        times = call.started_at.between(min(found.values()), max(found.values()))  # skips the files of other months
        rows = connection.execute(listing.rows().where(call.id.in_(list(found)), times)).mappings()
        whole = {row["id"]: dict(row) for row in rows}
        return [whole[row_id] for row_id in found]


CALLS = NarrowFirst()


class ArchiveSource:
    """Pages and counts of the calls in the files of a folder. Thread-safe."""

    is_own_database = False

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._read: dict[Path, int] = {}
        """The files that the view reads, with when they were written."""

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
        """See RowSource; raises QueryTimeout after 30 seconds, and DomainError where nothing can be read."""
        with self._opened() as copy:
            return CALLS.fetch_page(copy, listing, after=after, before=before, last=last, limit=limit)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """See RowSource."""
        with self._opened() as copy:
            return counted(count_rows(copy, filtered(copy, listing), cap), cap)

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with self._lock:
            self._engine = self._engine or open_duckdb()
            with self._engine.connect() as copy:
                raw = copy.connection.driver_connection
                assert raw is not None
                # DuckDB has no time limit of its own: a query is only interrupted from another thread.
                timer = threading.Timer(DEADLINE, raw.interrupt)
                timer.daemon = True
                timer.start()
                try:
                    self._refresh(copy)
                    yield copy
                except DBAPIError as error:
                    if "interrupt" in str(error.orig).lower():
                        raise QueryTimeout(
                            f"The archive didn't respond within {DEADLINE:.0f} seconds.",
                            "Filter by a day or a month.",
                        ) from None
                    raise DatabaseError(
                        f"The archive can't be read: {str(error.orig).splitlines()[0]}", "Check its files."
                    ) from error
                finally:
                    timer.cancel()

    def _refresh(self, copy: Connection) -> None:
        """Makes the view of all files anew where a file came, went or was written again."""
        if self._folder is None:
            raise DomainError("No archive is configured.", advice="Set archive.folder in the settings.")
        files = list(month_files(self._folder).values())
        if not files:
            raise DomainError(
                f"There are no archived calls in {self._folder}.", advice="“partnertui archive” creates them."
            )
        found = {path: path.stat().st_mtime_ns for path in files}
        if found != self._read:
            names = ", ".join(sql_text(str(path)) for path in files)
            columns = ", ".join(f'"{column.name}"' for column in ARCHIVED_CALLS.c)
            # By name, because older files lack the columns that came since: they are NULL there.
            view = f"SELECT {columns} FROM read_parquet([{names}], union_by_name = true)"
            execute(copy, f"CREATE OR REPLACE VIEW {ARCHIVED_CALLS.name} AS {view}")
            copy.commit()
            self._read = found
