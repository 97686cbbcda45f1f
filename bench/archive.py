"""Archived calls: what the screen asks of Parquet files of ten years, in milliseconds.

usage: python bench/archive.py [CALLS] [MONTHS]     (CALLS defaults to 20,000,000, MONTHS to 120)

The files are made by DuckDB with the columns that `partnertui archive` writes. Each figure is a page of 100 rows, the
count beside it where it says so, through the row source of the screen; median of five, and the slowest.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine

from partnertui.db.archive.archive_columns import ARCHIVED_CALLS, archived_calls
from partnertui.db.archive.archive_source import ArchiveSource
from partnertui.db.archive.duckdb_engine import PARQUET, execute, open_duckdb, sql_text
from partnertui.db.archive.month_files import next_month, path_of
from partnertui.db.rows.filter_criteria import Between, Criterion, Equals, Prefix, Search
from partnertui.db.rows.listing import Key, Listing, Sort, key_of
from table_print import median, show

BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
RUNS = 5
VALUES = {
    "id": "n",
    "category": "['dialled', 'received', 'missed', 'other'][1 + (hash(n) % 4)::INT]",
    "direction": "if(hash(n) % 4 = 0, 'outbound', 'inbound')",
    "customer_id": "1 + (hash(n + 1) % 500)::INT",
    "partner_id": "1 + (hash(n + 1) % 7)::INT",
    "source_number": "'4420' || lpad((hash(n + 2) % 100000000)::VARCHAR, 8, '0')",
    "destination_number": "'49' || lpad((hash(n + 3) % 1000000000)::VARCHAR, 9, '0')",
    "destination_country": "'DE'",
    "duration": "(hash(n + 4) % 900)::INT",
    "billed_seconds": "(hash(n + 4) % 900)::INT",
    "charge": "(hash(n + 4) % 900)::BIGINT * 150",
    "currency": "'EUR'",
    "disposition": "['answered', 'failed', 'busy', 'no answer'][1 + (hash(n + 5) % 4)::INT]",
    "sip_code": "[200, 404, 486, 480][1 + (hash(n + 5) % 4)::INT]",
    "call_id_a": "md5(n::VARCHAR)",
    "server": "'sbc' || (hash(n) % 3)",
    "origin": "'acc_cdrs ' || n",
    "covered_seconds": "0",
    "customer": "'Customer ' || (1 + (hash(n + 1) % 500))",
}


def make(folder: Path, calls: int, months: int) -> None:
    """Writes the files."""
    engine, month, first = open_duckdb(), BEGIN, 0
    a_month = calls // months
    with engine.connect() as copy:
        for _ in range(months):
            step = (next_month(month) - month).total_seconds() / a_month
            start = f"TIMESTAMP '{month:%Y-%m-%d}' + to_microseconds(((n - {first}) * {step * 1e6:.0f})::BIGINT)"
            columns = ", ".join(
                f'{start if column.name == "started_at" else VALUES.get(column.name, "NULL")} AS "{column.name}"'
                for column in ARCHIVED_CALLS.c
            )
            path = sql_text(str(path_of(folder, month)))
            rows = f"SELECT {columns} FROM range({first}, {first + a_month}) AS r(n)"
            execute(copy, f"COPY ({rows}) TO {path} ({PARQUET})")
            month, first = next_month(month), first + a_month
    engine.dispose()


def timed(work: Callable[[], object]) -> tuple[str, str]:
    """Median and slowest of some runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return f"{median(times):,.0f}", f"{max(times):,.0f}"


def lists(calls: int, months: int) -> list[tuple[str, Listing]]:
    """What is asked."""
    middle = BEGIN + timedelta(days=30 * months / 2)
    newest, day = Sort("started_at", True), Between("started_at", middle, middle + timedelta(days=1))
    month = Between("started_at", middle, middle + timedelta(days=30))
    asked: list[tuple[str, Sort, tuple[Criterion, ...]]] = [
        ("by time", newest, ()),
        ("a day", newest, (day,)),
        ("a month by duration", Sort("duration", True), (month,)),
        ("a month and a number prefix", newest, (month, Prefix("destination_number", "4912345"))),
        ("a customer by time", newest, (Equals("customer_id", 77),)),
        ("a number prefix in all years", newest, (Prefix("destination_number", "4912345"),)),
        ("part of a number in all years", newest, (Search(("source_number", "destination_number"), "765432"),)),
        ("by duration, all years", Sort("duration", True), ()),
    ]
    return [(name, Listing(archived_calls, sort, criteria)) for name, sort, criteria in asked]


def measure(source: ArchiveSource, connection: Connection, listing: Listing) -> tuple[str, ...]:
    """First, next and last page, and the count."""
    page = source.fetch_page(connection, listing)
    key: Key = key_of(listing, page.rows[-1])
    return (
        *timed(lambda: source.fetch_page(connection, listing)),
        timed(lambda: source.fetch_page(connection, listing, after=key))[0],
        timed(lambda: source.fetch_page(connection, listing, last=True))[0],
        timed(lambda: source.count(connection, listing))[0],
    )


def main() -> None:
    """Prints the table."""
    calls, months = ([int(word) for word in sys.argv[1:]] + [20_000_000, 120][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory(prefix="partnertui-bench-") as made:
        folder, begun = Path(made), time.perf_counter()
        make(folder, calls, months)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print(f"{months} files of {size:,.0f} MB made in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        source = ArchiveSource(folder)
        with create_engine("sqlite://").connect() as ours:  # the source asks nothing of our own database
            rows = [(name, *measure(source, ours, listing)) for name, listing in lists(calls, months)]
        head = ("list", "first page, ms", "slowest", "next", "last", "count")
        show(f"{calls:,} archived calls in {months} months", head, rows)


if __name__ == "__main__":
    main()
