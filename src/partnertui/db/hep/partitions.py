"""The daily partitions of `hep_messages` on PostgreSQL, and its rows by time on SQLite."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Date, delete, func, literal, select, text

from partnertui.db.models import HepMessage

TABLE = "hep_messages"
_PARTITION = re.compile(TABLE + r"_(\d{8})")
DAYS_AHEAD = 7
"""What `partnertui maintain` makes, so that partnertui hep goes on for a week in which nothing is maintained."""


def start_of(day: date) -> int:
    """Microseconds since 1970 at which a day begins in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def make_partitions(connection: Connection, today: date, ahead: int = 1) -> None:
    """Makes the partitions from yesterday to some days ahead, so that no message ever waits for one."""
    if connection.dialect.name != "postgresql":
        return
    # around midnight messages of yesterday still arrive, and tomorrow's begin before we look again
    for day in (today + timedelta(days=offset) for offset in range(-1, ahead + 1)):
        connection.execute(select(func.priv.make_hep_partition(literal(day, Date))))


def drop_old(connection: Connection, today: date, keep_days: int) -> int:
    """Deletes what is older than `keep_days` days; returns how many partitions or rows."""
    oldest = today - timedelta(days=keep_days)
    if connection.dialect.name != "postgresql":
        return connection.execute(delete(HepMessage).where(HepMessage.time_us < start_of(oldest))).rowcount
    # at once, and without the dead rows that a DELETE leaves to VACUUM
    return int(connection.scalar(select(func.priv.drop_hep_partitions(literal(oldest, Date)))) or 0)


def old_partitions(connection: Connection, today: date, keep_days: int) -> int:
    """How many partitions or rows `drop_old` would delete."""
    oldest = today - timedelta(days=keep_days)
    if connection.dialect.name == "postgresql":
        return len(_partitions_before(connection, oldest))
    rows = select(func.count()).select_from(HepMessage).where(HepMessage.time_us < start_of(oldest))
    return connection.scalar(rows) or 0


def _partitions_before(connection: Connection, oldest: date) -> list[str]:
    names = connection.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:name AS regclass)"),
        {"name": TABLE},
    ).scalars()
    return [name for name in names if (match := _PARTITION.search(name)) and match[1] < oldest.strftime("%Y%m%d")]
