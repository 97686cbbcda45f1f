"""Basket items: added, edited, deleted; what recurs is followed once; two agents, two processes, kills."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from tests.db.basket.makers import EURO, basket, check_books, pay, row, rows, states
from tests.db.makers import ANN, BOB, NOW, PAT
from tests.db.refunds.makers import forked

from partnertui.db.basket_items import add_item, delete_item, edit_item, follow_due, load_item, new_item_values, taken
from partnertui.db.billing_checks.run import check_billing
from partnertui.db.customer_overview import read_cockpit
from partnertui.db.database import Database, open_database
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import BasketItem, Customer, Payment, PaymentCorrection, StatementEntry, Transaction
from partnertui.db.payment_state_changes import correct_payment, load_correction, mark_paid
from partnertui.db.undo import last_changes
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.errors import UserError

JANUARY = datetime(2026, 1, 30, 23, tzinfo=UTC)
"""The beginning of 31 January in Berlin."""
ITEM = {
    "item_type": "hardware",
    "unique_item_id": "BI-100",
    "description": "Desk phone",
    "price": 149 * EURO,
    "due": date(2026, 1, 31),
    "hidden": False,
}


def do(database: Database, work: Any, operator: Any = ANN) -> Any:
    return commit_once(database, operator, new_key(), work)


def add(database: Database, operator: Any = ANN, customer: int = 1, **fields: Any) -> int:
    return int(do(database, lambda unit: add_item(unit, customer, ITEM | fields), operator))


def load(database: Database, key: int) -> Any:
    return database.read(lambda connection: load_item(connection, key))


def edit(database: Database, key: int, **fields: Any) -> int:
    seen = load(database, key)
    return int(do(database, lambda unit: edit_item(unit, key, seen | fields, seen)))


def test_an_item_is_in_the_customers_currency(database: Database) -> None:
    basket(database, ())
    found = row(database, BasketItem, add(database, hidden=True))
    assert (found.currency, found.state, found.due_at, found.hidden_until) == ("EUR", "hidden", JANUARY, JANUARY)
    assert (found.recurrence, found.first_day) == ("once", None)


def test_an_id_is_used_once(database: Database) -> None:
    basket(database, ())
    add(database)
    asked = database.read(lambda c: (taken(c, BasketItem.unique_item_id, " BI-100 "), load_item(c, 1)))
    assert "in use" in asked[0]
    with pytest.raises(DomainError, match="in use") as found:
        add(database)
    assert found.value.field == "unique_item_id"
    assert edit(database, 1, description="Other phone") == 1, "its own ID is no other's"


def test_what_is_typed_for_a_customer_deleted_meanwhile(database: Database) -> None:
    basket(database, ())
    with pytest.raises(RowDeleted):
        add(database, customer=99)
    with pytest.raises(DomainError, match="deleted"):
        database.read(lambda connection: new_item_values(connection, 99, NOW))
    with pytest.raises(RowDeleted):
        add(database, PAT)


def test_a_product_that_is_not_sold(database: Database) -> None:
    basket(database, ())
    with pytest.raises(DomainError, match="is no longer sold"):
        add(database, product_id=77)


def test_editing_keeps_what_others_changed_visible(database: Database) -> None:
    basket(database, ())
    key = add(database)
    seen = load(database, key)
    edit(database, key, price=10 * EURO)
    with pytest.raises(ConcurrentChange):
        do(database, lambda unit: edit_item(unit, key, seen | {"price": 12 * EURO}, seen))
    assert row(database, BasketItem, key).price == 10 * EURO


def test_paid_and_attached_items_stay(database: Database) -> None:
    basket(database)
    pay(database, (1,), is_received=False)
    pay(database, (2,))
    for key, words in ((1, "attached to payment"), (2, "paid with payment")):
        with pytest.raises(DomainError, match=words):
            load(database, key)
        version = row(database, BasketItem, key).version
        with pytest.raises(DomainError, match=words):
            do(database, lambda unit, key=key, version=version: delete_item(unit, key, version))
    do(database, lambda unit: delete_item(unit, 3, 1))
    assert [one.id for one in rows(database, BasketItem)] == [1, 2]


def test_a_state_that_a_payment_wrote_is_not_undone(database: Database) -> None:
    basket(database)
    pay(database, (1,))
    with pytest.raises(DomainError, match="depends on its payment"):
        database.read(lambda connection: last_changes(connection, ANN, "basket_items", [1]))


def test_b7a_what_recurs_is_followed_by_local_dates(database: Database) -> None:
    """From 31 January: each is due the day after the one before ended, hidden until then, whatever was paid when."""
    basket(database, ())
    key = add(database, recurrence="monthly")
    days = []
    for _ in range(3):
        pay(database, (key,))
        key = rows(database, BasketItem)[-1].id
        found = row(database, BasketItem, key)
        assert (found.state, found.hidden_until, found.price) == ("hidden", found.due_at, 149 * EURO)
        days.append(found.due_at)
    assert days == [
        datetime(2026, 2, 27, 23, tzinfo=UTC),
        datetime(2026, 3, 30, 22, tzinfo=UTC),
        datetime(2026, 4, 29, 22, tzinfo=UTC),
    ]
    from partnertui.db.models import TransactionItem

    sold = rows(database, TransactionItem)
    assert [(one.period_from, one.period_to) for one in sold] == list(zip([JANUARY, *days], days, strict=False))
    assert row(database, BasketItem, key).unique_item_id == "BI-100-20260430"
    check_books(database)


def test_due_or_paid_it_is_followed_once(database: Database) -> None:
    basket(database, ())
    key = add(database, recurrence="yearly")
    assert do(database, lambda unit: follow_due(unit, JANUARY - timedelta(seconds=1))) == 0
    assert do(database, lambda unit: follow_due(unit, NOW)) == 1
    assert do(database, lambda unit: follow_due(unit, NOW)) == 0
    pay(database, (key,))
    assert [one.follows_id for one in rows(database, BasketItem)] == [None, key]


def test_another_recurrence_counts_periods_anew(database: Database) -> None:
    """The item of the third month that becomes yearly is of the year that begins then, not of the third year."""
    basket(database, ())
    key = add(database, recurrence="monthly")
    for _ in range(2):
        pay(database, (key,))
        key = rows(database, BasketItem)[-1].id
    edit(database, key, recurrence="yearly")
    found = row(database, BasketItem, key)
    assert (found.first_day, found.period_number) == (date(2026, 3, 31), 0)
    pay(database, (key,))
    assert rows(database, BasketItem)[-1].due_at == datetime(2027, 3, 30, 22, tzinfo=UTC)


def test_deleting_what_follows_ends_it(database: Database) -> None:
    basket(database, ())
    key = add(database, recurrence="monthly")
    do(database, lambda unit: follow_due(unit, NOW))
    with pytest.raises(DomainError, match="follows this item"):
        do(database, lambda unit: delete_item(unit, key, 1))
    second = rows(database, BasketItem)[1]
    do(database, lambda unit: delete_item(unit, second.id, second.version))
    assert do(database, lambda unit: follow_due(unit, NOW)) == 0


def test_list_cockpit_and_check_say_the_same(database: Database) -> None:
    basket(database, (EURO,), state="hidden", hidden_until=NOW, due_at=NOW + timedelta(days=2))

    def figures(at: datetime) -> tuple[int, int]:
        shown = database.read(lambda c: read_cockpit(c, 1, at, at))["basket"]
        found = database.read(lambda c: check_billing(c, 1, at))
        return sum(one["items"] for one in shown), sum(len(one.findings) for one in found if one.check.code == "hidden")

    assert figures(NOW - timedelta(days=1)) == (0, 0)
    assert figures(NOW + timedelta(days=1)) == (1, 0)
    database.write(lambda c: c.execute(update(BasketItem).values(hidden_until=NOW + timedelta(days=9))))
    assert figures(NOW + timedelta(days=3)) == (0, 1)


def correct(database: Database, key: int, operator: Any = ANN, **fields: Any) -> int:
    seen = database.read(lambda connection: load_correction(connection, key)) | {"reason": None}
    values = seen | {"reason": "typed wrongly"} | fields
    return int(do(database, lambda unit: correct_payment(unit, key, values, seen, NOW), operator))


@pytest.mark.parametrize("difference", [5 * EURO, -5 * EURO])
def test_a_clerical_error_is_put_right_by_entries(database: Database, difference: int) -> None:
    basket(database)
    key = pay(database)
    correct(database, key, amount=41_650_000 + difference)
    (entry,), (line,) = rows(database, PaymentCorrection), rows(database, StatementEntry)
    assert (entry.amount_before, entry.amount_after, entry.operator_id) == (41_650_000, 41_650_000 + difference, 1)
    assert (line.kind, line.credit - line.debit) == ("adjustment", difference)
    assert row(database, Customer).credit == difference
    assert row(database, Payment, key).amount == 41_650_000 + difference
    assert row(database, Transaction).amount == 41_650_000, "what was sold stays"
    check_books(database)


def test_a_correction_may_complete_a_sale(database: Database) -> None:
    basket(database)
    key = pay(database, cost=4_160_000)
    assert states(database) == ["attached"] * 3
    correct(database, key, amount=41_650_000)
    assert states(database) == ["paid"] * 3
    assert rows(database, StatementEntry) == []
    check_books(database)


@pytest.mark.parametrize(
    ("arrived", "amount", "tax"),
    [(True, 20_830_000, 3_330_000), (False, 20_830_000, 3_330_000), (True, 41_650_000, 6_650_000)],
)
def test_the_vat_in_a_part_payment_follows_its_correction(
    database: Database, arrived: bool, amount: int, tax: int
) -> None:
    basket(database)
    key = pay(database, cost=4_160_000, is_received=arrived)
    assert row(database, Payment, key).tax == 660_000
    correct(database, key, amount=amount)
    assert row(database, Payment, key).tax == tax
    check_books(database)


def test_a_typed_reference_is_put_right_and_nothing_is_booked(database: Database) -> None:
    basket(database)
    key = pay(database)
    correct(database, key, unique_payment_id="PAY-1", gateway_reference="SEPA 4711")
    found = row(database, Payment, key)
    assert (found.unique_payment_id, found.gateway_reference) == ("PAY-1", "SEPA 4711")
    assert rows(database, StatementEntry) == []


@pytest.mark.parametrize(
    ("change", "fields", "words"),
    [
        ({"payment_type": "card"}, {}, "A card payment's amount can't be edited"),
        ({"state": "failed"}, {}, "nothing to correct"),
        ({"refunded": 10 * EURO}, {"amount": 9 * EURO}, "has already been refunded"),
        ({}, {"amount": 0}, "greater than zero"),
        ({}, {"reason": " "}, "reason is required"),
        ({}, {"unique_payment_id": "PAY-0"}, "in use"),
    ],
)
def test_what_cannot_be_corrected(
    database: Database, change: dict[str, Any], fields: dict[str, Any], words: str
) -> None:
    basket(database)
    pay(database, (1,), unique_payment_id="PAY-0")
    key = pay(database, (2,))
    if change:
        database.write(lambda c: c.execute(update(Payment).where(Payment.id == key).values(**change)))
    with pytest.raises(DomainError, match=words):
        correct(database, key, **fields)
    assert rows(database, PaymentCorrection) == []


def test_partners_correct_nothing(database: Database) -> None:
    basket(database)
    key = pay(database)
    with pytest.raises(NotAllowed):
        correct(database, key, PAT)


def in_child(url: str, work: Any) -> int:
    """Runs work(database) in a child process: 0 done, 1 refused."""

    def run() -> int:
        database = open_database(url)
        try:
            work(database)
        except UserError:
            return 1
        return 0

    return forked(run)


def codes(children: list[int]) -> list[int]:
    return sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


@pytest.mark.owner
def test_two_processes_attach_the_same_item(database: Database) -> None:
    basket(database)
    url = str(database.url)

    def attempt(number: int) -> int:
        items = (1, 2) if number % 2 else (2, 3)
        return in_child(
            url, lambda mine: pay(mine, items, unique_payment_id=f"P-{number}", operator=ANN, **FIXED[items])
        )

    assert codes([attempt(number) for number in range(6)]) == [0, 1, 1, 1, 1, 1]
    assert states(database).count("paid") == 2
    check_books(database)


FIXED: dict[Any, Any] = {
    (1, 2): {"expected": 35_700_000, "cost": 35_700_000},
    (2, 3): {"expected": 29_750_000, "cost": 29_750_000},
}


def test_two_processes_mark_one_payment_as_paid(database: Database) -> None:
    basket(database, (50 * EURO,), item_type="credit")
    key = pay(database, (1,), is_received=False)
    url = str(database.url)
    children = [in_child(url, lambda mine: do(mine, lambda unit: mark_paid(unit, key, NOW), BOB)) for _ in range(4)]
    assert codes(children) == [0, 0, 0, 0]
    assert row(database, Customer).credit == 50 * EURO
    check_books(database)


def killed_at(step: int, url: str) -> int:
    """Pays in a child process that ends at a statement; 7 if it was killed, 0 if it was done before."""

    def run() -> int:
        database, count = open_database(url), [0]

        def step_on(*args: object) -> None:
            count[0] += 1
            if count[0] == step:
                os._exit(7)

        event.listen(database.engine, "before_cursor_execute", step_on)
        event.listen(database.engine, "commit", step_on)
        key = rows(database, BasketItem)[-1].id
        pay(database, (1, key), unique_payment_id="P-1", cost=100 * EURO)
        return 0

    return codes([forked(run)])[0]


@pytest.mark.owner
def test_killed_between_any_two_steps(database: Database) -> None:
    """Nothing half: before the COMMIT all is as it was, and the last try pays all of it, once."""
    basket(database, (EURO, 2 * EURO), item_type="credit", recurrence="monthly", first_day=date(2026, 5, 1))
    url, step = str(database.url), 1
    while killed_at(step, url) == 7:
        check_books(database)
        assert states(database) == ["due", "due"]
        assert rows(database, Payment) == []
        step += 1
    assert step > 20
    check_books(database)
    assert sorted(states(database)) == ["hidden", "hidden", "paid", "paid"]
    assert len(rows(database, StatementEntry)) == 1
