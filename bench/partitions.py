"""CDRs in a table partitioned by month: what the list's queries cost there, loading, and dropping a month.

usage: python bench/partitions.py URL [--rows 2000000] [--months 24]     (URL of an empty PostgreSQL database)

Partitions an empty table as `partnertui maintain --partition-calls` does, loads each month apart (as many at once as
there are processors), builds its indexes and attaches it, and asks what the screen asks. `--months 0` leaves the table
whole, to compare. Figures of queries are milliseconds in the database layer: median of seven, and the worst. `--loaded`
asks a database that an earlier run has filled.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

from sqlalchemy import Connection, insert, text

from partnertui.db.cdr_index_rebuild import build_cdr_indexes, drop_cdr_indexes, refresh_statistics
from partnertui.db.cdr_partitions import drop_months, start_of_month
from partnertui.db.database import Database, open_database
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer, OperatorAccount, Partner
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Between, Criterion, Equals, Prefix
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.domain.call_enums import CallDirection, Disposition, HungUpBy, LegCategory
from partnertui.domain.operators import Role
from partnertui.domain.rating.rating_state import RatingState
from partnertui.screens.cdr.queries import cdrs
from table_print import median, show

RUNS = 7
CUSTOMERS = 200
DAY = 24 * 3600.0
END = datetime(2026, 11, 1, tzinfo=UTC)
Task = Callable[[Connection], object]
SORT_MEMORY = "32MB"
"""For building an index: what fits in a processor's cache is sorted faster than what fits in 1 GB."""
INDEXES = (
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'cdrs' AND indexname <> 'pk_cdrs'"
)
COPIED = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS"
CALLS = """
WITH words AS (
  SELECT cast(:categories AS text[]) AS categories, cast(:directions AS text[]) AS directions,
    cast(:dispositions AS text[]) AS dispositions, cast(:hung_up AS text[]) AS hung_up
), drawn AS (
  SELECT n, cast(:begin AS timestamptz) + (n - cast(:first AS bigint)) * cast(:step AS interval) AS at,
    1 + (power(random(), 2) * {customers})::int AS who, (random() * 600)::int AS long,
    1 + (power(random(), 2) * 4)::int % 4 AS tab, 1 + (power(random(), 2) * 7)::int % 7 AS code
  FROM generate_series(cast(:first AS bigint), cast(:last AS bigint)) AS n
)
INSERT INTO {table} (id, started_at, category, direction, customer_id, partner_id, user_id, source_number, source_name,
  destination_number, destination_country, prefix_name, duration, billed_seconds, rate, charge, currency, disposition,
  sip_code, q850_cause, hung_up_by, pdd_ms, codec, mos, source_user_agent, source_ip, destination_ip, call_id_a, server,
  rating)
SELECT n, at, categories[tab], directions[1 + n % cardinality(directions)], who, 1, who * 20 + n % 20,
  '4420' || lpad((who * 997 + n % 50)::text, 8, '0'), 'Caller ' || n % 5000,
  (ARRAY['4420', '4930', '331', '1212'])[1 + n % 4] || lpad((random() * 9999999)::int::text, 7, '0'),
  (ARRAY['GB', 'DE', 'FR', 'US'])[1 + n % 4], 'Prefix ' || n % 300, long, long, 1000 + n % 90, long * 17, 'GBP',
  dispositions[1 + n % cardinality(dispositions)], (ARRAY[200, 200, 200, 486, 487, 404, 503])[code], 16,
  hung_up[1 + n % cardinality(hung_up)], (random() * 4000)::int, (ARRAY['PCMA', 'G722', 'opus'])[1 + n % 3],
  300 + (random() * 150)::int, 'Phone/' || n % 40, '192.0.2.' || n % 250, '198.51.100.' || n % 20,
  md5(n::text) || '@switch', 'sip' || n % 4, :rating
FROM drawn, words
"""


@dataclass
class Loaded:
    """What loading took."""

    seconds: float = 0.0


def month_starts(count: int) -> list[datetime]:
    """The first moments of the months before END, oldest first, and END."""
    found = [END]
    while len(found) <= count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def prepare(database: Database, *, whole: bool) -> None:
    """Customers, and the table with no row in it."""
    rows = [{"company": f"Company {n % 50} {n}", "country": "GB", "currency": "GBP"} for n in range(1, CUSTOMERS + 1)]

    def add(connection: Connection) -> None:
        connection.execute(insert(Partner), [{"id": 1, "name": "One"}])
        connection.execute(insert(Customer), [{"partner_id": 1, **row} for row in rows])
        # without an operator the program shows no list: bench/large.py would wait for ever
        ann = {"login": "ann", "name": "Ann", "role": Role.SUPPORT, "enabled": True}
        connection.execute(insert(OperatorAccount), [ann])
        if whole:
            drop_cdr_indexes(connection)

    database.write(add)
    if not whole:
        for line in partition_calls(database):
            print(line)


def load(database: Database, rows: int, months: int) -> Loaded:
    """All calls, a month at a time."""
    starts, loaded = month_starts(months or 24), Loaded()
    share = rows // (len(starts) - 1)
    begun = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as sessions:
        tasks = [
            sessions.submit(_load_month, database, begin, stop, 1 + number * share, share, whole=not months)
            for number, (begin, stop) in enumerate(pairwise(starts))
        ]
        for number, task in enumerate(tasks, 1):
            task.result()
            print(
                f"{number} of {len(tasks)} months: {number * share / (time.perf_counter() - begun):,.0f} rows/s",
                flush=True,
            )
    if not months:
        database.write(build_cdr_indexes, deadline=DAY)
    loaded.seconds = time.perf_counter() - begun
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        refresh_statistics(connection)
    return loaded


def _load_month(database: Database, begin: datetime, stop: datetime, first: int, count: int, *, whole: bool) -> None:
    """The month's table is filled, then indexed, then attached, so that two months don't wait for each other."""
    name = "cdrs" if whole else f"cdrs_{begin:%Y_%m}"
    fill, values = text(CALLS.format(table=name, customers=CUSTOMERS - 1)), _values(begin, stop, first, count)

    def work(connection: Connection) -> None:
        run = connection.exec_driver_sql
        if not whole:
            run(f"CREATE TABLE {name} (LIKE cdrs {COPIED})")
        connection.execute(fill, values)
        if not whole:
            run(f"SET LOCAL maintenance_work_mem = '{SORT_MEMORY}'")
            for made in connection.scalars(text(INDEXES)).all():
                run(
                    made.replace("_cdrs", f"_{name}", 1).replace("ON ONLY public.cdrs", f"ON {name}").replace("%", "%%")
                )
            run(f"ALTER TABLE {name} ADD PRIMARY KEY (id, started_at)")
            run(f"ALTER TABLE {name} ADD CHECK (started_at >= '{begin:%F}' AND started_at < '{stop:%F}')")
            run(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")

    database.write(work, deadline=DAY)
    if not whole:
        attach = f"ALTER TABLE cdrs ATTACH PARTITION {name} FOR VALUES FROM ('{begin:%F}') TO ('{stop:%F}')"
        database.write(lambda connection: connection.exec_driver_sql(attach), deadline=DAY)


def _values(begin: datetime, stop: datetime, first: int, count: int) -> dict[str, object]:
    return {
        "categories": [word.value for word in LegCategory],
        "directions": [word.value for word in CallDirection],
        "dispositions": [word.value for word in Disposition],
        "hung_up": [word.value for word in HungUpBy],
        "begin": begin,
        "step": (stop - begin) / count,
        "first": first,
        "last": first + count - 1,
        "rating": RatingState.RATED.value,
    }


def questions() -> Iterator[tuple[str, Listing]]:
    """What is listed: without a bound, then with one on time or customer."""
    tab: Criterion = Equals("category", LegCategory.DIALLED.value)
    newest, noon = Sort("started_at", descending=True), datetime(2026, 3, 10, 12, tzinfo=UTC)
    day = Between("started_at", noon, noon + timedelta(days=1))
    month = Between("started_at", noon, noon + timedelta(days=28))
    of_customer, prefix = Equals("customer_id", 40), Prefix("destination_number", "4420123")
    yield "sort by time", Listing(cdrs, newest, (tab,))
    yield "no tab, sort by time", Listing(cdrs, newest)
    yield "sort by customer", Listing(cdrs, Sort("customer"), (tab,))
    yield "sort by duration", Listing(cdrs, Sort("duration", descending=True), (tab,))
    yield "number prefix", Listing(cdrs, newest, (tab, prefix))
    yield "code 404", Listing(cdrs, newest, (tab, Equals("sip_code", 404)))
    yield "a day", Listing(cdrs, newest, (tab, day))
    yield "a day, code 404", Listing(cdrs, newest, (tab, day, Equals("sip_code", 404)))
    yield "28 days, number prefix", Listing(cdrs, newest, (tab, month, prefix))
    yield "28 days, sort by duration", Listing(cdrs, Sort("duration", descending=True), (tab, month))
    yield "a customer, sort by time", Listing(cdrs, newest, (tab, of_customer))
    yield "a customer, sort by duration", Listing(cdrs, Sort("duration", descending=True), (tab, of_customer))
    yield "a customer, number prefix", Listing(cdrs, newest, (tab, of_customer, prefix))
    yield "a customer, code 404", Listing(cdrs, newest, (tab, of_customer, Equals("sip_code", 404)))


def tasks(database: Database, listing: Listing) -> Iterator[tuple[str, Task]]:
    """First page, the one after it, and the last."""
    rows = database.read(lambda connection: CDR_SOURCE.fetch_page(connection, listing), deadline=60).rows
    yield "Home", partial(CDR_SOURCE.fetch_page, listing=listing)
    if rows:
        yield "page", partial(CDR_SOURCE.fetch_page, listing=listing, after=key_of(listing, rows[-1]))
    yield "End", partial(CDR_SOURCE.fetch_page, listing=listing, last=True)


def measured(database: Database, task: Task) -> str:
    """The median and the worst, in ms."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        database.read(task, deadline=60)
        times.append((time.perf_counter() - begun) * 1000)
    return f"{median(times):.0f} / {max(times):.0f}"


def dropped(database: Database, begin: datetime) -> tuple[float, float, float]:
    """Milliseconds until no reader sees the month, its calls counted; until its files are gone; a reader's wait.

    PostgreSQL removes the files of a dropped table after it has released its locks: only who dropped it waits for them.
    """
    newest, waited, unseen = Listing(cdrs, Sort("started_at", descending=True)), 0.0, 0.0
    stop = start_of_month(begin.date(), 1)
    calls = text("SELECT EXISTS (SELECT FROM cdrs WHERE started_at >= :begin AND started_at < :stop)")
    of_month = calls.bindparams(begin=begin, stop=stop)
    with ThreadPoolExecutor(1) as other:
        begun = time.perf_counter()
        drop = other.submit(drop_months, database, stop)
        while not drop.done():
            asked = time.perf_counter()
            database.read(partial(CDR_SOURCE.fetch_page, listing=newest), deadline=60)
            waited = max(waited, time.perf_counter() - asked)
            if not unseen and not database.read(lambda connection: connection.scalar(of_month), deadline=60):
                unseen = time.perf_counter() - begun
        if drop.result() == 0:
            raise SystemExit("there was no such month")
        took = time.perf_counter() - begun
        return (unseen or took) * 1000, took * 1000, waited * 1000


def main() -> None:
    """Loads, asks, drops, prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("url")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--loaded", action="store_true", help="the database is filled already; drops nothing")
    parser.add_argument("--drop", action="store_true", help="with --loaded: drops five months all the same")
    arguments = parser.parse_args()
    with closing(open_database(arguments.url)) as database:
        loaded = Loaded()
        if not arguments.loaded:
            upgrade(database)
            prepare(database, whole=not arguments.months)
            loaded = load(database, arguments.rows, arguments.months)
        rows = []
        for name, listing in questions():
            found = {step: measured(database, task) for step, task in tasks(database, listing)}
            rows.append((name, found["Home"], found.get("page", ""), found["End"]))
        title = f"{arguments.rows:,} CDRs in {arguments.months or 'no'} partitions"
        show(title, ("list", "Home, ms: median / worst", "page", "End"), rows)
        if not arguments.loaded:
            print(f"\nloaded with all indexes: {arguments.rows / loaded.seconds:,.0f} rows/s")
        if arguments.months and (arguments.drop or not arguments.loaded):
            times = [dropped(database, begin) for begin in month_starts(arguments.months)[:5]]
            unseen, took, waited = zip(*times, strict=True)
            print(f"a month dropped, for readers: {median(list(unseen)):.0f} ms, at worst {max(unseen):.0f} ms")
            print(f"its files removed: {median(list(took)):.0f} ms, at worst {max(took):.0f} ms")
            print(f"longest wait of a reader meanwhile: {median(list(waited)):.0f} ms, at worst {max(waited):.0f} ms")


if __name__ == "__main__":
    main()
