"""The lists of the settings on both databases: added, edited, deleted, refused where they are used."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from tests.db.makers import ANN, BOB, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, DatabaseError
from partnertui.db.models import (
    CustomerPhone,
    CustomerPriceList,
    Ddi,
    History,
    OperatorAccount,
    PriceList,
    PriceListEntry,
    SlaTarget,
)
from partnertui.db.row_uses import Use, use_words, uses
from partnertui.db.settings_list_rules import (
    CANNED_RESPONSES,
    OPERATORS,
    PHONE_MODELS,
    PRICE_LISTS,
    PRICE_PLANS,
    PRICES,
    PRODUCTS,
    SLA_TARGETS,
)
from partnertui.db.settings_list_writes import RowRules, add_row, delete_row, edit_row, load_row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.domain.price_list_enums import PriceListSlot

CALLS = {"name": "Calls", "kind": "calls", "currency": "EUR", "enabled": True}
PRICE = {"name": "Germany", "prefix": "49", "per_minute": 10_000, "first_seconds": 60, "step_seconds": 1}
PLAN = {"name": "Flat", "period": "monthly", "currency": "EUR", "monthly_fee": 1, "per_user_fee": 0}
PRODUCT = {
    "name": "User",
    "code": "USER",
    "item_type": "subscription",
    "currency": "EUR",
    "price": 1,
    "period": "monthly",
}
PHONE = {"make": "Snom", "model": "D785", "lines": 12, "ouis": ["000413"], "enabled": True}
CANNED = {"name": "Hello", "language": "en", "body": "Hello {customer.contact}", "enabled": True}
TARGET = {"priority": "high", "first_answer_minutes": 60, "solution_minutes": 600}
ACCOUNT = {"login": "cy", "name": "Cy", "role": Role.SUPPORT, "enabled": True}


def add(database: Database, rules: RowRules, values: Any, operator: Operator = BOB) -> int:
    with UnitOfWork(database, operator) as unit:
        key = add_row(unit, rules, values)
        unit.commit()
    return key


def edit(database: Database, rules: RowRules, key: int, operator: Operator = BOB, **values: Any) -> None:
    seen = database.read(lambda connection: load_row(connection, rules, key))
    with UnitOfWork(database, operator) as unit:
        edit_row(unit, rules, key, {**seen, **values}, seen)
        unit.commit()


def remove(database: Database, rules: RowRules, key: int, operator: Operator = BOB) -> None:
    version = database.read(lambda connection: load_row(connection, rules, key))["version"]
    with UnitOfWork(database, operator) as unit:
        delete_row(unit, rules, key, version)
        unit.commit()


@pytest.mark.parametrize(
    ("rules", "values", "changed"),
    [
        (PRICE_LISTS, CALLS, {"name": "Other calls"}),
        (PRICE_PLANS, PLAN, {"monthly_fee": 5_000_000}),
        (PRODUCTS, PRODUCT, {"enabled": False}),
        (PHONE_MODELS, PHONE, {"ouis": ["000413", "001565"]}),
        (CANNED_RESPONSES, CANNED, {"body": "Bye"}),
        (SLA_TARGETS, TARGET, {"solution_minutes": 700}),
        (OPERATORS, ACCOUNT, {"role": Role.DEVELOPMENT}),
    ],
    ids=lambda value: value.noun if isinstance(value, RowRules) else "",
)
def test_each_list_is_added_edited_and_deleted(database: Database, rules: RowRules, values: Any, changed: Any) -> None:
    staff(database)
    if database.dialect == "postgresql":  # whose sequence doesn't know the IDs that the test chose
        database.write(lambda connection: connection.exec_driver_sql("SELECT setval('operators_id_seq', 100)"))
    key = add(database, rules, {"enabled": True, "unlimited_minutes": 0, "is_user_licence": False} | values)
    edit(database, rules, key, **changed)
    stored = database.read(lambda connection: load_row(connection, rules, key))
    assert changed.items() <= stored.items()
    remove(database, rules, key)
    history = select(History.action).where(History.object_table == rules.model.__tablename__, History.object_id == key)
    assert database.read(lambda c: list(c.scalars(history.order_by(History.id)))) == ["created", "changed", "deleted"]


@pytest.mark.parametrize(
    ("rules", "values", "field"),
    [
        (PRICE_LISTS, CALLS | {"currency": "XXX"}, "currency"),
        (PRICE_LISTS, CALLS | {"name": " "}, "name"),
        (PRICE_PLANS, PLAN | {"monthly_fee": -1}, "monthly_fee"),
        (PRODUCTS, PRODUCT | {"price": -1}, "price"),
        (PRODUCTS, PRODUCT | {"code": "a b"}, "code"),
        (PHONE_MODELS, PHONE | {"ouis": ["00041"]}, "ouis"),
        (PHONE_MODELS, PHONE | {"lines": 0}, "lines"),
        (CANNED_RESPONSES, CANNED | {"body": "{customer.password}"}, "body"),
        (CANNED_RESPONSES, CANNED | {"body": "{customer.contact"}, "body"),
        (CANNED_RESPONSES, CANNED | {"language": "English"}, "language"),
        (SLA_TARGETS, TARGET | {"first_answer_minutes": 0}, "first_answer_minutes"),
        (SLA_TARGETS, TARGET | {"solution_minutes": 30}, "solution_minutes"),
        (OPERATORS, ACCOUNT | {"login": "Cy Young"}, "login"),
        (OPERATORS, ACCOUNT | {"role": Role.PARTNER}, "partner_id"),
    ],
)
def test_what_isnt_valid_is_refused_at_its_field(
    sqlite_database: Database, rules: RowRules, values: Any, field: str
) -> None:
    staff(sqlite_database)
    with pytest.raises(DomainError) as refused:
        add(sqlite_database, rules, values)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prefix": "+49"}, "prefix"),
        ({"prefix": "049"}, "prefix"),
        ({"prefix": "4" * 16}, "prefix"),
        ({"prefix": None}, "prefix"),
        ({"step_seconds": 0}, "step_seconds"),
        ({"first_seconds": -1}, "first_seconds"),
        ({"per_minute": -1}, "per_minute"),
        ({"per_minute": None}, "per_minute"),
        ({"price_list_id": None}, "price_list_id"),
    ],
)
def test_a_price_that_isnt_valid(sqlite_database: Database, change: Any, field: str) -> None:
    staff(sqlite_database)
    key = add(sqlite_database, PRICE_LISTS, CALLS)
    with pytest.raises(DomainError) as refused:
        add(sqlite_database, PRICES, PRICE | {"price_list_id": key} | change)
    assert refused.value.field == field


def test_what_only_one_row_may_have_is_refused_to_a_second(database: Database) -> None:
    staff(database)
    key = add(database, PRICE_LISTS, CALLS)
    add(database, PRICES, PRICE | {"price_list_id": key})
    add(database, SLA_TARGETS, TARGET)
    add(database, PRICE_LISTS, CALLS | {"currency": "GBP"})
    for rules, values, words in (
        (PRICE_LISTS, CALLS, "Another price list has this name and currency"),
        (PRICES, PRICE | {"price_list_id": key}, "has this prefix in the list"),
        (SLA_TARGETS, TARGET, "There is already an SLA target for this priority"),
        (OPERATORS, ACCOUNT | {"login": "ann"}, "Another operator has this login"),
    ):
        with pytest.raises(DomainError, match=words):
            add(database, rules, values)


def test_a_used_list_isnt_deleted_and_says_by_whom(database: Database) -> None:
    staff(database)
    key = add(database, PRICE_LISTS, CALLS)
    price = add(database, PRICES, PRICE | {"price_list_id": key})
    with UnitOfWork(database, BOB) as unit:
        first, second = customer(), customer(company="Other")
        unit.session.add_all([first, second])
        unit.session.flush()
        for one in (first, second):
            unit.add(CustomerPriceList(customer_id=one.id, slot=PriceListSlot.OUTBOUND_CALLS, price_list_id=key))
        unit.add(Ddi(number="4930231250", country="DE", price_list_entry_id=price, customer_id=first.id))
        unit.commit()
    found = database.read(lambda connection: uses(connection, PriceList, key, PRICE_LISTS.parts))
    assert use_words(found) == "2 customers and 1 DDI"
    for rules, row in ((PRICE_LISTS, key), (PRICES, price)):
        with pytest.raises(DomainError, match="Not deleted:"):
            remove(database, rules, row)
    with pytest.raises(DomainError, match="The currency can't be changed: the list has prices"):
        edit(database, PRICE_LISTS, key, currency="GBP")
    edit(database, PRICE_LISTS, key, enabled=False)


def test_a_list_that_nobody_uses_is_deleted_with_its_prices(database: Database) -> None:
    staff(database)
    key, other = add(database, PRICE_LISTS, CALLS), add(database, PRICE_LISTS, CALLS | {"name": "Other"})
    for price_list in (key, other):
        add(database, PRICES, PRICE | {"price_list_id": price_list})
    remove(database, PRICE_LISTS, key)
    left = select(PriceListEntry.price_list_id)
    assert database.read(lambda connection: list(connection.scalars(left))) == [other]


def test_a_phone_model_in_use(database: Database) -> None:
    staff(database)
    key = add(database, PHONE_MODELS, PHONE)
    with UnitOfWork(database, BOB) as unit:
        owner = customer()
        unit.session.add(owner)
        unit.session.flush()
        unit.add(CustomerPhone(customer_id=owner.id, phone_model_id=key, mac="000413000001"))
        unit.commit()
    with pytest.raises(DomainError, match="1 customer phone uses it"):
        remove(database, PHONE_MODELS, key)


def test_two_agents_edit_the_same_row(database: Database) -> None:
    staff(database)
    key = add(database, SLA_TARGETS, TARGET)
    seen = database.read(lambda connection: load_row(connection, SLA_TARGETS, key))
    edit(database, SLA_TARGETS, key, solution_minutes=700)
    with pytest.raises(ConcurrentChange), UnitOfWork(database, ANN) as unit:
        edit_row(unit, SLA_TARGETS, key, {**seen, "solution_minutes": 800}, seen)
    with pytest.raises(ConcurrentChange), UnitOfWork(database, ANN) as unit:
        delete_row(unit, SLA_TARGETS, key, seen["version"])


@pytest.mark.parametrize("rules", [PRICE_LISTS, SLA_TARGETS, PRODUCTS], ids=lambda rules: rules.noun)
def test_a_partner_writes_no_settings(sqlite_database: Database, rules: RowRules) -> None:
    staff(sqlite_database)
    values = {PRICE_LISTS: CALLS, SLA_TARGETS: TARGET, PRODUCTS: PRODUCT}[rules]
    key = add(sqlite_database, rules, {"enabled": True, "is_user_licence": False} | values)
    for work in (
        lambda: add(sqlite_database, rules, {"name": "x", "code": "x", "priority": "low"} | values, PAT),
        lambda: edit(sqlite_database, rules, key, PAT, enabled=False, solution_minutes=9999),
        lambda: remove(sqlite_database, rules, key, PAT),
    ):
        with pytest.raises(DomainError):
            work()


def test_only_admins_write_operators(sqlite_database: Database) -> None:
    staff(sqlite_database)
    with pytest.raises(NotAllowed):
        add(sqlite_database, OPERATORS, ACCOUNT, ANN)
    with pytest.raises(NotAllowed):
        edit(sqlite_database, OPERATORS, ANN.id, ANN, role=Role.ADMIN)


def test_the_last_admin_stays(database: Database) -> None:
    staff(database)
    for change in ({"enabled": False}, {"role": Role.SUPPORT}):
        with pytest.raises(DomainError, match="last admin"):
            edit(database, OPERATORS, BOB.id, **change)
    with pytest.raises(DomainError, match="your own account"):
        remove(database, OPERATORS, BOB.id)
    edit(database, OPERATORS, ANN.id, role=Role.ADMIN)
    edit(database, OPERATORS, BOB.id, enabled=False)


def test_two_admins_who_demote_each_other_leave_one(postgres_database: Database) -> None:
    staff(postgres_database)
    edit(postgres_database, OPERATORS, ANN.id, role=Role.ADMIN)
    ann = Operator(ANN.id, "ann", "Ann", Role.ADMIN, None)
    met, errors = threading.Barrier(2), list[Exception]()

    def demote(operator: Operator, other: int) -> None:
        seen = postgres_database.read(lambda connection: load_row(connection, OPERATORS, other))
        met.wait(10)
        try:
            with UnitOfWork(postgres_database, operator) as unit:
                edit_row(unit, OPERATORS, other, {**seen, "role": Role.SUPPORT}, seen)
                unit.commit()
        except (DomainError, DatabaseError) as error:
            errors.append(error)

    threads = [threading.Thread(target=demote, args=pair) for pair in ((BOB, ANN.id), (ann, BOB.id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    admins = select(func.count()).where(OperatorAccount.role == Role.ADMIN)
    assert len(errors) == 1
    assert postgres_database.read(lambda connection: connection.scalar(admins)) == 1


def test_every_table_that_refers_to_a_row_is_counted(sqlite_database: Database) -> None:
    """Whatever table gets a foreign key to a list of the settings is looked at without a word of code."""
    staff(sqlite_database)
    sqlite_database.write(lambda c: c.execute(insert(SlaTarget), [TARGET]))
    assert sqlite_database.read(lambda connection: uses(connection, SlaTarget, 1)) == []
    assert Use("customer_price_lists", 1).words() == "1 customer"
    assert Use("price_list_entries", 1200).words() == "1,200 prices"
    assert Use("tickets", 2).words() == "2 tickets"


def test_prices_of_one_prefix_follow_each_other(database: Database) -> None:
    staff(database)
    key = add(database, PRICE_LISTS, CALLS)
    price = PRICE | {"price_list_id": key, "minimum_charge": 5_000}
    first = add(database, PRICES, price | {"valid_to": date(2026, 2, 28)})
    add(database, PRICES, price | {"valid_from": date(2026, 3, 1), "valid_to": date(2026, 5, 31)})
    add(database, PRICES, price | {"valid_from": date(2026, 6, 1)})
    for days in ({}, {"valid_from": date(2026, 5, 31)}, {"valid_to": date(2026, 1, 1)}):
        with pytest.raises(DomainError, match="has this prefix in the list"):
            add(database, PRICES, price | days)
    with pytest.raises(DomainError, match="end date is before the start date") as refused:
        add(database, PRICES, price | {"valid_from": date(2026, 6, 1), "valid_to": date(2026, 5, 1)})
    assert refused.value.field == "valid_to"
    row = database.read(lambda connection: load_row(connection, PRICES, first))
    assert (row["valid_from"], row["valid_to"], row["minimum_charge"]) == (None, date(2026, 2, 28), 5_000)
