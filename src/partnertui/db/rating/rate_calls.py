"""Rates calls that were imported without a price, customer by customer, each call once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Boolean, ColumnElement, Connection, and_, literal_column, or_, select

from partnertui.db.bulk_statements import update_at_once
from partnertui.db.cdr_partitions import moved_until, require_here
from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer
from partnertui.db.models.base import table_of
from partnertui.db.models.cdr_indexes import TO_MEND_SQL
from partnertui.db.rating.account_bookings import Accounts
from partnertui.db.rating.call_pricer import Pricer
from partnertui.db.rating.charge_calls import charge_all
from partnertui.db.rating.price_book import PriceBook
from partnertui.db.rating.terms_when_charged import store_terms
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.rating.rating_state import TO_MEND

CHUNK = 2_000
"""Calls that are priced in one transaction."""
RATED_COLUMNS = ("billed_seconds", "charge", "rating", "covered_seconds", "terms_id", "rate", "prefix_name")
READ_COLUMNS = (
    Cdr.id,
    Cdr.customer_id,
    Cdr.direction,
    Cdr.duration,
    Cdr.started_at,
    Cdr.currency,
    Cdr.destination_number,
    Cdr.rating,
)


@dataclass
class RatingReport:
    """Calls looked at, and what became of them."""

    calls: int = 0
    priced: int = 0
    without_price: int = 0
    customers: int = 0


def rate_calls(
    database: Database,
    *,
    since: datetime | None = None,
    customers: Sequence[int] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> RatingReport:
    """Prices the calls that have no price yet, and charges them.

    With `since`, also calls from then on that were taken before calls were priced, unless another program charged them.
    `customers` narrows it to some. Interrupted, it goes on where it ended. Raises DomainError for
    months that are on other servers, DatabaseError.
    """
    if since is not None:
        start = since
        database.read(lambda connection: require_here(connection, start))
    report, book, here = RatingReport(), PriceBook(), database.read(moved_until)
    unpriced = _unpriced(since) if here is None else and_(_unpriced(since), Cdr.started_at >= here)
    for customer in database.read(lambda connection: _customers(connection, unpriced, customers), deadline=60):
        report.customers += 1
        after = 0
        while after >= 0:
            after, looked_at, without = database.write(_Chunk(book, customer, unpriced, after).rate)
            report.calls += looked_at
            report.without_price += without
            report.priced += looked_at - without
            progress(report.calls)
    return report


def _unpriced(since: datetime | None) -> ColumnElement[bool]:
    if since is None:
        return to_mend()
    return and_(Cdr.started_at >= since, or_(to_mend(), and_(Cdr.rating.is_(None), Cdr.charge == 0)))


def to_mend() -> ColumnElement[bool]:
    """Whether a call isn't charged because something is missing; by an index of such calls alone."""
    return literal_column(TO_MEND_SQL, Boolean)


def _customers(connection: Connection, unpriced: ColumnElement[bool], chosen: Sequence[int]) -> list[int]:
    query = select(Cdr.customer_id).where(unpriced, Cdr.customer_id.is_not(None)).distinct()
    if chosen:
        query = query.where(Cdr.customer_id.in_(chosen))
    return sorted(key for key in connection.scalars(query) if key is not None)


@dataclass(frozen=True)
class _Chunk:
    """Some unpriced calls of a customer, those after an ID."""

    book: PriceBook
    customer: int
    unpriced: ColumnElement[bool]
    after: int

    def rate(self, connection: Connection) -> tuple[int, int, int]:
        """Prices them; returns the last ID or -1 at the end, how many there were, and how many have no price still."""
        accounts = Accounts(connection, [self.customer], datetime.now(UTC))
        query = select(*READ_COLUMNS).where(Cdr.customer_id == self.customer, Cdr.id > self.after, self.unpriced)
        rows = connection.execute(query.order_by(Cdr.id).limit(CHUNK)).mappings().all()
        if not rows or accounts.get(self.customer) is None:
            return -1, 0, 0
        zone = connection.scalar(select(Customer.time_zone).where(Customer.id == self.customer)) or "UTC"
        pricer = Pricer(connection, self.book, {self.customer: zone})
        calls = [pricer.priced(dict(row)) for row in rows]
        terms = store_terms(
            connection, {call.price.id: call.price for call in calls if call.price is not None}.values()
        )
        charge_all(calls, accounts, terms)
        store_ratings(connection, [call.cdr for call in calls])
        accounts.write()
        without = sum(call.cdr["rating"] in TO_MEND for call in calls)
        return (int(rows[-1]["id"]) if len(rows) == CHUNK else -1), len(rows), without


def store_ratings(connection: Connection, cdrs: Sequence[RowDict]) -> None:
    """Stores what calls cost, and why."""
    rows = [(cdr["id"], *(cdr[name] for name in RATED_COLUMNS)) for cdr in cdrs]
    update_at_once(connection, table_of(Cdr), RATED_COLUMNS, rows)
