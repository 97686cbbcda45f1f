"""A detailed invoice with many calls, by `partnertui invoice ID --detailed -o FILE`, the program's start included.

    python bench/invoice.py [CALLS] [ROUNDS]

Made-up data of a small demo on SQLite and PostgreSQL, with the calls of one customer added to the period of an invoice.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers import Cluster

from partnertui.db.database import open_database
from partnertui.db.models import Cdr, Transaction, TransactionItem, User
from partnertui.demo import build

CALLS, ROUNDS, BATCH = 10_000, 5, 2_000


def add_calls(url: str, count: int) -> int:
    """The ID of a transaction of a period with that many calls more."""
    database = open_database(url)
    rng = random.Random(1)

    def work(connection: Connection) -> int:
        item = connection.execute(
            select(Transaction.id, Transaction.customer_id, Transaction.currency, TransactionItem.period_from)
            .join(TransactionItem, TransactionItem.transaction_id == Transaction.id)
            .where(Transaction.invoice_number.is_not(None), TransactionItem.period_from.is_not(None))
            .order_by(Transaction.id)
        ).first()
        assert item is not None
        users = list(connection.scalars(select(User.id).where(User.customer_id == item.customer_id)))
        rows = [
            {
                "started_at": item.period_from + timedelta(seconds=rng.randrange(86_400, 86_400 * 25)),
                "category": "dialled",
                "direction": "outbound",
                "customer_id": item.customer_id,
                "user_id": rng.choice(users),
                "destination_number": f"49{rng.randrange(10**9):010d}",
                "prefix_name": f"Destination {rng.randrange(60)}",
                "billed_seconds": rng.randrange(1, 3600),
                "charge": rng.randrange(1, 400_000),
                "currency": item.currency,
                "disposition": "answered",
            }
            for _ in range(count)
        ]
        for start in range(0, count, BATCH):
            connection.execute(insert(Cdr), rows[start : start + BATCH])
        return int(item.id)

    found = database.write(work)
    database.close()
    return found


def measured(url: str, transaction_id: int, path: Path) -> tuple[float, float]:
    """Seconds of the whole command, and those of processor time."""
    words = ["--database", url, "--operator", "ann", "invoice", str(transaction_id), "--detailed", "-o", str(path)]
    begun, used = time.monotonic(), processor_seconds()
    subprocess.run([sys.executable, "-m", "partnertui", *words], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun, processor_seconds() - used


def processor_seconds() -> float:
    """Processor time of all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Prints a line a database."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    cluster = Cluster()
    try:
        cluster.start()
        with tempfile.TemporaryDirectory() as folder:
            for url in (f"sqlite:///{folder}/bench.db", cluster.url("postgres")):
                build(url, customers=6, cdrs=1000, seed=1)
                transaction_id = add_calls(url, calls)
                path = Path(folder) / "invoice.pdf"
                found = [measured(url, transaction_id, path) for _ in range(rounds)]
                seconds, used = ([entry[index] for entry in found] for index in (0, 1))
                name, size = url.partition(":")[0], path.stat().st_size
                print(
                    f"{name}: {calls:,} calls, {size / 1e6:.1f} MB: median {statistics.median(seconds):.2f} s, "
                    f"slowest {max(seconds):.2f} s of {rounds}, processor {statistics.median(used):.2f} s"
                )
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
