"""The days that are kept of `hep_messages`: partitions on PostgreSQL, rows by time on SQLite."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, delete, text

from partnertui.db.models import HepMessage

TABLE = "hep_messages"
_PARTITION = re.compile(TABLE + r"_(\d{8})")
DAY_US = 86_400_000_000


def start_of(day: date) -> int:
    """Microseconds since 1970 at which a day begins in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def make_partitions(connection: Connection, today: date) -> None:
    """Makes the partitions from yesterday to tomorrow, so that no message ever waits for one."""
    if connection.dialect.name != "postgresql":
        return
    # around midnight messages of yesterday still arrive, and tomorrow's begin before we look again
    for day in (today + timedelta(days=offset) for offset in (-1, 0, 1)):
        begin = start_of(day)
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {TABLE}_{day:%Y%m%d} PARTITION OF {TABLE}"
                f" FOR VALUES FROM ({begin}) TO ({begin + DAY_US})"
            )
        )


def drop_old(connection: Connection, today: date, keep_days: int) -> int:
    """Deletes what is older than `keep_days` days; returns how many partitions or rows."""
    oldest = today - timedelta(days=keep_days)
    if connection.dialect.name != "postgresql":
        return connection.execute(delete(HepMessage).where(HepMessage.time_us < start_of(oldest))).rowcount
    names = connection.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:name AS regclass)"),
        {"name": TABLE},
    ).scalars()
    old = [name for name in names if (match := _PARTITION.search(name)) and match[1] < oldest.strftime("%Y%m%d")]
    for name in old:
        # at once, and without the dead rows that a DELETE leaves to VACUUM
        connection.execute(text(f"DROP TABLE {name}"))
    return len(old)
