"""Creates partitions ahead, and keeps the database's statistics and files in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from partnertui.db.cdr_partitions import MONTHS_AHEAD, calls_are_by_month, make_months
from partnertui.db.database import Database
from partnertui.db.hep.partitions import DAYS_AHEAD, make_partitions
from partnertui.db.privacy.erase import clear_old_numbers
from partnertui.domain.plurals import plural

MANY = 100_000
"""Rows after whose deletion their space is worth a hint."""


def keep_in_order(database: Database, country: str, removed: int) -> Iterator[str]:
    """Does it, and yields a line about each part; `removed` is how many rows retention deleted. Raises DatabaseError.

    `country` is the seller's, whose law says how long numbers of erased customers are kept.
    """
    yield f"Erased customers: numbers removed from {plural(clear_old_numbers(database, country), 'call')}."
    today = datetime.now(UTC).date()
    if database.dialect == "postgresql":
        database.write(lambda connection: make_partitions(connection, today, DAYS_AHEAD))
        yield f"HEP message partitions: created for the next {DAYS_AHEAD} days."
        yield from _keep_months(database, today)
        if removed >= MANY:
            yield "Many rows were removed: autovacuum will free their space; VACUUM (ANALYZE) does so immediately."
        return
    database.write(_optimize)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    yield "Statistics: up to date."
    if removed >= MANY:
        yield "Many rows were removed: the file keeps its size and reuses the space; VACUUM shrinks it."


def _keep_months(database: Database, today: date) -> Iterator[str]:
    if not database.read(calls_are_by_month):
        return
    moved = make_months(database, today)
    calls = plural(moved, "call moved into its partition", "calls moved into their partitions")
    yield f"Call partitions: created for the next {MONTHS_AHEAD} months; {calls}."


def _optimize(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA optimize")
