"""The monthly partitions of the CDR table, where it is partitioned (PostgreSQL only).

Functions of migration 0026 make and drop them, because only the owner of a table may. Where calls are in one table,
as always on SQLite, there are no months, and nothing here does anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Date, DateTime, func, literal, select, text

from partnertui.db.database import Database
from partnertui.domain.errors import DomainError

BEFORE_CHECK = "ck_cdrs_before"
"""On a table that is being partitioned: that all calls start before the first month of its own."""
MONTHS = text(
    "WITH moved AS MATERIALIZED (SELECT priv.calls_moved_until() AS until)"  # else it is asked again for each month
    " SELECT m.begins, m.ends, moved.until AS moved_until FROM priv.cdr_months() m CROSS JOIN moved"
)
MONTHS_AHEAD = 3
"""So that sync goes on for a quarter in which nothing is maintained; then calls wait in the default partition."""


@dataclass(frozen=True)
class Span:
    """A stretch of time [begins, ends) whose calls are all in one partition; None leaves that end open."""

    begins: datetime | None
    ends: datetime | None
    is_moved: bool = False
    """Whether some of its calls may be on other servers."""


def calls_are_by_month(connection: Connection) -> bool:
    """Whether the table of calls is partitioned."""
    return connection.dialect.name == "postgresql" and bool(connection.scalar(select(func.priv.calls_are_by_month())))


def unfinished_check(connection: Connection) -> bool:
    """Whether a check is left of a table of calls that was going to be partitioned."""
    if connection.dialect.name != "postgresql":
        return False
    query = text("SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass('public.cdrs') AND conname = :name")
    return connection.scalar(query, {"name": BEFORE_CHECK}) is not None


def lock_imports(connection: Connection) -> None:
    """Where calls are in months, waits until nobody else imports calls, and keeps others off until the commit.

    No unique index can hold for an origin in all months: the start is in it, which acc and acc_cdrs of one Kamailio
    tell differently of the same call.
    """
    connection.execute(select(func.priv.lock_call_imports()))


def month_spans(connection: Connection) -> list[Span]:
    """All time, in order, as stretches of one partition each; empty where calls are in one table.

    Before, between and after the months are stretches of the default partition.
    """
    if connection.dialect.name != "postgresql":
        return []
    months = connection.execute(MONTHS).all()
    if not months:
        return []
    found, last, moved = list[Span](), months[0].begins, months[0].moved_until
    if last is not None:
        found.append(Span(None, last))
    for begins, ends, _ in months:
        if begins != last:
            found.append(Span(last, begins))
        found.append(Span(begins, ends))
        last = ends
    found.append(Span(last, None))
    return [replace(span, is_moved=bool(moved and span.ends and span.ends <= moved)) for span in found]


def months_left(connection: Connection, at: datetime) -> int:
    """How many whole months after the one of `at` have a partition."""
    found = month_spans(connection)
    return sum(span.begins is not None and span.begins > at and span.ends is not None for span in found)


def moved_until(connection: Connection) -> datetime | None:
    """Calls that start before this moment may be on other servers; None where all are here."""
    if connection.dialect.name != "postgresql":
        return None
    return connection.scalar(select(func.priv.calls_moved_until()))


def require_here(connection: Connection, since: datetime) -> None:
    """Raises DomainError if calls from `since` on are on other servers, where none is priced."""
    moved = moved_until(connection)
    if moved is not None and since < moved:
        raise DomainError(
            f"Calls before {moved:%-d %B %Y} were moved to other servers and can no longer be rated.",
            advice="Choose a later start date.",
        )


def start_of_month(day: date, later: int = 0) -> datetime:
    """The first moment (UTC) of the month so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def make_months(database: Database, today: date) -> int:
    """Makes the months ahead, and those of calls that wait in the default partition; returns how many were moved.

    A transaction a month, so that others wait for one of them at most. Raises DatabaseError.
    """
    if database.dialect != "postgresql":
        return 0
    until = start_of_month(today, MONTHS_AHEAD + 1)
    wanted = {start_of_month(today, later).date() for later in range(MONTHS_AHEAD + 1)}
    waiting = select(func.priv.waiting_cdr_months(literal(until, DateTime(timezone=True))))
    wanted |= set(database.read(lambda connection: connection.scalars(waiting).all(), deadline=600))

    def make(month: date) -> int:
        made = select(func.priv.make_cdr_month(literal(month, Date)))
        return int(database.write(lambda connection: connection.scalar(made), deadline=600) or 0)

    return sum(map(make, sorted(wanted)))


def drop_months(database: Database, before: datetime) -> int:
    """Drops the months that ended by `before`, the oldest first; returns how many calls were in them.

    Raises DatabaseError.
    """
    if database.dialect != "postgresql":
        return 0
    statement = select(func.priv.drop_cdr_month(literal(before, DateTime(timezone=True))))
    calls = 0
    while True:
        gone = database.write(lambda connection: connection.scalar(statement), deadline=600)
        if gone is None:
            return calls
        calls += int(gone)
