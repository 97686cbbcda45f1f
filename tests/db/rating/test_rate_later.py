"""A missing price is listed and mended; a price put right is rated again, once, by reversing lines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError
from tests.db.makers import ANN, PAT
from tests.db.rating import makers
from tests.sync import switch

from partnertui.db.billing_checks.check_declaration import Account
from partnertui.db.billing_checks.items_numbers_users import calls_without_price
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.models import Cdr, History, StatementEntry
from partnertui.db.models.cdr_indexes import TO_MEND_SQL
from partnertui.db.rating.charge_facts import alternatives, charge_if, load_charged_call
from partnertui.db.rating.rate_calls import rate_calls
from partnertui.db.rating.rerate import Scope, dry_run, rate_again
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.rating.charges import amount_of
from partnertui.domain.rating.rating_state import RatingState
from partnertui.screens.shared.explain_charge import explanation

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)


def scope(prefix: str = "49", price: int = 1) -> Scope:
    return Scope(1, prefix, switch.BEGIN - timedelta(days=1), UNTIL, price)


def test_a_missing_price_is_a_state_and_mended_once(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "88213123456", 61, "satellite")
    makers.called(database, "49301234567", 61, "berlin")
    assert makers.imported(database).without_price == 1
    call = switch.cdrs(database)["kamailio:satellite"]
    assert (call.rating, call.charge) == (RatingState.NO_PRICE, 0)
    words = database.read(lambda connection: [text for text, _ in explanation(load_charged_call(connection, call.id))])
    assert words[0] == "No price for +88213…, so the call isn't charged."
    assert "no prefix for this number was valid on 01 Mar 2026" in words[1]
    assert (rate_calls(database).priced, rate_calls(database).without_price) == (0, 1)
    makers.add_price(database, id=9, prefix="882", per_minute=3_000_000)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(rate_calls, database) for _ in range(2)]
        assert sum(run.result().priced for run in runs) == 1
    assert switch.cdrs(database)["kamailio:satellite"].charge == 6_000_000
    assert [line.debit for line in makers.ledger(database)] == [13_200, 6_000_000]
    makers.require_sums(database)
    assert rate_calls(database).calls == 0


def test_check_billing_lists_what_has_no_price(database: Database) -> None:
    makers.prepare(database)
    for number in ("88213123456", "88213999999", "99912345678"):
        makers.called(database, number, 61)
    makers.imported(database)
    account = Account({"id": 1}, switch.BEGIN)
    found = database.read(lambda connection: [one.text for one in calls_without_price(connection, account)])
    assert found == [
        "2 calls to +88213… without a price: not charged.",
        "1 call to +99912… without a price: not charged.",
    ]


def test_those_without_a_price_have_their_own_index(sqlite_database: Database) -> None:
    plan = "EXPLAIN QUERY PLAN SELECT DISTINCT customer_id FROM cdrs WHERE " + TO_MEND_SQL
    rows = sqlite_database.read(lambda connection: connection.exec_driver_sql(plan).all())
    assert "ix_cdrs_to_mend" in str(rows)


def test_calls_from_before_are_rated_since_a_day(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "49301234567", 60, "old")
    makers.imported(database)
    forget = update(Cdr).values(rating=None, charge=0, terms_id=None)
    database.write(lambda connection: connection.execute(forget))
    database.write(lambda connection: connection.exec_driver_sql("DELETE FROM statement_entries"))
    database.write(lambda connection: connection.exec_driver_sql("UPDATE customers SET credit = 0"))
    assert rate_calls(database).calls == 0, "only on request"
    assert rate_calls(database, since=switch.BEGIN + timedelta(days=1)).calls == 0
    assert rate_calls(database, since=switch.BEGIN, customers=[2]).calls == 0
    assert rate_calls(database, since=switch.BEGIN).priced == 1
    makers.require_sums(database)


def test_many_calls_in_chunks(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnertui.db.rating.rate_calls.CHUNK", 3)
    makers.prepare(database)
    for at in range(10):
        makers.called(database, "88213123456", 60, f"call{at}")
    makers.imported(database)
    assert rate_calls(database).without_price == 10
    makers.add_price(database, id=9, prefix="882", per_minute=1_000_000)
    assert rate_calls(database).priced == 10
    assert len(makers.ledger(database)) == 10
    makers.require_sums(database)


def test_rated_again_twice_is_once(database: Database) -> None:
    makers.prepare(database)
    makers.operators(database)
    for at in range(3):
        makers.called(database, "49301234567", 60, f"call{at}")
    makers.called(database, "35312345678", 60, "ireland")
    makers.imported(database)
    assert dry_run(database, scope()) == []
    makers.change_price(database, 1, per_minute=6_000)
    found = dry_run(database, scope())
    assert [(one.customer_id, one.calls, one.old, one.new) for one in found] == [(1, 3, 36_000, 18_000)]
    assert makers.customer(database).credit == -96_000, "a dry run changes nothing"
    for _ in range(2):
        rate_again(database, ANN, scope(), found[0], "key")
    assert makers.customer(database).credit == -78_000
    lines = makers.ledger(database)[4:]
    assert [(line.credit, line.debit, line.rating_round) for line in lines] == [(12_000, 0, 1), (0, 6_000, 1)] * 3
    makers.require_sums(database)
    assert dry_run(database, scope()) == [], "nor is anything left to be corrected under another key"
    query = select(History.changes, History.operator_name).where(History.object_table == "customers")
    history = database.read(lambda connection: connection.execute(query).all())
    assert [(row.changes["credit"], row.operator_name) for row in history] == [([-96_000, -78_000], "Ann")]
    makers.change_price(database, 1, per_minute=0)
    rate_again(database, ANN, scope(), dry_run(database, scope())[0], "other key")
    assert {line.rating_round for line in makers.ledger(database)[10:]} == {2}
    makers.require_sums(database)


def test_only_what_was_approved_is_corrected(database: Database) -> None:
    makers.prepare(database)
    makers.operators(database)
    makers.called(database, "49301234567", 60, "call")
    makers.imported(database)
    makers.change_price(database, 1, per_minute=6_000)
    found = dry_run(database, scope())[0]
    with pytest.raises(NotAllowed):
        rate_again(database, PAT, scope(), found, "partner")
    makers.change_price(database, 1, per_minute=9_000)
    with pytest.raises(DomainError, match="changed since the dry run"):
        rate_again(database, ANN, scope(), found, "key")
    assert makers.customer(database).credit == -12_000
    assert len(makers.ledger(database)) == 1


def test_a_price_moved_to_another_prefix_and_minutes_given_back(database: Database) -> None:
    makers.prepare(database, minutes=10)
    makers.operators(database)
    makers.called(database, "35312345678", 120, "ireland")
    makers.imported(database)
    assert makers.customer(database).unlimited_minutes_left == 8
    makers.change_price(database, 3, unlimited=False)
    found = dry_run(database, scope("353", 3))[0]
    assert (found.old, found.new, found.seconds) == (0, 120_000, -120)
    rate_again(database, ANN, scope("353", 3), found, "key")
    assert makers.customer(database).unlimited_minutes_left == 10
    makers.require_sums(database)
    makers.change_price(database, 3, prefix="3531", per_minute=30_000)
    assert dry_run(database, scope("44", 3))[0].new == 60_000, "found by the price that it was charged by"


def test_a_wrong_charge_of_another_program_is_put_right(database: Database) -> None:
    makers.prepare(database)
    makers.operators(database)
    makers.called(database, "49301234567", 60, "call")
    makers.imported(database)
    database.write(lambda connection: connection.execute(update(Cdr).values(charge=120_000)))
    database.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE statement_entries SET debit = 120000, balance_after = -120000"
        )
    )
    database.write(lambda connection: connection.exec_driver_sql("UPDATE customers SET credit = -120000 WHERE id = 1"))
    call = switch.cdrs(database)["kamailio:call"]
    words = database.read(lambda connection: list(explanation(load_charged_call(connection, call.id))))
    assert words[-1] == (
        "But £0.12 was charged, £0.108 more than calculated: re-rate this price's calls.",
        "bad",
    )
    rate_again(database, ANN, scope(), dry_run(database, scope())[0], "key")
    assert makers.customer(database).credit == -12_000
    makers.require_sums(database)


def test_the_database_itself_refuses_a_second_charge(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "49301234567", 60, "call")
    makers.imported(database)
    line = makers.ledger(database)[0]._asdict()
    again = {**line, "id": 99, "sequence": 2, "balance_before": line["balance_after"], "balance_after": -24_000}
    with pytest.raises(DatabaseError) as refused:
        database.write(lambda connection: connection.execute(insert(StatementEntry), [again]))
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_the_explanation_is_the_charge_also_after_the_price_changed(database: Database) -> None:
    makers.prepare(database, minutes=1)
    for at, seconds in enumerate((1, 29, 61, 3_599)):
        for number in ("49301234567", "491701234567", "35312345678"):
            makers.called(database, number, seconds, f"{number}-{at}")
    makers.imported(database)
    makers.change_price(database, 1, per_minute=999_000)
    for call in switch.cdrs(database).values():
        charged = database.read(partial(load_charged_call, cdr_id=call.id))
        assert charged.price is not None
        assert amount_of(charged.price.terms, call.billed_seconds, call.covered_seconds) == call.charge
        assert list(explanation(charged))[-1][1] == "good"


def test_what_if(database: Database) -> None:
    makers.prepare(database)
    makers.called(database, "35312345678", 60, "call")
    makers.imported(database)
    call = switch.cdrs(database)["kamailio:call"]

    def work(connection: Connection) -> None:
        charged = load_charged_call(connection, call.id)
        mine = alternatives(connection, charged)
        assert [one.title for one in mine] == ["Calls"]
        same = charge_if(connection, charged, mine[0])
        assert same is not None
        assert same[1].amount == 60_000
        plan = replace(mine[0], price_list_id=None, minutes=5)
        covered = charge_if(connection, charged, plan)
        assert covered is not None
        assert covered[1].state == RatingState.INCLUDED
        assert charge_if(connection, charged, replace(mine[0], price_list_id=404)) is None

    database.read(work)
