"""Replaces the unique indexes over all months by one per month, as foreign tables require."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, text

from partnertui.db.database import Database
from partnertui.db.schema_statement_runner import LOCK_TIMEOUT, run_outside_transaction
from partnertui.domain.errors import DomainError

PARTS = text("""
    SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.cdrs'::regclass AND c.relkind = 'r' ORDER BY 1""")
UNIQUE = text("""
    SELECT c.relname AS name, n.conname AS of_constraint FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_catalog.pg_constraint n ON n.conindid = i.indexrelid
    WHERE i.indrelid = 'public.cdrs'::regclass AND i.indisunique""")


def keep_unique_by_month(database: Database) -> None:
    """Builds the months' own indexes beside readers and writers, then drops those over all months, if there are any.

    Raises DatabaseError, and DomainError if a month was made meanwhile. Killed, it begins again.
    """
    if not database.read(lambda connection: connection.execute(UNIQUE).all()):
        return
    parts = database.read(lambda connection: list(connection.scalars(PARTS)))
    for part in parts:
        for name, columns in ((f"{part}_own_key", "(id, started_at)"), (f"{part}_own_origin", "(origin, started_at)")):
            where = " WHERE origin IS NOT NULL" if "origin" in name else ""
            # A concurrent build that was broken off leaves an invalid index of this name.
            run_outside_transaction(database, f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}")
            made = f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON public.{part} {columns}{where}"
            run_outside_transaction(database, made)
    database.write(partial(_exchange, parts=parts), deadline=600)


def _exchange(connection: Connection, parts: list[str]) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    connection.exec_driver_sql("LOCK TABLE public.cdrs IN ACCESS EXCLUSIVE MODE")
    if list(connection.scalars(PARTS)) != parts:
        raise DomainError("A month was added in the meantime.", advice="Run the command again.")
    for index in connection.execute(UNIQUE).all():
        if index.of_constraint is None:
            connection.exec_driver_sql(f"DROP INDEX public.{index.name}")
        else:
            connection.exec_driver_sql(f"ALTER TABLE public.cdrs DROP CONSTRAINT {index.of_constraint}")
    for part in parts:
        # Takes the index that is there: building one under this lock would keep everybody waiting.
        key = f"ADD CONSTRAINT pk_{part} PRIMARY KEY USING INDEX {part}_own_key"
        connection.exec_driver_sql(f"ALTER TABLE public.{part} {key}")
