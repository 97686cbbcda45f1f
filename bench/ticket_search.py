"""Searches 200,000 tickets with 1 million messages, as the Support screen does, and says how long the first hits take.

    python bench/ticket_search.py [--postgresql] [--tickets 200000] [--rounds 7]

SQLite is measured in a temporary folder, with `--postgresql` also a server of the bench's own with 512 MB of buffers.
Wanted: 100 ms for the first page of the tab "Open" and of all tickets, whatever the words. With other work on the
machine, the processor time tells more; that of PostgreSQL's server isn't in it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers import Cluster

from partnertui.db.bulk_statements import Rows, insert_at_once
from partnertui.db.database import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer, Ticket, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.rows.filter_criteria import Criterion, OneOf, Search
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.tickets.ticket_source import TicketSource
from partnertui.domain.ticket_enums import WORKING
from partnertui.screens.support.queries import tickets

WANTED = 0.1
MESSAGES = 5
"""Messages of a ticket."""
OPEN = 500
"""Tickets that are open, the newest."""
STEP = 10_000
NOW = datetime(2026, 5, 1, tzinfo=UTC)
WORDS = (
    *("phone", "line", "call", "router", "carrier", "invoice", "number", "extension", "voicemail", "audio", "caller"),
    *("trunk", "switch", "desk", "office", "morning", "yesterday", "again", "registered", "registers", "registration"),
    *("answer", "credit", "balance", "porting", "please", "restart", "still", "nothing"),
)
SEARCHES = {
    "in half of all messages": ("phone",),
    "in one of 20": ("codec",),
    "in 20 messages": ("zebrafish",),
    "two frequent words": ("phone", "codec"),
    "frequent and rare": ("phone", "zebrafish"),
    "words of two messages": ("zebrafish", "invoice"),
    "the beginning of a word": ("regist",),
    "a longer beginning": ("registe",),
    "two letters": ("re",),
    "a ticket's number": ("T-10100",),
    "nothing": ("xylophone",),
}


def sentences(luck: random.Random) -> list[str]:
    """5,000 sentences; "phone" is in a quarter of them, so in more than half of the messages."""
    ends = (" phone.", ".", ".", ".")
    return [" ".join(luck.choices(WORDS[1:], k=12)) + luck.choice(ends) for _ in range(5_000)]


def filled(database: Database, count: int) -> None:
    """Fills the database."""
    luck = random.Random(1)
    known = sentences(luck)

    def customer(connection: Connection) -> None:
        people = [{"id": at + 1, "company": f"Company {at}", "country": "DE", "currency": "EUR"} for at in range(100)]
        connection.execute(insert(Customer), people)

    database.write(customer)
    for start in range(0, count, STEP):
        heads, texts = [], []
        for at in range(start, min(count, start + STEP)):
            begun = NOW - timedelta(minutes=5 * (count - at))
            state = "open" if at >= count - OPEN else "closed"
            subject = " ".join(luck.choices(WORDS, k=4))
            heads.append(
                (at + 1, f"T-{at + 10_001}", subject, state, at % 100 + 1, begun, begun, "normal", 2, "e-mail")
            )
            for index in range(MESSAGES):
                body = " ".join(luck.choices(known, k=3))
                body += " The codec is wrong." if luck.random() < 0.05 else ""
                body += " A zebrafish." if luck.random() < 20 / (count * MESSAGES) else ""
                texts.append((at + 1, "customer", "Ann Lee", body, begun + timedelta(minutes=index), at % 100 + 1))
        database.write(partial(stored, heads=heads, texts=texts), deadline=600)
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE) ticket_messages")
            connection.exec_driver_sql("VACUUM (ANALYZE) tickets")


def stored(connection: Connection, heads: Rows, texts: Rows) -> None:
    """Inserts tickets and messages."""
    columns = ("id", "number", "subject", "state", "customer_id", "created_at", "last_update_at")
    insert_at_once(
        connection,
        table_of(Ticket),
        (*columns, "priority", "priority_rank", "channel"),
        heads,
        {"sla_paused_seconds": 0},
    )
    insert_at_once(
        connection, table_of(TicketMessage), ("ticket_id", "kind", "author", "body", "at", "customer_id"), texts
    )


def measured(database: Database, words: tuple[str, ...], criteria: tuple[Criterion, ...]) -> tuple[float, int]:
    """Seconds of the first page, and its rows."""
    best = Sort("last_update_at", descending=True)
    listing = Listing(tickets, best, (*criteria, *(Search(("subject",), word) for word in words)))
    start = time.perf_counter()
    page = database.read(lambda connection: TicketSource(best).fetch_page(connection, listing), deadline=60)
    return time.perf_counter() - start, len(page.rows)


def searched(url: str, count: int, rounds: int) -> bool:
    """Fills a database and prints a line a search; returns whether one is too slow."""
    slow, database = False, open_database(url)
    upgrade(database)
    start = time.perf_counter()
    filled(database, count)
    print(f"{database.dialect}: filled in {time.perf_counter() - start:.0f} s", flush=True)
    tabs: dict[str, tuple[Criterion, ...]] = {"open": (OneOf("state", tuple(sorted(WORKING))),), "all": ()}
    for name, words in SEARCHES.items():
        for tab, criteria in tabs.items():
            busy = time.process_time()
            runs = [measured(database, words, criteria) for _ in range(rounds)]
            busy = (time.process_time() - busy) / rounds
            median = statistics.median(seconds for seconds, _ in runs)
            slow = slow or median > WANTED
            times = f"{median * 1000:6.1f} ms, slowest {max(runs)[0] * 1000:6.1f} ms, busy {busy * 1000:5.1f} ms"
            print(f"{database.dialect:<12}{name:<26}{tab:<6}{times}, {runs[0][1]:3} rows", flush=True)
    database.close()
    return slow


def main() -> None:
    """Prints a line a search; exits with 1 where one is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        slow = searched(f"sqlite:///{folder}/tickets.db", args.tickets, args.rounds)
    if args.postgresql:
        cluster = Cluster("shared_buffers=512MB")
        try:
            cluster.start()
            slow = searched(cluster.url("postgres"), args.tickets, args.rounds) or slow
        finally:
            cluster.stop()
    sys.exit(int(slow))


if __name__ == "__main__":
    main()
