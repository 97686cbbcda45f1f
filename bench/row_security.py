"""What row security costs: pages of every list, as a partner's and a support agent's login and without it.

usage: python bench/row_security.py [--cdrs N] [--customers N] [--limit RATIO]

Makes a demo on a PostgreSQL server of its own. Each list is read as its screen does: first, next and last page of 100
rows and the count, the best of fifteen runs in milliseconds. Without: as the owner of the tables, whom policies don't
bind, with the same statements, run in turn. A list misses the limit where its pages together do; the count is
shown beside them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import Connection, func, select
from tests.lists_of_screens import Login, listing_of, lists_of, source_for
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import Database, open_database
from partnertui.db.models import Cdr, OperatorAccount
from partnertui.db.rows.filter_criteria import Contains, Criterion, Equals, Prefix
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.db.rows.source import RowSource
from partnertui.demo import build
from partnertui.domain.operators import Operator, Role
from table_print import show

Side = tuple[Database, Login]
RUNS = 15
TRIES = 3
"""A list that misses the limit is measured again: some milliseconds are easily doubled by what else runs."""
WITHOUT_POLICIES = frozenset({"live", "sip-locations"})
"""Lists of Kamailio's tables, which the same login reads for everybody."""


def operator_of(connection: Connection, role: Role) -> Operator:
    """An operator of a role; the partner with the most calls."""
    query = select(OperatorAccount.login).where(OperatorAccount.role == role, OperatorAccount.enabled)
    if role == Role.PARTNER:
        calls = select(func.count()).where(Cdr.partner_id == OperatorAccount.partner_id).correlate(OperatorAccount)
        query = query.order_by(calls.scalar_subquery().desc())
    return find_operator(connection, connection.scalars(query).first() or "")


def filtered(listing: Listing) -> list[tuple[str, Listing]]:
    """Calls by what agents look for: a number's beginning, digits inside it, a code, a sort by duration."""
    wanted: dict[str, Criterion] = {
        "cdr, prefix": Prefix("destination_number", "44"),
        "cdr, digits": Contains("destination_number", "20794"),
        "cdr, code": Equals("sip_code", 486),
    }
    found = [(name, replace(listing, criteria=(*listing.criteria, one))) for name, one in wanted.items()]
    return [*found, ("cdr, longest", replace(listing, sort=Sort("duration", descending=True)))]


Read = Callable[[RowSource, Connection], object]


def reads_of(database: Database, source: RowSource, listing: Listing) -> list[Read]:
    """First, next and last page, and the count."""
    rows = database.read(lambda c: source.fetch_page(c, listing), deadline=60).rows
    key = key_of(listing, rows[-1]) if rows else None
    return [
        lambda source, c: source.fetch_page(c, listing),
        lambda source, c: source.fetch_page(c, listing, after=key),
        lambda source, c: source.fetch_page(c, listing, last=True),
        lambda source, c: source.count(c, listing),
    ]


def milliseconds(name: str, sides: tuple[Side, Side], read: Read) -> list[float]:
    """The best time of a read on each side, taking turns, so that what else the machine does hits both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for (database, login), found in zip(sides, times, strict=True):
            source = source_for(login, name)  # a new one: some keep what they read for a second
            start = time.perf_counter()
            database.read(partial(read, source), deadline=60)
            found.append((time.perf_counter() - start) * 1000)
    return [min(found) for found in times]


def measure(owner: Database, url: str, role: Role, limit: float) -> bool:
    """Prints a line a list; returns whether all are within the limit."""
    operator = owner.read(lambda connection: operator_of(connection, role), deadline=60)
    lines, missed = list[tuple[str, ...]](), False
    plain, login = Login(operator, url, url), Login(operator, make_login(url, operator.login, role), url)
    with closing(open_database(login.url)) as database:
        sides = ((owner, plain), (database, login))
        for name in lists_of(role):
            if name in WITHOUT_POLICIES:
                continue
            shown_first = listing_of(name, operator)
            for words, listing in [(name, shown_first), *(filtered(shown_first) if name == "cdr" else ())]:
                reads = reads_of(owner, source_for(plain, name), listing)
                for _ in range(TRIES):
                    pairs = [milliseconds(name, sides, read) for read in reads]
                    ratio = sum(under for _, under in pairs[:-1]) / sum(without for without, _ in pairs[:-1])
                    if ratio <= limit:
                        break
                missed |= ratio > limit
                shown = (f"{without:.1f} → {under:.1f}" for without, under in pairs)
                lines.append((words, *shown, f"{ratio:.2f}{' MISSED' if ratio > limit else ''}"))
    show(f"As {role}, without → under row security, ms", ("list", "first", "next", "last", "count", "ratio"), lines)
    return not missed


def main() -> int:
    """Prints the tables; returns 1 where a list misses the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cdrs", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--limit", type=float, default=1.5)
    args = parser.parse_args()
    cluster = Cluster("shared_buffers=256MB")
    try:
        cluster.start()
        url = cluster.url("postgres")
        build(url, customers=args.customers, cdrs=args.cdrs, seed=1)
        with closing(open_database(url)) as owner:
            return 0 if all([measure(owner, url, role, args.limit) for role in (Role.PARTNER, Role.SUPPORT)]) else 1
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main())
