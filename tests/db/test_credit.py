"""Credit and ledger change together, whoever adjusts at the same time, and whenever the program is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, BOB, NOW, PAT, customer, staff

from partnertui.db.credit import PACE_LINES, adjust_credit, weekly_pace
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, History, StatementEntry
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.money import LARGEST
from partnertui.domain.operators import Operator
from partnertui.domain.pstn_credit import Pace, lasts

EURO = 1_000_000


@pytest.fixture
def acme(database: Database) -> int:
    """The ID of a customer of partner 7 without credit."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(partner_id=7)
        work.add(new)
        work.commit()
        return new.id


def adjust(
    database: Database, operator: Operator, customer_id: int, amount: int | None, reason: str | None
) -> list[int]:
    """One adjustment, as the form does it."""
    return commit_once(
        database, operator, new_key(), lambda unit: adjust_credit(unit, customer_id, amount, reason, NOW)
    )


def ledger(database: Database, customer_id: int) -> list[Any]:
    lines = select(StatementEntry).where(StatementEntry.customer_id == customer_id).order_by(StatementEntry.sequence)
    return list(database.read(lambda connection: connection.execute(lines).all()))


def credit(database: Database, customer_id: int) -> int:
    statement = select(Customer.credit).where(Customer.id == customer_id)
    found: int = database.read(lambda connection: connection.execute(statement).scalar_one())
    return found


def require_consistent(database: Database, customer_id: int) -> None:
    """Every line starts where the one before ended; the last one ends at the credit, which is the sum of all."""
    lines, balance = ledger(database, customer_id), credit(database, customer_id)
    assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.balance_after == line.balance_before + line.credit - line.debit for line in lines)
    assert all(first.balance_after == second.balance_before for first, second in pairwise(lines))
    assert sum(line.credit - line.debit for line in lines) == balance
    assert (lines[-1].balance_after if lines else 0) == balance


def test_an_adjustment_has_its_line_and_its_history(database: Database, acme: int) -> None:
    assert adjust(database, BOB, acme, 5 * EURO, "  goodwill\nfor the outage ") == [0, 5 * EURO]
    assert adjust(database, BOB, acme, -2 * EURO, "mistake") == [5 * EURO, 3 * EURO]
    first, second = ledger(database, acme)
    assert (first.kind, first.description, first.credit, first.debit) == (
        "adjustment",
        "goodwill for the outage",
        5 * EURO,
        0,
    )
    assert (second.credit, second.debit, second.currency, second.partner_id) == (0, 2 * EURO, "GBP", 7)
    require_consistent(database, acme)
    changes = select(History.changes, History.operator_name).where(
        History.object_table == "customers", History.action == "changed"
    )
    assert database.read(lambda c: c.execute(changes.order_by(History.id)).all()) == [
        ({"credit": [0, 5 * EURO]}, "Bob"),
        ({"credit": [5 * EURO, 3 * EURO]}, "Bob"),
    ]
    version = select(Customer.version).where(Customer.id == acme)
    assert database.read(lambda c: c.execute(version).scalar()) == 1, "whoever edits the customer isn't disturbed"


@pytest.mark.parametrize(
    ("amount", "reason", "field"),
    [
        (0, "x", "amount"),
        (None, "x", "amount"),
        (EURO, " \n", "reason"),
        (EURO, None, "reason"),
        (EURO, "x" * 501, "reason"),
    ],
)
def test_what_is_missing_is_said(
    database: Database, acme: int, amount: int | None, reason: str | None, field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        adjust(database, ANN, acme, amount, reason)
    assert caught.value.field == field
    assert ledger(database, acme) == []


def test_a_credit_beyond_what_can_be_kept_is_refused(database: Database, acme: int) -> None:
    adjust(database, ANN, acme, LARGEST, "x")
    for amount in (1, LARGEST + 1):
        with pytest.raises(DomainError, match="too large"):
            adjust(database, ANN, acme, amount, "x")
    require_consistent(database, acme)


def test_partners_cannot_adjust(database: Database, acme: int) -> None:
    with pytest.raises(NotAllowed):
        adjust(database, PAT, acme, EURO, "x")
    assert ledger(database, acme) == []


def test_a_ledger_that_ends_elsewhere_is_not_continued(database: Database, acme: int) -> None:
    database.write(lambda c: c.execute(update(Customer).values(credit=7)))
    with pytest.raises(DomainError, match="doesn't match the credit"):
        adjust(database, ANN, acme, EURO, "x")
    assert (ledger(database, acme), credit(database, acme)) == ([], 7)


amounts = st.integers(-(10**13), 10**13)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(amounts, max_size=6), st.lists(amounts, max_size=6))
def test_two_operators_at_once_leave_a_ledger_that_adds_up(
    database: Database, acme: int, hers: list[int], his: list[int]
) -> None:
    errors: list[Exception] = []
    before = credit(database, acme)

    def run(operator: Operator, found: list[int]) -> None:
        for amount in found:
            try:
                adjust(database, operator, acme, amount, f"by {operator.name}")
            except DomainError as error:
                if amount:
                    errors.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in ((ANN, hers), (BOB, his))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert credit(database, acme) == before + sum(hers) + sum(his)
    require_consistent(database, acme)


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from partnertui.db.credit import adjust_credit
from partnertui.db.database import open_database
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator, Role

with UnitOfWork(open_database(sys.argv[1]), Operator(1, "ann", "Ann", Role.SUPPORT, None)) as unit:
    adjust_credit(unit, int(sys.argv[2]), 5_000_000, "half of it", datetime.now(UTC))
    unit.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_in_the_middle_nothing_is_written(database: Database, acme: int) -> None:
    adjust(database, ANN, acme, EURO, "before")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", KILLED, database.url, str(acme)], env=environment, check=False, timeout=30
    )
    assert run.returncode == -signal.SIGKILL
    assert credit(database, acme) == EURO
    require_consistent(database, acme)
    adjust(database, BOB, acme, EURO, "after")
    require_consistent(database, acme)


def test_the_pace_counts_calls_and_numbers_of_the_week(database: Database, acme: int) -> None:
    def line(sequence: int, days: float, kind: str, debit: int) -> dict[str, Any]:
        return {
            "customer_id": acme,
            "sequence": sequence,
            "at": NOW - timedelta(days=days),
            "kind": kind,
            "description": "x",
            "debit": debit,
            "credit": 0,
            "balance_before": 0,
            "balance_after": -debit,
            "currency": "GBP",
        }

    lines = [line(1, 8, "call", 99), line(2, 6, "call", 5), line(3, 2, "ddi fee", 2), line(4, 1, "adjustment", 50)]
    database.write(lambda c: c.execute(insert(StatementEntry), lines))
    assert database.read(lambda c: weekly_pace(c, acme, NOW)) == Pace(7, timedelta(days=7))
    many = [line(number, number / 10_000, "call", 1) for number in range(5, 5 + PACE_LINES)]
    database.write(lambda c: c.execute(insert(StatementEntry), many))
    pace = database.read(lambda c: weekly_pace(c, acme, NOW))
    assert pace.spent == PACE_LINES
    assert abs(pace.span - timedelta(days=0.5)) < timedelta(minutes=1)
    assert database.read(lambda c: c.execute(select(func.count()).select_from(StatementEntry)).scalar()) == 5004


def test_how_long_a_credit_lasts() -> None:
    week = timedelta(days=7)
    assert lasts(14, Pace(7, week)) == timedelta(days=14)
    assert lasts(0, Pace(7, week)) == lasts(-5, Pace(7, week)) == timedelta(0)
    assert lasts(14, Pace(0, week)) is None
    assert lasts(10**15, Pace(7, week)) is None
