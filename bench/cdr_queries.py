"""The CDR list's queries on a large database: first, next and last page of every sort, and of every filter.

usage: python bench/cdr_queries.py [--sqlite PATH] [--postgres URL] [--limit MS]

Each query is a page of 100 rows as the screen asks for it, in a read of its own; first on a cold connection, then
four times more. The figure is milliseconds in the database layer: median of five, and the worst.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from partnertui.db.database import Database, open_database
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Between, Contains, Criterion, Equals, Prefix, Search
from partnertui.db.rows.listing import Count, Listing, Sort, key_of
from partnertui.screens.cdr.page import PAGE
from partnertui.screens.cdr.queries import cdrs
from table_print import show

RUNS = 5
Task = Callable[[Any], Any]


def _count(listing: Listing, connection: Connection) -> Count:
    return CDR_SOURCE.count(connection, listing)


def pages(name: str, listing: Listing) -> Iterator[tuple[str, Callable[[Database], list[Task]]]]:
    """First, next and last page, each as something that prepares a task."""

    def first(database: Database) -> list[Task]:
        return [lambda c: CDR_SOURCE.fetch_page(c, listing)]

    def following(database: Database) -> list[Task]:
        rows = database.read(lambda c: CDR_SOURCE.fetch_page(c, listing)).rows
        key = key_of(listing, rows[-1]) if rows else None
        return [lambda c: CDR_SOURCE.fetch_page(c, listing, after=key)]

    def last(database: Database) -> list[Task]:
        return [lambda c: CDR_SOURCE.fetch_page(c, listing, last=True)]

    for step, task in (("first", first), ("next", following), ("last", last)):
        yield f"{name}: {step}", task


def facts(database: Database) -> dict[str, Any]:
    """Values to filter by: the largest, a middle and a small customer, numbers that exist, codes."""
    rows = database.read(
        lambda c: c.exec_driver_sql(
            "SELECT customer_id, count(*) FROM cdrs WHERE customer_id IS NOT NULL GROUP BY customer_id ORDER BY 2 DESC"
        ).all(),
        deadline=600,
    )
    listing = Listing(cdrs, Sort("started_at"), (Equals("category", "dialled"),))
    old = database.read(lambda c: CDR_SOURCE.fetch_page(c, listing, limit=50)).rows[-1]
    new = database.read(lambda c: CDR_SOURCE.fetch_page(c, listing, last=True, limit=50)).rows[0]
    return {
        "largest": rows[0][0],
        "middle": rows[len(rows) // 2][0],
        "small": rows[-1][0],
        "number": old["destination_number"],
        "noon": old["started_at"] + (new["started_at"] - old["started_at"]) / 2,
    }


def questions(known: dict[str, Any]) -> Iterator[tuple[str, Listing]]:
    """All listings that are measured."""
    tab = Equals("category", "dialled")
    newest = Sort("started_at", descending=True)
    for column in PAGE.columns:
        for down in (False, True):
            yield f"sort {column.name} {'down' if down else 'up'}", Listing(cdrs, Sort(column.name, down), (tab,))
    for field, down in (("started_at", True), ("duration", True), ("customer", False)):
        yield f"no tab, sort {field}", Listing(cdrs, Sort(field, down))
    for rare in ("missed", "other"):
        for field in ("started_at", "duration", "user"):
            yield f"{rare}, sort {field}", Listing(cdrs, Sort(field, True), (Equals("category", rare),))
    for size in ("largest", "middle", "small"):
        customer = Equals("customer_id", known[size])
        for field in ("started_at", "source_number", "duration", "disposition", "user", "charge", "call_id_a"):
            yield f"{size} customer, sort {field}", Listing(cdrs, Sort(field, True), (tab, customer))
    number = known["number"]
    filters: dict[str, tuple[Criterion, ...]] = {
        f"prefix of {digits}": (Prefix("destination_number", number[:digits]),) for digits in (3, 5, 7, 10)
    }
    filters |= {f"{size} digits inside": (Contains("destination_number", number[-size:]),) for size in (3, 4, 5, 7)}
    filters |= {
        "5 digits inside, popular": (Contains("destination_number", number[:5]),),
        "5 digits in either number": (Search(("source_number", "destination_number"), number[-5:]),),
        "7 digits that no number has": (Contains("source_number", "9182736"),),
        "an hour": (Between("started_at", known["noon"], known["noon"] + timedelta(hours=1)),),
        "a day": (Between("started_at", known["noon"], known["noon"] + timedelta(days=1)),),
        "code 486": (Equals("sip_code", 486),),
        "code 503": (Equals("sip_code", 503),),
        "code that no call has": (Equals("sip_code", 499),),
        "code and customer": (Equals("sip_code", 486), Equals("customer_id", known["largest"])),
        "code and a day": (Equals("sip_code", 486), Between("started_at", known["noon"], known["noon"] + timedelta(1))),
        "prefix and customer": (Prefix("destination_number", number[:4]), Equals("customer_id", known["middle"])),
        "digits and customer": (Contains("destination_number", number[-4:]), Equals("customer_id", known["largest"])),
        "one call by Call-ID": (Equals("call_id_a", "nothing@nowhere"),),
    }
    for name, criteria in filters.items():
        yield name, Listing(cdrs, newest, (tab, *criteria))


def measure(database: Database) -> dict[str, list[float]]:
    """Milliseconds of every query, by name."""
    found: dict[str, list[float]] = {}

    def run(name: str, task: Task) -> None:
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            database.read(task, deadline=30)
            times.append((time.perf_counter() - started) * 1000)
        found[name] = times

    known = facts(database)
    for name, listing in questions(known):
        for step, prepare in pages(name, listing):
            for task in prepare(database):
                run(step, task)
    for word in ("dialled", "received", "missed", "other"):
        listing = Listing(cdrs, Sort("id"), (Equals("category", word),))
        run(f"count of {word}, capped", partial(_count, listing))
    return found


def main() -> None:
    """Measures what is given and prints one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sqlite", default="")
    parser.add_argument("--postgres", default="")
    parser.add_argument("--limit", type=float, default=50.0, help="milliseconds that a query may take")
    arguments = parser.parse_args()
    urls = {"SQLite": arguments.sqlite and f"sqlite:///{arguments.sqlite}", "PostgreSQL": arguments.postgres}
    measured: dict[str, dict[str, list[float]]] = {}
    for kind, url in urls.items():
        if url:
            database = open_database(url)
            measured[kind] = measure(database)
            database.close()
    rows, slow = [], 0
    for name in next(iter(measured.values())):
        row = [name]
        for times in measured.values():
            middle = statistics.median(times[name])
            slow += middle > arguments.limit
            row += [f"{middle:.1f}", f"{max(times[name]):.1f}" + (" !" if middle > arguments.limit else "")]
        rows.append(tuple(row))
    heads = [head for kind in measured for head in (f"{kind} ms", "worst")]
    show("A page of 100 CDRs", ("query", *heads), rows)
    print(f"{slow} of {len(rows) * len(measured)} medians above {arguments.limit:.0f} ms")


if __name__ == "__main__":
    main()
