"""Rerates charged calls at current prices: a dry run first, then the approved correction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, false, func, or_, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.cdr_partitions import require_here
from partnertui.db.change_history import record_values
from partnertui.db.credit import require_staff
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once
from partnertui.db.models import Cdr, Customer, CustomerPriceList, RatedTerms, StatementEntry
from partnertui.db.query_cancellation import Cancel
from partnertui.db.rating.account_bookings import Account, Accounts, call_text
from partnertui.db.rating.call_pricer import PricedCall, Pricer
from partnertui.db.rating.charge_calls import set_charge
from partnertui.db.rating.price_book import PriceBook
from partnertui.db.rating.rate_calls import READ_COLUMNS, store_ratings
from partnertui.db.rating.terms_when_charged import fingerprint_of, store_terms
from partnertui.db.rows.type_aliases import Query
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.rating.charges import Charge, Minutes, amount_of
from partnertui.domain.rating.rating_state import RatingState

DEADLINE_SECONDS = 300.0
"""For the calls of one customer."""
CHARGED = (RatingState.RATED, RatingState.FREE, RatingState.INCLUDED)


@dataclass(frozen=True)
class Scope:
    """Which calls are rated again: those of a price list to a prefix ("" for all) from a moment on until another.

    With `price_id`, also those that were charged by this price as it was before, whatever its prefix was then.
    """

    price_list_id: int
    prefix: str
    since: datetime
    until: datetime
    price_id: int = 0


@dataclass(frozen=True)
class Difference:
    """What would change for a customer: so many calls, what they cost in all before and after (micro-units)."""

    customer_id: int
    company: str
    currency: str
    calls: int
    old: int
    new: int
    seconds: int = 0
    """Seconds of the customer's minutes that are used besides; below zero: given back."""


@dataclass(frozen=True)
class _Change:
    call: PricedCall
    old: Charge
    new: Charge


def dry_run(
    database: Database,
    scope: Scope,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Cancel | None = None,
) -> list[Difference]:
    """What rating again would change, by customer; those without a difference are left out.

    Raises DomainError for months that are on other servers, QueryCancelled, DatabaseError.
    """
    database.read(lambda connection: require_here(connection, scope.since))
    customers = database.read(lambda connection: _customers(connection, scope), deadline=60)
    found, book = [], PriceBook()
    for done, customer in enumerate(customers):
        work = _DryRun(book, scope, customer).difference
        difference = database.read(work, cancel=cancel, deadline=DEADLINE_SECONDS)
        found += [difference] if difference is not None else []
        progress(done + 1, len(customers))
    return found


@dataclass(frozen=True)
class _DryRun:
    book: PriceBook
    scope: Scope
    customer: int

    def difference(self, connection: Connection) -> Difference | None:
        columns = (Customer.id, Customer.company, Customer.currency, Customer.time_zone)
        more = (Customer.unlimited_minutes_left, Customer.minute_seconds_used)
        row = connection.execute(select(*columns, *more).where(Customer.id == self.customer)).first()
        if row is None:
            return None
        minutes = Minutes(row.unlimited_minutes_left, row.minute_seconds_used)
        changes = list(_changes(connection, self.book, self.scope, self.customer, row.time_zone, minutes))
        return _difference(row.id, row.company, row.currency, changes) if changes else None


def rate_again(database: Database, operator: Operator, scope: Scope, approved: Difference, key: str) -> Difference:
    """Corrects the calls of a customer as approved, in one unit of work; done under this key before, it is done.

    Each call gets a line that pays back what was charged and one that charges it anew. Raises DomainError if something
    else would change by now than was approved, NotAllowed for partners, DatabaseError.
    """

    def work(unit: UnitOfWork) -> None:
        require_here(unit.session.connection(), scope.since)
        _correct(unit, scope, approved)

    # the customer's part of the key, so that a run that was broken off goes on with those that are left
    commit_once(
        database, operator, f"{key}-{approved.customer_id}", work, _payload(scope, approved), deadline=DEADLINE_SECONDS
    )
    return approved


def _payload(scope: Scope, approved: Difference) -> list[object]:
    return [scope.price_list_id, scope.prefix, approved.calls, approved.old, approved.new]


def _correct(unit: UnitOfWork, scope: Scope, approved: Difference) -> None:
    require_staff(unit)
    customer, connection = unit.get(Customer, approved.customer_id, lock=True), unit.session.connection()
    accounts = Accounts(connection, [customer.id], datetime.now(UTC))
    account = accounts.get(customer.id)
    if account is None:
        raise DomainError("This customer was deleted.")
    changes = list(_changes(connection, PriceBook(), scope, customer.id, customer.time_zone, account.minutes))
    if _difference(customer.id, customer.company, customer.currency, changes) != approved:
        raise DomainError(
            f"{customer.company}: the calls or prices have changed since the dry run, so nothing was corrected.",
            "Start over with a new dry run.",
        )
    prices = {change.call.price.id: change.call.price for change in changes if change.call.price is not None}
    terms, rounds = store_terms(connection, prices.values()), _rounds(connection, changes)
    for change in changes:
        assert change.call.price is not None
        set_charge(change.call, change.new, terms[change.call.price.id])
        _book(accounts, account, change, rounds.get(change.call.cdr["id"], 0) + 1)
    store_ratings(connection, [change.call.cdr for change in changes])
    record_values(
        unit.session, customer, "changed", {"credit": account.credit, "unlimited_minutes_left": account.minutes.left}
    )
    accounts.write()
    unit.session.expire(customer)


def _book(accounts: Accounts, account: Account, change: _Change, rating_round: int) -> None:
    text, key = call_text(change.call.cdr["destination_number"]), change.call.cdr["id"]
    account.minutes = account.minutes.less(change.new.covered_seconds - change.old.covered_seconds)
    if change.old.amount:
        accounts.add_line(account, change.old.amount, f"{text}: credited back, re-rated", key, rating_round)
    if change.new.amount:
        accounts.add_line(account, -change.new.amount, f"{text}: re-rated", key, rating_round)


def _changes(
    connection: Connection, book: PriceBook, scope: Scope, customer: int, time_zone: str, minutes: Minutes
) -> Iterator[_Change]:
    """The calls that would cost something else, in the order in which they were made."""
    pricer = Pricer(connection, book, {customer: time_zone})
    for row in connection.execute(_charged_calls(scope, customer)).mappings():
        values = {name: value for name, value in row.items() if name != "fingerprint"}
        call = pricer.priced(values)
        if call.price is None or call.price.price_list_id != scope.price_list_id:
            continue
        old = Charge(row["rating"], row["charge"], row["billed_seconds"], row["covered_seconds"])
        if fingerprint_of(call.price) == row["fingerprint"]:
            amount = amount_of(call.price.terms, old.billed_seconds, old.covered_seconds)
            new = Charge(old.state, amount, old.billed_seconds, old.covered_seconds)
        else:
            # What this call took of the minutes is free again.
            new = call.charged(minutes.seconds + old.covered_seconds)
        if (new.amount, new.covered_seconds) != (old.amount, old.covered_seconds):
            minutes = minutes.less(new.covered_seconds - old.covered_seconds)
            yield _Change(call, old, new)


def _charged_calls(scope: Scope, customer: int) -> Query:
    number = Cdr.destination_number
    to_prefix = and_(number >= scope.prefix, number < scope.prefix + ":") if scope.prefix else number.is_not(None)
    by_price = RatedTerms.price_id == scope.price_id if scope.price_id else false()
    columns = (Cdr.charge, Cdr.billed_seconds, Cdr.covered_seconds, RatedTerms.fingerprint)
    return (
        select(*READ_COLUMNS, *columns)
        .outerjoin(RatedTerms, RatedTerms.id == Cdr.terms_id)
        .where(
            Cdr.customer_id == customer,
            Cdr.started_at >= scope.since,
            Cdr.started_at < scope.until,
            Cdr.duration > 0,
            Cdr.rating.in_([state.value for state in CHARGED]),
            or_(to_prefix, by_price),
        )
        .order_by(Cdr.started_at, Cdr.id)
    )


def _customers(connection: Connection, scope: Scope) -> list[int]:
    """Customers who use the list; calls of others were charged by the list that they used then."""
    query = select(CustomerPriceList.customer_id).where(CustomerPriceList.price_list_id == scope.price_list_id)
    return sorted(set(connection.scalars(query)))


def _rounds(connection: Connection, changes: Sequence[_Change]) -> dict[int, int]:
    """The last round of each call that has lines."""
    entry, found = StatementEntry, dict[int, int]()
    calls = is_in(connection, entry.cdr_id, [change.call.cdr["id"] for change in changes])
    for moved in (entry.debit > 0, entry.credit > 0):  # each has its own index
        query = select(entry.cdr_id, func.max(entry.rating_round)).where(calls, moved, entry.rating_round.is_not(None))
        for key, last in connection.execute(query.group_by(entry.cdr_id)):
            found[key or 0] = max(last or 0, found.get(key or 0, 0))
    return found


def _difference(customer_id: int, company: str, currency: str, changes: Sequence[_Change]) -> Difference:
    return Difference(
        customer_id,
        company,
        currency,
        len(changes),
        sum(change.old.amount for change in changes),
        sum(change.new.amount for change in changes),
        sum(change.new.covered_seconds - change.old.covered_seconds for change in changes),
    )
