"""Imports 500,000 rates from a CSV file, as `partnertui import` does: seconds, memory, with history, all or nothing.

    python bench/import_rates.py [--rates 500000] [--only sqlite|postgresql]

Each database gets the import in a process of its own, whose peak memory is what is shown. SQLite is a file in a
temporary folder. PostgreSQL is a server of its own, where the import runs as an ordinary role (no superuser, no owner
of tables) under row-level security. Wanted: 60 s and 150 MB at most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, func, insert, select
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import History, OperatorAccount, PriceList, PriceListEntry
from partnertui.domain.operators import Role

WANTED_SECONDS, WANTED_MB = 60.0, 150.0


def write_rates(path: Path, count: int) -> None:
    """A file as a German carrier sends it: semicolons, decimal commas, Windows-1252, CRLF."""
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write("Vorwahl;Zielname;Preis pro Minute;Mindestdauer;Takt\r\n")
        for at in range(count):
            file.write(f"{100_000_000 + at};Zürich Ziel {at % 7000};0,{at % 9973:04};60;1\r\n")


def prepare(url: str) -> None:
    """A database with an operator and a price list."""
    database = open_database(url)
    upgrade(database)
    with database.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(insert(OperatorAccount).values(login="ann", name="Ann", role=Role.SUPPORT))
        connection.execute(insert(PriceList).values(name="Carrier", kind="calls", currency="EUR"))
    database.close()


def measured(url: str, path: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of the command."""
    command = [sys.executable, "-m", "partnertui", "--database", url, "--operator", "ann", "import", "rates", str(path)]
    start = time.perf_counter()
    child = subprocess.Popen(
        [*command, "--list", "Carrier"], cwd=path.parent, env={**os.environ, "HOME": str(path.parent)}
    )
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"the import ended with {status}")
    return seconds, used.ru_maxrss / 1024


def verify(url: str, count: int) -> None:
    """Fails unless every rate is there, with its history."""
    database = open_database(url)
    for table in (PriceListEntry, History):
        query = select(func.count()).select_from(table)
        found = database.read(partial(Connection.scalar, statement=query), deadline=60)
        if found != count:
            raise SystemExit(f"{found} of {count} rows in {table.__tablename__}")
    database.close()


@contextmanager
def databases(folder: Path, only: str) -> Iterator[dict[str, tuple[str, str]]]:
    """By name the URLs of its owner and of the operator."""
    found, cluster = dict[str, tuple[str, str]](), Cluster()
    try:
        if only in {"", "sqlite"}:
            url = f"sqlite:///{folder}/rates.db"
            prepare(url)
            found["sqlite"] = (url, url)
        if only in {"", "postgresql"}:
            cluster.start()
            url = cluster.url("postgres")
            prepare(url)
            found["postgresql"] = (url, make_login(url, "ann", "support"))
        yield found
    finally:
        cluster.stop()


def main() -> None:
    """Prints a line a database; exits with 1 where one takes too long or too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=int, default=500_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    args = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as name, databases(Path(name), args.only) as found:
        path = Path(name) / "rates.csv"
        write_rates(path, args.rates)
        for database, (owner, url) in found.items():
            seconds, megabytes = measured(url, path)
            verify(owner, args.rates)
            missed = missed or seconds > WANTED_SECONDS or megabytes > WANTED_MB
            wanted = f"wanted {WANTED_SECONDS:g} s and {WANTED_MB:g} MB"
            print(f"{database:<12}{args.rates:,} rates: {seconds:.1f} s, {megabytes:.0f} MB ({wanted})", flush=True)
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
