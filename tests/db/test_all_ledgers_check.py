"""The ledgers of all customers: what adds up is left alone, and whatever was changed behind our back is found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, text, update
from tests.db.makers import ANN, NOW, customer, staff

from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.credit import adjust_credit
from partnertui.db.database import Database
from partnertui.db.errors import QueryCancelled
from partnertui.db.models import Customer, StatementEntry
from partnertui.db.query_cancellation import Cancel
from partnertui.db.unit_of_work import UnitOfWork

CENT = 10_000
COLUMNS = ("balance_before", "balance_after", "debit", "credit")


@pytest.fixture
def parties(database: Database) -> list[int]:
    """IDs of three customers; the last one has no line."""
    staff(database)
    found = []
    for amounts in ((500, -20, 3), (7,), ()):
        with UnitOfWork(database, ANN) as work:
            new = customer(partner_id=7 if amounts else None)
            work.add(new)
            work.commit()
        for amount in amounts:
            with UnitOfWork(database, ANN) as work:
                adjust_credit(work, new.id, amount * CENT, "test", NOW)
                work.commit()
        found.append(new.id)
    return found


def corrupt(database: Database, statement: Any) -> None:
    """Changes a row as somebody with the database's password could: without its checks."""

    def work(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            for name in ("balance", "signs"):
                drop = f"ALTER TABLE statement_entries DROP CONSTRAINT IF EXISTS ck_statement_entries_{name}"
                connection.execute(text(drop))
        connection.execute(statement)
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA ignore_check_constraints = OFF"))

    database.write(work)


def texts(database: Database, **narrowed: Any) -> dict[int, list[str]]:
    report = check_ledgers(database, **narrowed)
    found: dict[int, list[str]] = {}
    for problem in report.problems:
        found.setdefault(problem.customer_id, []).append(problem.text)
    assert report.wrong == len(found)
    return found


def test_ledgers_that_add_up(database: Database, parties: list[int]) -> None:
    seen: list[tuple[int, int]] = []
    report = check_ledgers(database, tell=lambda done, total: seen.append((done, total)))
    assert (report.customers, report.lines, report.wrong) == (3, 4, 0)
    assert report.words() == (
        "3 ledgers with 4 entries: all entries add up, and each closing balance matches the customer's credit."
    )
    assert seen == [(3, 3)]
    assert check_ledgers(database, partner_id=7).customers == 2
    assert check_ledgers(database, customer_id=parties[1]).lines == 1


def test_a_credit_without_a_line(database: Database, parties: list[int]) -> None:
    corrupt(database, update(Customer).where(Customer.id == parties[2]).values(credit=CENT))
    assert texts(database) == {parties[2]: ["The ledger ends at £0.00, but the credit is £0.01."]}


def test_a_line_that_was_deleted(database: Database, parties: list[int]) -> None:
    mine = StatementEntry.customer_id == parties[0]
    corrupt(database, delete(StatementEntry).where(mine, StatementEntry.sequence == 2))
    assert texts(database) == {
        parties[0]: ["Entries are missing before entry 3.", "Entry 3 doesn't start from the previous entry's balance."]
    }


def test_the_last_line_that_was_deleted(database: Database, parties: list[int]) -> None:
    mine = StatementEntry.customer_id == parties[0]
    corrupt(database, delete(StatementEntry).where(mine, StatementEntry.sequence == 3))
    assert texts(database) == {parties[0]: ["The ledger ends at £4.80, but the credit is £4.83."]}


def test_a_line_in_another_currency(database: Database, parties: list[int]) -> None:
    corrupt(database, update(StatementEntry).where(StatementEntry.customer_id == parties[1]).values(currency="EUR"))
    assert texts(database) == {parties[1]: ["There are entries in EUR, but the customer's currency is GBP."]}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(COLUMNS), st.integers(1, 3), st.integers(-(10**9), 10**9).filter(bool))
def test_any_amount_that_was_changed_is_found(
    database: Database, parties: list[int], column: str, sequence: int, by: int
) -> None:
    mine = (StatementEntry.customer_id == parties[0], StatementEntry.sequence == sequence)
    before = database.read(
        lambda connection: connection.execute(select(StatementEntry.__table__.c[column]).where(*mine)).scalar_one()
    )
    corrupt(database, update(StatementEntry).where(*mine).values({column: before + by}))
    assert list(texts(database)) == [parties[0]]
    corrupt(database, update(StatementEntry).where(*mine).values({column: before}))
    assert texts(database) == {}


def test_it_stops_when_it_is_cancelled(database: Database, parties: list[int]) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(QueryCancelled):
        check_ledgers(database, cancel=cancel)
