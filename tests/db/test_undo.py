"""The last change of a record is taken back, or it is said why not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.db.makers import ANN, BOB, customer, staff

from partnertui.db.database import Database
from partnertui.db.models import CreditCard, Customer, PricePlan
from partnertui.db.undo import last_changes, undo
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator


@pytest.fixture
def acme(database: Database) -> int:
    """The ID of a customer."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(status=CustomerStatus.ACTIVE, street="Elm Street 3")
        work.add(new)
        work.commit()
        return new.id


def change(database: Database, who: Operator, key: int, **values: object) -> None:
    with UnitOfWork(database, who) as work:
        obj = work.get(Customer, key)
        for name, value in values.items():
            setattr(obj, name, value)
        work.commit()


def take_back(database: Database, who: Operator, key: int) -> None:
    changes = database.read(lambda connection: last_changes(connection, who, "customers", [key]))
    with UnitOfWork(database, who) as work:
        undo(work, changes)
        work.commit()


def stored(database: Database, key: int) -> dict[str, Any]:
    table = Customer.__table__
    row = database.read(lambda connection: connection.execute(select(table).where(table.c.id == key)).mappings().one())
    return {name: value for name, value in row.items() if name != "version"}


ENDS = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(CustomerStatus),
        "street": st.none() | st.text("abc ", max_size=5),
        "trial_ends_at": st.none() | st.just(ENDS),
        "newsletter": st.booleans(),
        "credit_limit": st.integers(0, 10**12),
    },
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_what_was_changed_is_as_it_was(database: Database, acme: int, values: dict[str, object]) -> None:
    before = stored(database, acme)
    change(database, ANN, acme, **values)
    if stored(database, acme) != before:
        take_back(database, ANN, acme)
    assert stored(database, acme) == before


def test_an_undo_can_be_undone(database: Database, acme: int) -> None:
    change(database, ANN, acme, street="Oak Street 1")
    take_back(database, ANN, acme)
    take_back(database, ANN, acme)
    assert stored(database, acme)["street"] == "Oak Street 1"


def test_it_says_why_not(database: Database, acme: int) -> None:
    with pytest.raises(DomainError, match=r"You created this on .* can't be undone"):
        take_back(database, ANN, acme)
    change(database, BOB, acme, street="Oak Street 1")
    with pytest.raises(DomainError, match="The last change was made by Bob"):
        take_back(database, ANN, acme)
    change(database, ANN, acme, credit=5)
    with pytest.raises(DomainError, match="A balance change can't be undone"):
        take_back(database, ANN, acme)
    with pytest.raises(DomainError, match="Nothing has been changed here yet"):
        take_back(database, ANN, acme + 99)
    with pytest.raises(DomainError, match="can't be undone"):
        database.read(lambda connection: last_changes(connection, ANN, "payments", [1]))


def test_a_secret_is_not_brought_back(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        card = CreditCard(
            customer_id=acme, holder="A", brand="visa", last_four="1111", expiry_year=2027, expiry_month=1
        )
        card.number_ciphertext = b"1"
        work.add(card)
        work.commit()
    with UnitOfWork(database, ANN) as work:
        work.get(CreditCard, card.id).number_ciphertext = b"3"
        work.commit()
    with pytest.raises(DomainError, match="A secret was changed"):
        database.read(lambda connection: last_changes(connection, ANN, "credit_cards", [card.id]))


def test_what_changed_meanwhile_is_left_alone(database: Database, acme: int) -> None:
    change(database, ANN, acme, street="Oak Street 1")
    changes = database.read(lambda connection: last_changes(connection, ANN, "customers", [acme]))
    statement = update(Customer).where(Customer.id == acme).values(street="Written by a program")
    database.write(lambda connection: connection.execute(statement))
    with UnitOfWork(database, ANN) as work, pytest.raises(DomainError, match="Street has been changed since"):
        undo(work, changes)


def test_a_row_referred_to_is_called_by_its_name(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        plan = PricePlan(name="Business", currency="GBP")
        work.add(plan)
        work.commit()
    change(database, ANN, acme, price_plan_id=plan.id)
    found = database.read(lambda connection: last_changes(connection, ANN, "customers", [acme]))
    assert found[0].names == {"price_plan_id": ("", "Business")}
