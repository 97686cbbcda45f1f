"""The list of rows that couldn't be imported: each once, with its reason, until a later run imports it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy.exc import DataError, IntegrityError

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import RejectedRow
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.sync.switch_call import SourceRow, clean
from partnertui.db.upsert import insert_into

REFUSALS = (IntegrityError, DataError, OverflowError, UnicodeEncodeError)
"""What a database or its driver raises for the values of one row; other errors concern all rows."""
LABELS = {"ck_cdrs_seconds": "its duration is negative"}
"""Constraints in words."""


@dataclass(frozen=True)
class Rejected:
    """A row of a source, and why it isn't a CDR."""

    row: SourceRow
    reason: str


def store(
    connection: Connection, source: str, rejected: Sequence[Rejected], imported: Sequence[SourceRow]
) -> list[Rejected]:
    """Stores what was rejected and forgets what was imported after all; returns those that weren't listed before."""
    query = select(func.count()).select_from(RejectedRow).where(RejectedRow.source == source)
    if imported and connection.scalar(query):
        keys = is_in(connection, RejectedRow.row_key, [row.key for row in imported])
        connection.execute(delete(RejectedRow).where(RejectedRow.source == source, keys))
    return [found for found in rejected if _is_new(connection, source, found)]


def _is_new(connection: Connection, source: str, rejected: Rejected) -> bool:
    now, row = datetime.now(UTC), rejected.row
    values = {"source": source, "row_key": row.key, "reason": rejected.reason, "content": row.content}
    statement = insert_into(connection, RejectedRow).values(**values, rejected_at=now)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["source", "row_key"],
        set_={"reason": new.reason, "content": new.content, "rejected_at": now},
        # rows shortly before the position are read again by every run
        where=or_(RejectedRow.reason != new.reason, RejectedRow.content != new.content),
    )
    return connection.execute(statement.returning(RejectedRow.id)).first() is not None


def refused_rows(
    connection: Connection, insert: Callable[[Sequence[RowDict]], object], rows: Sequence[RowDict]
) -> dict[str, str]:
    """Why the database refuses CDRs, by their origins; stores none of them. Halves them until it knows which."""
    try:
        with connection.begin_nested() as savepoint:
            insert(rows)
            savepoint.rollback()
    except REFUSALS as error:
        if len(rows) == 1:
            return {str(rows[0]["origin"]): reason_of(error)}
        middle = len(rows) // 2
        return refused_rows(connection, insert, rows[:middle]) | refused_rows(connection, insert, rows[middle:])
    return {}


def reason_of(error: Exception) -> str:
    """Why the database refuses a row, without the row itself."""
    original = str(getattr(error, "orig", error)).splitlines()
    said = clean(original[0])[:200] if original else type(error).__name__
    return next((words for name, words in LABELS.items() if name in said), f"the database rejected it ({said})")
