"""`partnertui sync` charges each call once, with its ledger line, in the transaction that imports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select, update
from tests.db.rating import makers
from tests.sync import switch

from partnertui.db.database import Database
from partnertui.db.models import Cdr, PriceList, RatedTerms, StatementEntry
from partnertui.domain.rating.rating_state import RatingState


def test_b3b_an_unanswered_call_is_rated_zero(database: Database) -> None:
    makers.prepare(database, minutes=60)
    makers.change_price(database, 1, unlimited=True)
    makers.called(database, "49301234567", 0, "silent")
    switch.attempt(database, "acc", "silent", "49301234567", "480", switch.BEGIN, caller="1001")
    report = makers.imported(database)
    call = switch.cdrs(database)["kamailio:silent#failed"]
    assert (call.rating, call.charge, call.covered_seconds) == (RatingState.RATED, 0, 0)
    assert makers.customer(database).unlimited_minutes_left == 60
    assert makers.ledger(database) == []
    assert (report.charged, report.without_price) == (0, 0)


def test_each_call_by_the_longest_prefix(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "49301234567", 61, "berlin")
    makers.called(database, "491701234567", 61, "mobile")
    makers.called(database, "1002", 61, "colleague")
    report = makers.imported(database)
    found = switch.cdrs(database)
    berlin, mobile, colleague = (found[f"kamailio:{name}"] for name in ("berlin", "mobile", "colleague"))
    assert (berlin.charge, berlin.billed_seconds, berlin.rate, berlin.prefix_name) == (13_200, 66, 12_000, "Germany")
    assert (mobile.charge, mobile.billed_seconds) == (10_000 + 49_817, 61)
    assert (colleague.rating, colleague.charge) == (RatingState.NOT_BILLABLE, 0)
    assert [(line.debit, line.cdr_id, line.rating_round) for line in makers.ledger(database)] == [
        (13_200, berlin.id, 0),
        (59_817, mobile.id, 0),
    ]
    makers.require_sums(database)
    assert report.charged == 2
    makers.imported(database)
    assert len(makers.ledger(database)) == 2


def test_terms_stay_as_they_were(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "49301234567", 60, "first")
    makers.imported(database)
    makers.change_price(database, 1, per_minute=24_000)
    makers.called(database, "49301234567", 60, "second")
    makers.imported(database)
    query = select(RatedTerms.per_minute).join(Cdr, Cdr.terms_id == RatedTerms.id).order_by(Cdr.id)
    assert database.read(lambda connection: list(connection.scalars(query))) == [12_000, 24_000]
    makers.require_sums(database)


def test_the_price_of_the_day(database: Database) -> None:
    makers.prepare(database)
    makers.change_price(database, 1, valid_to=date(2026, 2, 28))
    makers.add_price(database, id=9, prefix="49", per_minute=99_000, valid_from=date(2026, 3, 1))
    makers.called(database, "49301234567", 60, "today")
    makers.imported(database)
    assert switch.cdrs(database)["kamailio:today"].rate == 99_000


def test_minutes_are_used_to_the_second(database: Database) -> None:
    makers.prepare(database, minutes=2)
    for at, seconds in enumerate((30, 70, 50)):
        makers.called(database, "35312345678", seconds, f"call{at}")
    makers.imported(database)
    found = [switch.cdrs(database)[f"kamailio:call{at}"] for at in range(3)]
    assert [call.rating for call in found] == [RatingState.INCLUDED, RatingState.RATED, RatingState.RATED]
    assert [(call.billed_seconds, call.covered_seconds, call.charge) for call in found] == [
        (60, 60, 0),
        (70, 60, 10_000),
        (60, 0, 60_000),
    ]
    assert (makers.customer(database).unlimited_minutes_left, makers.customer(database).minute_seconds_used) == (0, 0)
    makers.require_sums(database)


def test_a_list_in_another_currency_charges_nothing(database: Database) -> None:
    makers.prepare(database)
    database.write(lambda connection: connection.execute(update(PriceList).values(currency="EUR")))
    makers.called(database, "49301234567", 60, "call")
    assert makers.imported(database).without_price == 1
    assert switch.cdrs(database)["kamailio:call"].rating == RatingState.OTHER_CURRENCY
    makers.require_sums(database)


def test_two_at_a_time_charge_every_call_once(database: Database) -> None:
    makers.prepare(database, minutes=5)
    for at in range(400):
        makers.called(database, ("49301234567", "35312345678")[at % 2], 30 + at, f"call{at}")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(makers.imported, database) for _ in range(2)]
        assert sum(run.result().imported for run in runs) == 400
    makers.require_sums(database)
    charged = [line.cdr_id for line in makers.ledger(database)]
    assert len(charged) == len(set(charged))
    covered = sum(call.covered_seconds for call in switch.cdrs(database).values())
    assert covered == 5 * 60


def test_a_refused_call_is_not_charged(database: Database) -> None:
    makers.prepare(database)
    for at in range(5):
        makers.called(database, "49301234567", 60, f"call{at}")
    check = "ALTER TABLE cdrs ADD CONSTRAINT ck_cdrs_tested CHECK (call_id_a <> 'call3')"
    trigger = """CREATE TRIGGER tested BEFORE INSERT ON cdrs WHEN new.call_id_a = 'call3'
        BEGIN SELECT RAISE(ABORT, 'refused by the test'); END"""
    statement = trigger if database.dialect == "sqlite" else check
    database.write(lambda connection: connection.exec_driver_sql(statement))
    report = makers.imported(database)
    assert (report.imported, report.bad, report.charged) == (4, 1, 4)
    assert len(makers.ledger(database)) == 4
    makers.require_sums(database)


KILLED = """
import os, signal, sys
from sqlalchemy import event
from partnertui.db.database import open_database
from partnertui.db.sync import sync
database, left = open_database(sys.argv[1]), [int(sys.argv[2])]
@event.listens_for(database.engine, "after_cursor_execute")
def after(connection, cursor, statement, parameters, context, many):
    if connection.get_execution_options().get("write"):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
sync(database, kamailio=database, timezone="UTC", country="GB")
"""


@pytest.mark.parametrize("statement", [3, 7, 9, 11, 13])
def test_killed_between_two_statements(database: Database, statement: int) -> None:
    makers.prepare(database, minutes=3)
    for at in range(20):
        makers.called(database, ("49301234567", "35312345678")[at % 2], 30 + at, f"call{at}")
    command = [sys.executable, "-c", KILLED, database.url, str(statement)]
    ended = subprocess.run(command, timeout=60, check=False, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})
    assert ended.returncode == -signal.SIGKILL
    makers.require_sums(database)
    assert switch.cdrs(database) == {}, "a batch and what it costs are one transaction"
    assert makers.imported(database).imported == 20
    makers.require_sums(database)
    entries = select(StatementEntry.cdr_id).where(StatementEntry.debit > 0)
    charged = database.read(lambda connection: list(connection.scalars(entries)))
    assert len(charged) == len(set(charged)) > 0
