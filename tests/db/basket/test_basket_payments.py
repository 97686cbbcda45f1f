"""Payments for basket items: to the cent, once, by one of two agents, and with what follows from another amount."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from tests.db.basket.makers import CENT, EURO, basket, check_books, pay, payable, row, rows, states
from tests.db.makers import ANN, BOB, NOW, PAT

from partnertui.db.basket_payments import add_payment
from partnertui.db.basket_state import item_state
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import BasketItem, Customer, History, Payment, StatementEntry, Transaction, TransactionItem
from partnertui.db.payment_state_changes import mark_paid, not_received
from partnertui.domain.billing_enums import PaymentType
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.recorded_payments import NewPayment


def arrive(database: Database, key: int, operator: Any = ANN) -> bool:
    return commit_once(database, operator, new_key(), lambda unit: mark_paid(unit, key, NOW))


def cancel(database: Database, key: int) -> bool:
    return commit_once(database, BOB, new_key(), lambda unit: not_received(unit, key, "never came", NOW))


def test_three_items_are_paid_in_one_sale(database: Database) -> None:
    basket(database)
    key = pay(database)
    paid, sale = row(database, Payment, key), row(database, Transaction)
    assert (paid.amount, paid.tax, paid.state, paid.transaction_id) == (41_650_000, 6_650_000, "completed", 1)
    assert (sale.amount, sale.tax, sale.state, sale.transaction_type) == (
        41_650_000,
        6_650_000,
        "completed",
        "purchase",
    )
    assert (sale.billing_company, sale.billing_country) == ("Acme", "DE")
    lines = rows(database, TransactionItem)
    assert (lines[0].total, lines[0].tax, lines[0].tax_rate, lines[0].tax_category) == (10 * EURO, 1_900_000, 1900, "S")
    assert states(database) == ["paid"] * 3
    check_books(database)


def test_a_pending_payment_attaches_and_pays_when_it_arrives(database: Database) -> None:
    basket(database)
    key = pay(database, is_received=False)
    assert states(database) == ["attached"] * 3
    assert payable(database).items == ()
    check_books(database)
    assert arrive(database, key) is True
    assert arrive(database, key, BOB) is False, "twice is once"
    assert states(database) == ["paid"] * 3
    check_books(database)


def test_a_payment_that_never_came_frees_its_items(database: Database) -> None:
    basket(database)
    key = pay(database, (1, 2), is_received=False)
    assert cancel(database, key) is True
    assert cancel(database, key) is False
    assert (row(database, Payment, key).failure_code, row(database, Transaction).state) == ("not_received", "failed")
    assert states(database) == ["due"] * 3
    with pytest.raises(DomainError, match="failed"):
        arrive(database, key)
    pay(database)
    check_books(database)


def test_less_leaves_the_items_attached_until_the_rest_arrives(database: Database) -> None:
    basket(database)
    first = pay(database, cost=30 * EURO)
    assert (row(database, Payment, first).state, row(database, Transaction).state) == ("completed", "pending")
    assert states(database) == ["attached"] * 3
    assert [(one.id, one.rest) for one in payable(database).open_sales] == [(1, 11_650_000)]
    check_books(database)
    second = pay(database, (), sales=(1,))
    assert row(database, Payment, second).transaction_id == 1
    assert sum(one.tax for one in rows(database, Payment)) == row(database, Transaction).tax
    assert states(database) == ["paid"] * 3
    assert payable(database).open_sales == ()
    check_books(database)


def test_the_rest_is_paid_once(database: Database) -> None:
    basket(database)
    pay(database, cost=30 * EURO)
    pay(database, (), sales=(1,), is_received=False)
    assert payable(database).open_sales == (), "the rest is on its way"
    with pytest.raises(StopIteration):
        pay(database, (), sales=(1,))
    cancel(database, 2)
    assert states(database) == ["attached"] * 3, "the first part arrived"
    pay(database, (), sales=(1,), cost=12 * EURO)
    check_books(database)


@pytest.mark.parametrize("extra", [CENT, 2 * CENT, 5 * EURO, 5 * EURO + CENT, 10 * EURO + 3 * CENT])
def test_more_becomes_credit_with_its_ledger_line(database: Database, extra: int) -> None:
    basket(database)
    key = pay(database, cost=41_650_000 + extra)
    sale, owner = row(database, Transaction), row(database, Customer)
    (line,) = rows(database, StatementEntry)
    assert (line.kind, line.credit, line.transaction_id) == ("top-up", owner.credit, 1)
    rest = row(database, Payment, key).amount - sale.amount
    assert rest in (0, CENT)
    sold = [one for one in rows(database, TransactionItem) if one.item_type == "credit"]
    assert owner.credit == sum(one.total for one in sold) + rest
    assert sale.tax == row(database, Payment, key).tax
    check_books(database)


def test_credit_items_raise_the_credit_exactly_once(database: Database) -> None:
    basket(database, (50 * EURO,), item_type="credit")
    key = pay(database, (1,), is_received=False)
    assert row(database, Customer).credit == 0
    arrive(database, key)
    arrive(database, key)
    assert row(database, Customer).credit == 50 * EURO
    assert row(database, Transaction).transaction_type == "top-up"
    assert len(rows(database, StatementEntry)) == 1
    check_books(database)


def test_money_without_items_is_a_top_up(database: Database) -> None:
    basket(database)
    pay(database, (), cost=119 * EURO)
    assert row(database, Customer).credit == 100 * EURO
    sale = row(database, Transaction)
    assert (sale.transaction_type, sale.amount, sale.tax) == ("top-up", 119 * EURO, 19 * EURO)
    check_books(database)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"unique_payment_id": ""}, "unique_payment_id", "required"),
        ({"unique_payment_id": "a b"}, "unique_payment_id", "letters"),
        ({"cost": 0}, "cost", "greater than zero"),
        ({"cost": 41_651_000}, "cost", "are multiples of"),
        ({"cost": 40 * EURO, "reason": " "}, "reason", "reason is required"),
        ({"payment_type": "card"}, "payment_type", "gateway"),
        ({"payment_type": "card", "by_hand": True, "reason": None}, "reason", "reason is required"),
        ({"items": (), "cost": 5 * EURO, "expected": 0, "is_received": False}, "items", "wait for"),
        ({"expected": 41 * EURO, "cost": 41 * EURO}, "items", "it changed since"),
        ({"items": (1, 99)}, "items", "been deleted"),
    ],
)
def test_what_is_refused_writes_nothing(database: Database, fields: dict[str, Any], field: str, words: str) -> None:
    basket(database)
    with pytest.raises(DomainError, match=words) as found:
        pay(database, **fields)
    assert found.value.field == field
    assert states(database) == ["due"] * 3
    assert rows(database, Payment) == rows(database, Transaction) == []


def test_items_of_others_and_of_another_currency(database: Database) -> None:
    basket(database)
    database.write(lambda c: c.execute(update(BasketItem).where(BasketItem.id == 1).values(currency="USD")))
    with pytest.raises(DomainError, match="is in USD"):
        pay(database, (1,))
    database.write(lambda c: c.execute(update(BasketItem).where(BasketItem.id == 2).values(customer_id=2)))
    with pytest.raises(DomainError, match="another customer"):
        pay(database, (2,), expected=23_800_000, cost=23_800_000)
    assert rows(database, Payment) == []


def test_a_payment_id_is_used_once(database: Database) -> None:
    basket(database)
    pay(database, (1,), unique_payment_id="PAY-9")
    with pytest.raises(DomainError, match="in use"):
        pay(database, (2,), unique_payment_id="PAY-9")
    check_books(database)


def test_a_customer_deleted_meanwhile(database: Database) -> None:
    basket(database, ())
    database.write(lambda c: c.execute(delete(Customer).where(Customer.id == 1)))
    new = NewPayment(PaymentType.MANUAL, "PAY-1", EURO, 0, reason="x")
    with pytest.raises(RowDeleted):
        commit_once(database, ANN, new_key(), lambda unit: add_payment(unit, 1, new, "DE", NOW))


def test_an_item_is_attached_once(database: Database) -> None:
    basket(database)
    pay(database, (1,), is_received=False)
    with pytest.raises(DomainError, match="another payment"):
        pay(database, (1, 2), expected=35_700_000, cost=35_700_000)
    assert states(database) == ["attached", "due", "due"]
    check_books(database)


def test_a_payment_that_its_gateway_failed_frees_its_items(database: Database) -> None:
    """Another program's write: nothing of ours ran."""
    basket(database)
    pay(database, (1,), is_received=False)

    def fail(connection: Any) -> None:
        connection.execute(update(Payment).values(state="failed"))
        connection.execute(update(Transaction).values(state="failed"))

    database.write(fail)
    assert [one.state for one in payable(database).items] == ["due"] * 3
    pay(database, (1,))
    assert states(database) == ["paid", "due", "due"]


def test_the_same_key_pays_once(database: Database) -> None:
    basket(database)
    key = new_key()
    first = pay(database, (1,), key=key)
    assert commit_once(database, ANN, key, lambda unit: -1, None) == first
    assert len(rows(database, Payment)) == 1


def test_a_ledger_that_does_not_match_is_not_hidden(database: Database) -> None:
    basket(database, (EURO,), item_type="credit")
    database.write(lambda c: c.execute(update(Customer).values(credit=7)))
    with pytest.raises(DomainError, match="ledger"):
        pay(database, (1,))
    assert states(database) == ["due"]


def test_every_change_has_history(database: Database) -> None:
    basket(database)
    pay(database, (1,), is_received=False)
    arrive(database, 1)
    found = database.read(
        lambda c: c.execute(
            select(History.changes).where(History.object_table == "basket_items", History.object_id == 1)
        ).all()
    )
    assert [entry[0].get("state") for entry in found][1:] == [["due", "attached"], ["attached", "paid"]]


def test_how_a_payment_ended_is_in_the_history(database: Database) -> None:
    """Also what is written beside the state."""
    basket(database)
    pay(database, (1,))
    cancel(database, pay(database, (2,), is_received=False))
    told = database.read(lambda c: c.execute(select(History.object_table, History.changes)).all())
    assert ("transactions", {"state": ["pending", "completed"], "result": [None, "received"]}) in told
    failed = next(changes for name, changes in told if name == "payments" and "failure_code" in changes)
    assert failed["failure_code"] == [None, "not_received"]


def test_partners_pay_for_their_own_and_raise_no_credit(database: Database) -> None:
    basket(database)
    with pytest.raises(RowDeleted):
        pay(database, operator=PAT)

    def own(connection: Any) -> None:
        connection.execute(update(Customer).where(Customer.id == 1).values(partner_id=7))
        connection.execute(update(BasketItem).values(partner_id=7))
        from partnertui.db.models import Partner

        connection.execute(update(Partner).values(country="DE"))

    database.write(own)
    with pytest.raises(NotAllowed, match="credit"):
        pay(database, operator=PAT, cost=50 * EURO)
    pay(database, operator=PAT)
    assert [one.partner_id for one in rows(database, Transaction)] == [7]
    check_books(database)


LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("stored", "due", "hidden", "payment", "expected"),
    [
        ("due", EARLIER, None, None, "due"),
        ("due", LATER, None, None, "due"),
        ("due", LATER, LATER, None, "hidden"),
        ("hidden", LATER, None, None, "hidden"),
        ("hidden", EARLIER, None, None, "due"),
        ("hidden", None, None, None, "hidden"),
        ("hidden", LATER, EARLIER, None, "due"),
        ("attached", LATER, LATER, "pending", "attached"),
        ("attached", EARLIER, None, "completed", "attached"),
        ("attached", LATER, LATER, "failed", "hidden"),
        ("attached", EARLIER, None, "failed", "due"),
        ("paid", LATER, LATER, "completed", "paid"),
    ],
)
def test_the_state_follows_payment_and_clock(
    database: Database, stored: str, due: datetime | None, hidden: datetime | None, payment: str | None, expected: str
) -> None:
    basket(database, (EURO,))
    if payment:
        pay(database, (1,), is_received=False)

    def change(connection: Any) -> Any:
        connection.execute(update(BasketItem).values(state=stored, due_at=due, hidden_until=hidden))
        connection.execute(update(Payment).values(state=payment))
        return connection.execute(select(item_state(NOW))).scalar()

    assert database.write(change) == expected
