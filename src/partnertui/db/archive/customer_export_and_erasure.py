"""Exports a customer's archived calls, and erases them from the Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from partnertui.db.archive.archive_columns import ARCHIVED_CALLS
from partnertui.db.archive.duckdb_engine import PARQUET, execute, open_duckdb, sql_text
from partnertui.db.archive.month_files import month_files, replaced
from partnertui.db.rows.type_aliases import RowDict

PERSONAL = (
    *("customer", "user", "user_id", "ddi_id", "source_number", "source_name", "destination_number"),
    *("destination_name", "source_user_agent", "destination_user_agent", "source_ip", "destination_ip"),
    *("call_id_a", "call_id_b"),
)
"""What says who called whom; what was charged, and when, stays."""


def calls_of(folder: Path, customer_id: int) -> Iterator[RowDict]:
    """A customer's archived calls, the oldest first; raises DomainError where DuckDB isn't installed."""
    mine = select(ARCHIVED_CALLS).where(ARCHIVED_CALLS.c.customer_id == customer_id)
    engine = open_duckdb()
    try:
        with engine.connect() as copy:
            for path in month_files(folder).values():
                view = f"SELECT * FROM read_parquet({sql_text(str(path))})"
                execute(copy, f"CREATE OR REPLACE VIEW {ARCHIVED_CALLS.name} AS {view}")
                for row in copy.execute(mine.order_by(ARCHIVED_CALLS.c.started_at)).mappings():
                    yield dict(row)
    finally:
        engine.dispose()


def erase_calls(folder: Path, customer_id: int) -> int:
    """Empties the personal columns of a customer's archived calls; returns of how many. Raises DomainError, OSError."""
    engine, count = open_duckdb(), 0
    mine = f"customer_id = {customer_id:d}"  # COPY takes no parameters; `:d` refuses all but an integer
    kept = ", ".join(
        f'CASE WHEN {mine} THEN NULL ELSE "{column.name}" END AS "{column.name}"'
        if column.name in PERSONAL
        else f'"{column.name}"'
        for column in ARCHIVED_CALLS.c
    )
    still = " OR ".join(f'"{name}" IS NOT NULL' for name in PERSONAL)
    try:
        with engine.connect() as copy:
            for path in month_files(folder).values():
                source = f"read_parquet({sql_text(str(path))})"
                [(found,)] = execute(copy, f"SELECT count(*) FROM {source} WHERE {mine} AND ({still})")
                if not int(str(found)):
                    continue
                with replaced(path) as written:
                    execute(copy, f"COPY (SELECT {kept} FROM {source}) TO {sql_text(str(written))} ({PARQUET})")
                count += int(str(found))
    finally:
        engine.dispose()
    return count
