"""Expires calls by batches, as `partnertui maintain` does, beside a program that writes all the time.

    python bench/cdr_retention.py [CALLS]

Makes that many calls (1,000,000), deletes the older half, and prints rows a second, the longest transaction, and how
long the other program waited for its write. Wanted: no long wait, however many calls there are.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.maintenance.aged_row_removal import AgedRows, remove_old
from partnertui.db.migrate import upgrade
from partnertui.db.models import Cdr, ProbeRun
from partnertui.db.models.base import table_of

CALLS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
CHUNK = 20_000


def fill(database: Database) -> None:
    """Calls a second apart, with what a call has."""
    fixed = {"category": "dialled", "direction": "outbound", "disposition": "answered", "sip_code": 200}

    def add(connection: Connection, first: int) -> None:
        calls = [
            {
                **fixed,
                "started_at": BEGIN + timedelta(seconds=number),
                "customer_id": number % 1_000,
                "source_number": f"4420{number % 100_000_000:08d}",
                "destination_number": f"4930{number * 7919 % 100_000_000:08d}",
                "call_id_a": f"{number:x}@a.example",
                "duration": number % 600,
            }
            for number in range(first, min(first + CHUNK, CALLS))
        ]
        connection.execute(insert(Cdr), calls)

    for first in range(0, CALLS, CHUNK):
        database.write(partial(add, first=first), deadline=600)


def expire(database: Database) -> None:
    """Deletes the older half and prints what it took."""
    stop, waits, steps = threading.Event(), [0.0], [0.0]

    def add_run(connection: Connection) -> None:
        connection.execute(insert(ProbeRun), {"operator_id": 1, "kind": "options", "target": "x"})

    def write_all_the_time() -> None:
        while not stop.wait(0.2):
            began = time.perf_counter()
            database.write(add_run)
            waits.append(time.perf_counter() - began)

    class Timed(Database):
        def write(self, work: Callable[[Connection], Any], *, deadline: float = 60.0) -> Any:
            began = time.perf_counter()
            found = super().write(work, deadline=deadline)
            steps.append(time.perf_counter() - began)
            return found

    writer = threading.Thread(target=write_all_the_time)
    writer.start()
    began = time.perf_counter()
    rows = AgedRows(table_of(Cdr), "started_at")
    removed = remove_old(Timed(database.url, database.engine), rows, BEGIN + timedelta(seconds=CALLS // 2))
    seconds = time.perf_counter() - began
    stop.set()
    writer.join()
    print(
        f"{database.dialect}: {removed:,} of {CALLS:,} calls in {seconds:,.0f} s ({removed / seconds:,.0f}/s);"
        f" longest transaction {max(steps) * 1000:,.0f} ms; another writer waited at most {max(waits) * 1000:,.0f} ms",
        flush=True,
    )


def main() -> None:
    """Both databases."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster()
        cluster.start()
        try:
            for url in (f"sqlite:///{folder}/calls.db", cluster.url("postgres")):
                database = open_database(url)
                upgrade(database)
                fill(database)
                expire(database)
                database.close()
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
