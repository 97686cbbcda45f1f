"""Deletes or clears rows past their retention time, oldest first, in short transactions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Table, delete, func, select, update

from partnertui.db.database import Database
from partnertui.db.rows.type_aliases import Expression
from partnertui.db.secure_deletion import overwrite_deleted

BATCH = {"sqlite": 250, "postgresql": 2_000}
"""Rows of a transaction: calls have 36 indexes, of which SQLite takes some 1.4 ms a row, while nobody else writes."""
PAUSE_SECONDS = 0.15
"""SQLite's other writers look for the lock every 100 ms at most: without a pause they would hardly get it."""


@dataclass(frozen=True)
class AgedRows:
    """Rows whose time is long ago. `clear` empties columns instead of deleting the row."""

    table: Table
    order: str
    """The column by which they go, the oldest first: their time, unless `is_old` says where that is."""
    clear: Mapping[str, object] = field(default_factory=dict)
    also: Callable[[], Expression] | None = None
    """What else has to hold."""
    is_old: Callable[[datetime], Expression] | None = None

    def older(self, before: datetime) -> Expression:
        """The condition for what is too old."""
        old: Expression = self.table.c[self.order] < before if self.is_old is None else self.is_old(before)
        return old if self.also is None else old & self.also()


@dataclass(frozen=True)
class _Step:
    removed: int
    last: datetime | int | None
    """The time or ID up to which all are gone."""


def count_old(connection: Connection, rows: AgedRows, before: datetime) -> int:
    """How many rows are too old."""
    return connection.scalar(select(func.count()).select_from(rows.table).where(rows.older(before))) or 0


def remove_old(database: Database, rows: AgedRows, before: datetime) -> int:
    """Deletes or empties what is too old; returns how many rows. Killed at any time, it has done whole batches.

    Raises DatabaseError.
    """
    removed = 0
    last: datetime | int | None = None
    while True:
        step = database.write(partial(_remove, rows=rows, before=before, since=last))
        removed, last = removed + step.removed, step.last
        if step.removed < BATCH[database.dialect]:
            return removed
        if database.dialect == "sqlite":
            time.sleep(PAUSE_SECONDS)


def _remove(connection: Connection, rows: AgedRows, before: datetime, since: datetime | int | None) -> _Step:
    at = rows.table.c[rows.order]
    query = select(rows.table.c.id, at.label("at")).where(rows.older(before))
    if since is not None:  # what is gone stays in PostgreSQL's index until VACUUM: it needn't be passed again
        query = query.where(at >= since)
    overwrite_deleted(connection)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)  # two runs at a time share the work
    found = connection.execute(query.order_by(at, rows.table.c.id).limit(BATCH[connection.dialect.name])).all()
    if not found:
        return _Step(0, since)
    which = rows.table.c.id.in_([row.id for row in found])
    if rows.clear:
        connection.execute(update(rows.table).where(which).values(dict(rows.clear)))
    else:
        connection.execute(delete(rows.table).where(which))
    return _Step(len(found), found[-1].at)
