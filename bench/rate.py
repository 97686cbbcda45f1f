"""Imports and charges a million finished calls of Kamailio, and says how many a second on each database.

    python bench/rate.py [--url postgresql://…] [--calls 1000000] [--customers 200] [--numbers 200000] [--profile]

Kamailio's acc_cdrs is an SQLite file in a temporary folder, with as many different numbers called as `--numbers` says.
Ours is SQLite in the same folder, and the (empty) database of `--url`. A tenth of the calls wasn't answered, a fifth is
covered by minutes as long as there are any, one in a thousand has no price. Afterwards every ledger must add up to the
customer's credit. Wanted: 5,000 calls a second on a machine that does nothing
else. The processor's time is that of this process, without PostgreSQL's server.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, func, insert, select

from partnertui.db.database import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import Cdr, Customer, CustomerPriceList, PriceList, PriceListEntry, StatementEntry, User
from partnertui.db.sync import sync
from partnertui.demo.provider_catalogue import DESTINATIONS
from partnertui.domain.price_list_enums import PriceListKind, PriceListSlot

WANTED = 5_000
USERS = 5
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = 2_000


def make_calls(path: Path, count: int, customers: int, numbers: int) -> None:
    """The table as Kamailio's SQLite driver writes it."""
    random = Random(1)
    prefixes = [prefix for prefix, *_ in DESTINATIONS]
    called = [random.choice(prefixes) + str(random.randrange(10**8, 10**9)) for _ in range(numbers)]
    called += [f"88213{random.randrange(10**6, 10**7)}" for _ in range(max(1, numbers // 1000))]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE acc_cdrs (id INTEGER PRIMARY KEY, start_time TIMESTAMP, end_time TIMESTAMP, duration REAL, "
            "callid VARCHAR(255), src_user VARCHAR(255), src_domain VARCHAR(255), dst_user VARCHAR(255), "
            "src_ip VARCHAR(255))"
        )
        started, step = BEGIN.timestamp() / 86400 + 2440587.5, 90 / count
        for first in range(0, count, 50_000):
            rows = []
            for key in range(first, min(first + 50_000, count)):
                customer, user = random.randrange(customers), random.randrange(USERS)
                seconds = 0.0 if random.random() < 0.1 else random.expovariate(1 / 180) + 0.6
                begun = started + key * step
                rows.append(
                    (
                        begun,
                        begun + seconds / 86400,
                        seconds,
                        f"{random.getrandbits(64):016x}@198.51.100.7",
                        f"u{customer}x{user}",
                        f"c{customer}.example.net",
                        random.choice(called),
                        "198.51.100.7",
                    )
                )
            connection.executemany(
                "INSERT INTO acc_cdrs (start_time, end_time, duration, callid, src_user, src_domain, dst_user, src_ip) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        connection.commit()


def make_customers(connection: Connection, customers: int) -> None:
    """Customers with users, one price list for all, and minutes."""
    connection.execute(insert(PriceList), [{"id": 1, "name": "Calls", "kind": PriceListKind.CALLS, "currency": "EUR"}])
    prices = [
        {
            "price_list_id": 1,
            "name": name,
            "prefix": prefix,
            "per_minute": round(pence * 11_500),
            "per_call": 10_000 if pence > 5 else 0,
            "first_seconds": 60 if pence > 3 else 1,
            "step_seconds": 60 if pence > 3 else 1,
            "unlimited": unlimited and prefix in {"44", "1", "33"},
        }
        for prefix, _, name, pence, unlimited in DESTINATIONS
    ]
    connection.execute(insert(PriceListEntry), prices)
    rows = [
        {"id": at + 1, "company": f"Customer {at}", "country": "GB", "currency": "EUR", "credit": 0}
        | {"unlimited_minutes_left": MINUTES, "sip_domain": f"c{at}.example.net", "time_zone": "Europe/London"}
        for at in range(customers)
    ]
    connection.execute(insert(Customer), rows)
    lists = [
        {"customer_id": at + 1, "slot": PriceListSlot.OUTBOUND_CALLS, "price_list_id": 1} for at in range(customers)
    ]
    connection.execute(insert(CustomerPriceList), lists)
    users = [
        {
            "customer_id": at + 1,
            "name": f"User {user}",
            "email": f"u{user}@c{at}.example.net",
            "extension": f"{100 + user}",
        }
        | {"sip_username": f"u{at}x{user}", "sip_domain": f"c{at}.example.net"}
        for at in range(customers)
        for user in range(USERS)
    ]
    connection.execute(insert(User), users)


def measured(database: Database, calls: Path, count: int, customers: int) -> float:
    """Calls a second from an empty database; says how they were rated. Exits where a ledger doesn't add up."""
    gc.set_threshold(50_000, 20, 100)  # as the command does
    upgrade(database)
    database.write(lambda connection: make_customers(connection, customers))
    begun, last = time.perf_counter(), [time.perf_counter(), 0.0]

    def tell(source: str, rows: int) -> None:
        if sys.stderr.isatty() or rows - last[1] >= 100_000:
            now = time.perf_counter()
            print(f"  {rows:>9,} rows, {(rows - last[1]) / (now - last[0]):>7,.0f} a second", file=sys.stderr)
            last[:] = [now, rows]

    with closing(open_database(f"sqlite:///{calls}", read_only=True)) as kamailio:
        report = sync(database, kamailio=kamailio, timezone="UTC", country="GB", progress=tell)
    seconds = time.perf_counter() - begun
    wrong = database.read(lambda connection: checked(connection), deadline=600)
    if wrong or report.imported != count or report.bad:
        raise SystemExit(f"{report.imported:,} imported, {report.bad:,} bad, {wrong} ledgers don't add up")
    states = select(Cdr.rating, func.count()).group_by(Cdr.rating).order_by(Cdr.rating)
    found = database.read(lambda connection: connection.execute(states).all(), deadline=600)
    print("  " + ", ".join(f"{state or 'none'} {number:,}" for state, number in found), flush=True)
    return count / seconds


def checked(connection: Connection) -> int:
    """Customers whose credit isn't the sum of their ledger, or whose calls cost something else."""
    moved = func.sum(StatementEntry.credit - StatementEntry.debit)
    lines = select(StatementEntry.customer_id, moved.label("sum")).group_by(StatementEntry.customer_id).subquery()
    calls = select(Cdr.customer_id, func.sum(Cdr.charge).label("sum")).group_by(Cdr.customer_id).subquery()
    query = (
        select(func.count())
        .select_from(Customer)
        .outerjoin(lines, lines.c.customer_id == Customer.id)
        .outerjoin(calls, calls.c.customer_id == Customer.id)
        .where((Customer.credit != func.coalesce(lines.c.sum, 0)) | (Customer.credit != -func.coalesce(calls.c.sum, 0)))
    )
    return int(connection.scalar(query) or 0)


def main() -> None:
    """Prints a line a database; exits with 1 where one is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="")
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--numbers", type=int, default=200_000)
    parser.add_argument("--profile", action="store_true", help="say where the time of this process goes")
    parser.add_argument("--only-url", action="store_true", help="leave SQLite out")
    args = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        calls = Path(folder) / "kamailio.db"
        make_calls(calls, args.calls, args.customers, args.numbers)
        urls = (args.url,) if args.only_url else (f"sqlite:///{folder}/rate.db", args.url)
        for url in filter(None, urls):
            with closing(open_database(url)) as database:
                profile = cProfile.Profile()
                if args.profile:
                    profile.enable()
                before = time.process_time()
                rate = measured(database, calls, args.calls, args.customers)
                profile.disable()
                slow = slow or rate < WANTED
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                spent = (time.process_time() - before) / args.calls * 1e6
                shown = (
                    f"{rate:,.0f} calls a second, wanted {WANTED:,}; processor {spent:.0f} µs a call; peak {peak} MB"
                )
                print(f"{database.dialect:<12}{shown}", flush=True)
                if args.profile:
                    pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    sys.exit(int(slow))


if __name__ == "__main__":
    main()
