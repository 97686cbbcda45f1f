"""Checks the ledgers of 10,000 customers with 10 million lines, as `partnertui ledger check` does: seconds and memory.

    python bench/ledger.py [--lines 10000000] [--only sqlite|postgresql]

The lines are stored by time, as they come in, so that those of one customer lie far apart. One line is changed behind
the program's back, and has to be found. Wanted: 60 s and 150 MB at most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import insert, text
from tests.servers import Cluster

from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer
from table_print import show

CUSTOMERS = 10_000
WANTED_SECONDS, WANTED_MB = 60.0, 150.0
LINES = """INSERT INTO statement_entries (id, customer_id, at, sequence, kind, description, debit, credit,
  balance_before, balance_after, currency)
SELECT n, 1 + (n - 1) % {customers}, {now}, 1 + (n - 1) / {customers}, 'call', 'Call to +442079460000', 1000, 0,
  -1000 * ((n - 1) / {customers}), -1000 * (1 + (n - 1) / {customers}), 'GBP' FROM ({numbers}) AS numbers"""
NOW = {"sqlite": "1770000000000000", "postgresql": "now()"}
NUMBERS = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {count}) SELECT n FROM c",
    "postgresql": "SELECT generate_series(1, {count}) AS n",
}


def fill(url: str, kind: str, count: int) -> None:
    """A database with customers and their lines, one of which is wrong."""
    database = open_database(url)
    upgrade(database)
    party = {"country": "GB", "currency": "GBP", "credit": -1000 * (count // CUSTOMERS)}
    parties = [{"id": key, "company": f"Customer {key}", **party} for key in range(1, CUSTOMERS + 1)]
    lines = LINES.format(customers=CUSTOMERS, now=NOW[kind], numbers=NUMBERS[kind].format(count=count))
    wrong = "UPDATE statement_entries SET balance_before = balance_before - 1, balance_after = balance_after - 1"
    with database.engine.connect().execution_options(write=True) as connection, connection.begin():
        if kind == "sqlite":  # filling five indexes out of order takes ten minutes with its usual 2 MB
            connection.execute(text("PRAGMA cache_size = -1500000"))
        connection.execute(insert(Customer), parties)
        connection.execute(text(lines))
        connection.execute(text(f"{wrong} WHERE id = {count // 2}"))
    if kind == "postgresql":
        autocommit = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", write=True)
        with autocommit as connection:
            connection.execute(text("VACUUM ANALYZE statement_entries"))
    database.close()


def measured(url: str, folder: Path) -> tuple[float, float, str]:
    """Seconds, peak megabytes and the last line of the command."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "partnertui", "--database", url, "ledger", "check"],
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    said = child.stdout.read().splitlines()
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 1 or len(said) != 2:
        raise SystemExit(f"the wrong line was not found: {said[:5]}")
    return time.perf_counter() - start, used.ru_maxrss / 1024, said[-1]


def main() -> None:
    """Prints a table; exits with 1 where a check takes too long or too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    args = parser.parse_args()
    rows, missed = [], False
    for kind in (args.only,) if args.only else ("sqlite", "postgresql"):
        cluster = Cluster()
        with tempfile.TemporaryDirectory() as name:
            url = f"sqlite:///{name}/ledger.db"
            if kind == "postgresql":
                cluster.start()
                url = cluster.url("postgres")
            try:
                # in a process of its own: what it needs would count as the peak of what is started afterwards
                filling = Process(target=fill, args=(url, kind, args.lines))
                filling.start()
                filling.join()
                seconds, megabytes, words = measured(url, Path(name))
            finally:
                cluster.stop()
        missed = missed or seconds > WANTED_SECONDS or megabytes > WANTED_MB
        rows.append((kind, f"{seconds:.1f} s", f"{megabytes:.0f} MB", words))
    show("partnertui ledger check", ("database", "time", "peak memory", "outcome"), rows)
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
