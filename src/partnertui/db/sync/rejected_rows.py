"""The list of rows that couldn't be imported: each once, with its reason, until a later run imports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, or_, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.sql.dml import ReturningInsert

from partnertui.db.models import RejectedRow
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import SourceRow, clean
from partnertui.db.upsert import insert_into

REFUSALS = (IntegrityError, DataError, OverflowError, UnicodeEncodeError)
"""What a database or its driver raises for the values of one row; other errors concern all rows."""
LABELS = {"ck_cdrs_seconds": "its duration is negative"}
"""Constraints in words."""
KEYS_PER_QUERY = 500


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
        for keys in _chunks([row.key for row in imported]):
            connection.execute(delete(RejectedRow).where(RejectedRow.source == source, RejectedRow.row_key.in_(keys)))
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


def insert_each(
    connection: Connection, statement: ReturningInsert[str | None], rows: Sequence[RowDict]
) -> tuple[set[str], dict[str, str]]:
    """Inserts CDRs; returns the origins written, and why by the origin of each that the database refuses."""
    try:
        with connection.begin_nested():
            return {str(origin) for origin in connection.scalars(statement, list(rows))}, {}
    except REFUSALS:
        pass  # one of them is bad: one by one
    written: set[str] = set()
    refused: dict[str, str] = {}
    for row in rows:
        try:
            with connection.begin_nested():
                written |= {str(origin) for origin in connection.scalars(statement, [row])}
        except REFUSALS as error:
            refused[str(row["origin"])] = reason_of(error)
    return written, refused


def reason_of(error: Exception) -> str:
    """Why the database refuses a row, without the row itself."""
    original = str(getattr(error, "orig", error)).splitlines()
    said = clean(original[0])[:200] if original else type(error).__name__
    return next((words for name, words in LABELS.items() if name in said), f"the database refuses it: {said}")


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), KEYS_PER_QUERY):
        yield keys[start : start + KEYS_PER_QUERY]
