"""Booking refunds: to the cent, once, never more than was paid, and taken back whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.db.makers import ANN, BOB, NOW, PAT
from tests.db.refunds.makers import B2A, EURO, check_books, forked, refund, row, sale, states

from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, History, Payment, Refund, StatementEntry, Transaction, TransactionItem
from partnertui.db.refund_booking import approve_refund, not_paid_by_hand, paid_by_hand, reject_refund
from partnertui.db.refundable_amounts import load_refundable
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.refunds import RefundScope, RefundState, Wanted
from partnertui.errors import UserError

THIRTY = Wanted(RefundScope.AMOUNT, (), 30 * EURO)


def item(number: int, amount: int | None = None) -> Wanted:
    return Wanted(RefundScope.ITEMS, (number,), amount)


def do(database: Database, work: Callable[[UnitOfWork], int], operator: Any = BOB) -> int:
    return commit_once(database, operator, new_key(), work)


def credit(database: Database) -> int:
    found: int = row(database, Customer).credit
    return found


def test_b2a_three_refunds_sum_to_the_invoice(database: Database) -> None:
    sale(database, B2A)
    assert row(database, Transaction).amount == 38_590_000
    for number in (1, 2, 3):
        refund(database, item(number))
        check_books(database)
    amounts = [row(database, Refund, key).amount for key in (1, 2, 3)]
    assert amounts == [14_800_000, 14_790_000, 9_000_000]
    assert sum(amounts) == 38_590_000
    assert (row(database, Transaction).state, row(database, Payment).state) == ("refunded", "refunded")


def test_a_refund_mirrors_its_items(database: Database) -> None:
    sale(database, B2A)
    refund(database, item(2))
    refund(database, item(1, 5 * EURO))
    back = row(database, Transaction, 2)
    assert (back.transaction_type, back.state, back.refund_of_id) == ("refund", "pending", 1)
    assert (back.amount, back.tax) == (-14_800_000, -2_470_000)
    whole, part = row(database, TransactionItem, 4), row(database, TransactionItem, 5)
    assert (whole.total, whole.tax, whole.refund_of_item_id, whole.unit_price) == (
        -12_330_000,
        -2_466_000,
        2,
        -12_330_000,
    )
    assert (whole.tax_rate, whole.tax_category, whole.quantity) == (2000, "S", 1000)
    assert (part.total + part.tax, part.tax, part.refund_of_item_id) == (-5 * EURO, -830_000, 1)
    check_books(database)


def test_credit_that_was_bought_leaves_the_ledger(database: Database) -> None:
    sale(database, [(50 * EURO, 10 * EURO)], item_type="credit")
    refund(database, Wanted(RefundScope.AMOUNT, (), 30 * EURO))
    assert credit(database) == 25 * EURO
    line = row(database, StatementEntry, 2)
    assert (line.kind, line.debit, line.transaction_id, line.balance_after) == ("refund", 25 * EURO, 2, 25 * EURO)
    check_books(database)


def test_a_ledger_that_does_not_match_is_not_hidden(database: Database) -> None:
    sale(database, [(50 * EURO, 0)], item_type="credit")
    database.write(lambda connection: connection.execute(update(Customer).values(credit=7)))
    with pytest.raises(DomainError, match="ledger"):
        refund(database)
    assert states(database) == []
    assert row(database, Transaction).refunded == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "pending"}, "is pending"),
        ({"state": "failed", "failure_code": "expired_card"}, "the card has expired"),
        ({"state": "refunded", "refunded": 100 * EURO}, "already been refunded"),
    ],
)
def test_what_was_not_paid_is_not_refunded(database: Database, fields: dict[str, Any], words: str) -> None:
    sale(database, **fields)
    with pytest.raises(DomainError, match=words):
        database.read(lambda connection: load_refundable(connection, 1))
    with pytest.raises(DomainError, match=words):
        refund(database, amount=100 * EURO)
    assert states(database) == []


def test_a_refund_is_not_refunded(database: Database) -> None:
    sale(database)
    refund(database)
    with pytest.raises(DomainError, match="is itself a refund"):
        database.read(lambda connection: load_refundable(connection, 2))


def test_the_same_key_books_once(database: Database) -> None:
    """Also where the dialog's own key is another one, as after a crash of the program."""
    sale(database)
    first = refund(database, THIRTY, key="k" * 32)

    def again(unit: UnitOfWork) -> int:
        from partnertui.db.refund_booking import RefundRequest, request_refund

        return request_refund(unit, RefundRequest(1, THIRTY, 30 * EURO, 1, "file", "again", "k" * 32), NOW)

    assert do(database, again, ANN) == first
    assert row(database, Transaction).refunded == 30 * EURO


def test_another_amount_than_previewed_is_refused(database: Database) -> None:
    sale(database, B2A)
    refund(database, item(1))
    with pytest.raises(DomainError, match=r"The refund would now be €14\.79"):
        refund(database, item(2), amount=14_800_000)
    check_books(database)


def test_partners_refund_nothing(database: Database) -> None:
    sale(database)
    with pytest.raises(NotAllowed):
        refund(database, operator=PAT)
    refund(database, approval=True)
    with pytest.raises(NotAllowed):
        do(database, lambda unit: approve_refund(unit, 1, NOW), PAT)


def test_a_customer_deleted_meanwhile(database: Database) -> None:
    sale(database)
    with pytest.raises(UserError, match="deleted"), UnitOfWork(database, ANN) as unit:
        unit.get(Transaction, 99, lock=True)


def test_a_second_person_approves(database: Database) -> None:
    sale(database)
    refund(database, approval=True)
    assert states(database) == [RefundState.WAITING]
    assert row(database, Transaction).refunded == 100 * EURO  # nobody else can refund it meanwhile
    with pytest.raises(NotAllowed, match="second person"):
        do(database, lambda unit: approve_refund(unit, 1, NOW), ANN)
    do(database, lambda unit: approve_refund(unit, 1, NOW))
    found = row(database, Refund)
    assert (found.state, found.requested_by_id, found.approved_by_id) == ("pending", ANN.id, BOB.id)
    with pytest.raises(DomainError, match="no longer waiting"):
        do(database, lambda unit: approve_refund(unit, 1, NOW))


def test_the_database_itself_wants_a_second_person(database: Database) -> None:
    sale(database)
    refund(database, approval=True)
    with pytest.raises(UserError):
        database.write(lambda connection: connection.execute(update(Refund).values(approved_by_id=ANN.id)))


def test_a_rejected_refund_leaves_no_trace_in_the_books(database: Database) -> None:
    sale(database, [(50 * EURO, 10 * EURO)], item_type="credit")
    refund(database, approval=True)
    assert credit(database) == 0
    do(database, lambda unit: reject_refund(unit, 1, "not agreed", NOW + timedelta(hours=1)))
    check_books(database)
    assert credit(database) == 50 * EURO
    assert (row(database, Refund).state, row(database, Refund).result) == ("rejected", "not agreed")
    assert row(database, Transaction).state == "completed"
    assert row(database, Transaction, 2).state == "failed"
    refund(database)
    check_books(database)


def test_paid_out_by_hand_needs_its_reference(database: Database) -> None:
    sale(database)
    refund(database, gateway="manual")
    assert states(database) == [RefundState.BY_HAND]
    with pytest.raises(DomainError, match="reference is required"):
        do(database, lambda unit: paid_by_hand(unit, 1, " ", NOW))
    do(database, lambda unit: paid_by_hand(unit, 1, "SEPA 7781", NOW))
    found, back = row(database, Refund), row(database, Transaction, 2)
    assert (found.state, found.gateway_reference, back.state) == ("completed", "SEPA 7781", "completed")
    with pytest.raises(DomainError, match="nothing to pay out"):
        do(database, lambda unit: not_paid_by_hand(unit, 1, "account closed", NOW))


def test_what_can_not_be_paid_out_by_hand_is_taken_back(database: Database) -> None:
    sale(database, B2A)
    refund(database, item(2), gateway="manual")
    do(database, lambda unit: not_paid_by_hand(unit, 1, "account closed", NOW))
    check_books(database)
    assert row(database, Transaction).refunded == 0


def test_history_says_what_became_of_sale_items_and_payment(database: Database) -> None:
    sale(database)
    refund(database, THIRTY)
    query = select(History.object_table, History.changes).where(History.action == "changed").order_by(History.id)
    found = database.read(lambda connection: connection.execute(query).all())
    changed = {"refunded": [0, 30 * EURO], "state": ["completed", "part refunded"]}
    item = {"refunded": [0, 30 * EURO]}
    assert [(one.object_table, one.changes) for one in found] == [
        ("transactions", changed),
        ("transaction_items", item),
        ("payments", changed),
    ]


def test_twenty_processes_refund_thirty_of_a_hundred(database: Database) -> None:
    """Sum-then-insert paid 540 here; the guarded UPDATE pays 90."""
    sale(database)
    url = str(database.url)
    database.engine.dispose()

    def child() -> int:
        mine = open_database(url)
        try:
            refund(mine, THIRTY)
        except UserError:
            return 1
        finally:
            mine.close()
        return 0

    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in [forked(child) for _ in range(20)]]
    assert sorted(codes) == [0] * 3 + [1] * 17
    assert row(database, Transaction).refunded == 90 * EURO
    booked = select(func.sum(Refund.amount))
    assert database.read(lambda connection: connection.execute(booked).scalar_one()) == 90 * EURO
    check_books(database)
