"""Months of a ledger: they tile local time, and sum up to what the ledger moved."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from tests.db.makers import ANN, customer, staff

from partnertui.db.credit import LedgerLine, write_line
from partnertui.db.database import Database
from partnertui.db.ledger_month_totals import month_begin, month_totals
from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import StatementKind
from partnertui.domain.pstn_credit import balance_words

EURO = 1_000_000


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_months_tile_through_summer_time(berlin: None) -> None:
    begins = [month_begin(2026 * 12 + number) for number in range(13)]
    assert begins[0].astimezone(UTC) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert begins[3].astimezone(UTC) == datetime(2026, 3, 31, 22, tzinfo=UTC)
    days = [(later - earlier) / timedelta(days=1) for earlier, later in itertools.pairwise(begins)]
    assert [round(count) for count in days] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_each_month_has_its_lines(database: Database, berlin: None) -> None:
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer()
        work.add(new)
        work.commit()
    moves = (
        (StatementKind.TOP_UP, 50 * EURO, datetime(2026, 1, 5, tzinfo=UTC)),
        (StatementKind.CALL, -2 * EURO, datetime(2026, 1, 31, 22, 59, tzinfo=UTC)),  # 23:59 in Berlin
        (StatementKind.CALL, -60 * EURO, datetime(2026, 1, 31, 23, 1, tzinfo=UTC)),  # 00:01 on 1 February
        (StatementKind.DDI_FEE, -EURO, datetime(2026, 4, 1, tzinfo=UTC)),
    )
    with UnitOfWork(database, ANN) as work:
        for kind, amount, at in moves:
            write_line(work, work.get(Customer, new.id, lock=True), LedgerLine(kind, "x", amount, at))
        work.commit()
    found = database.read(lambda connection: month_totals(connection, new.id))
    shown = [(total.month.strftime("%Y-%m"), total.lines, total.debit, total.credit, total.balance) for total in found]
    assert shown == [
        ("2026-04", 1, EURO, 0, -13 * EURO),
        ("2026-02", 1, 60 * EURO, 0, -12 * EURO),
        ("2026-01", 2, 2 * EURO, 50 * EURO, 48 * EURO),
    ]
    assert found[2].by_kind == {StatementKind.TOP_UP: 50 * EURO, StatementKind.CALL: -2 * EURO}
    credit = database.read(lambda c: c.execute(select(Customer.credit).where(Customer.id == new.id)).scalar_one())
    assert sum(total.credit - total.debit for total in found) == credit
    assert balance_words(credit, "EUR") == "owes €13.00"
    assert database.read(lambda connection: month_totals(connection, new.id + 1)) == []
