"""Adds 10,000 DDIs in one unit of work, with their history, and says how long that takes on each database.

    python bench/ddis.py [--url postgresql://…] [--rounds 5] [--stock 200000]

SQLite is measured in a temporary folder, PostgreSQL in the (empty, migrated) database of `--url`. `--stock` numbers of
other customers are there before, so that clashes are looked for among them. Wanted: 3 s at most.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import func, insert, select

from partnertui.db.database import Database, open_database
from partnertui.db.ddis import add_ddis
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer, Ddi, History, OperatorAccount
from partnertui.domain.ddis import Addition
from partnertui.domain.number_ranges import MAX_NUMBERS, NumberRange, read_range
from partnertui.domain.operators import Operator, Role

ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)
WANTED = 3.0


def prepared(database: Database, stock: int) -> int:
    """Fills the database; returns the ID of the customer that gets the numbers."""
    with database.engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(insert(OperatorAccount), [{"id": 1, "login": "ann", "name": "Ann", "role": ANN.role}])
        people = [{"company": name, "country": "DE", "currency": "EUR"} for name in ("Acme", "Other")]
        connection.execute(insert(Customer), people)
        mine, other = connection.execute(select(Customer.id).order_by(Customer.id)).scalars()
        for start in range(0, stock, MAX_NUMBERS):
            rows = [
                {"number": str(498900000000 + at), "country": "DE", "state": "active", "customer_id": other}
                for at in range(start, min(start + MAX_NUMBERS, stock))
            ]
            connection.execute(insert(Ddi), rows)
    return int(mine)


def ranges(rounds: int) -> Iterator[NumberRange]:
    """A fresh block of 10,000 numbers of Berlin for each round."""
    return (read_range(f"+49302{block:02}[0000-9999]") for block in range(rounds))


def measured(database: Database, customer: int, numbers: NumberRange) -> float:
    """Seconds from the save to the commit."""
    addition = Addition(numbers, "DE", billing_starts_at=datetime.now(UTC))
    start = time.perf_counter()
    ids = commit_once(database, ANN, new_key(), lambda unit: add_ddis(unit, customer, addition))
    seconds = time.perf_counter() - start
    history = select(func.count()).select_from(History).where(History.object_table == "ddis")
    told = database.read(
        lambda connection: connection.execute(history.where(History.object_id.in_(ids[:100]))).scalar()
    )
    if len(ids) != len(numbers) or told != 100:
        raise SystemExit(f"{len(ids)} numbers, {told} of 100 with history")
    return seconds


def main() -> None:
    """Prints a line a database; exits with 1 where one is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stock", type=int, default=200_000)
    args = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        for url in filter(None, (f"sqlite:///{folder}/ddis.db", args.url)):
            database = open_database(url)
            upgrade(database)
            customer = prepared(database, args.stock)
            times = [measured(database, customer, numbers) for numbers in ranges(args.rounds)]
            slow = slow or max(times) > WANTED
            shown = f"median {statistics.median(times):.2f} s, slowest {max(times):.2f} s, wanted {WANTED:g} s"
            print(f"{database.dialect:<12}{MAX_NUMBERS:,} DDIs among {args.stock:,}: {shown}", flush=True)
            database.close()
    sys.exit(int(slow))


if __name__ == "__main__":
    main()
