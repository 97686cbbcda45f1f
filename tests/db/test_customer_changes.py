"""What saving a customer brings with it: ended sessions, a VAT number that VIES wasn't asked about, hidden baskets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select
from tests.db.makers import ANN, BOB, NOW, PAT, customer, staff

from partnertui.db.customers import FORM_COLUMNS, edit_customer, load_customer
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.models import BasketItem, Customer, History, LoginLink, User, WebSession
from partnertui.db.rows.filter_criteria import OneOf
from partnertui.db.undo import last_changes, undo
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vies_answers import record_vat_answer, vat_standing
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import VatState
from partnertui.screens.basket.page import PAGE as BASKET

NUMBER = "EL100000003"


@pytest.fixture
def acme(database: Database) -> int:
    """A Greek customer of partner 7 with two sessions, an unused and a used login link, and an unpaid item."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(partner_id=7, country="GR", currency="EUR", vat_number=NUMBER, status=CustomerStatus.ACTIVE)
        other = customer(company="Other", partner_id=8)
        work.add(new)
        work.add(other)
        work.commit()

    def fill(connection: Connection) -> None:
        user = {"id": 1, "customer_id": new.id, "name": "U", "email": "u@example.net", "sip_username": "1"}
        connection.execute(insert(User), [{**user, "sip_domain": "x"}])
        session = {"kind": "frontend", "user_name": "U"}
        connection.execute(insert(WebSession), [{**session, "customer_id": key} for key in (new.id, new.id, other.id)])
        link = {"customer_id": new.id, "user_id": 1, "operator_id": 1, "expires_at": NOW + timedelta(minutes=1)}
        links = [{**link, "token_hash": b"1", "used_at": None}, {**link, "token_hash": b"2", "used_at": NOW}]
        connection.execute(insert(LoginLink), links)
        item = {"item_type": "service", "description": "Porting", "price": 5, "currency": "EUR", "state": "due"}
        connection.execute(insert(BasketItem), [{**item, "customer_id": new.id, "unique_item_id": "1"}])

    database.write(fill)
    return new.id


def save(database: Database, customer_id: int, *, commit: bool = True, **changes: Any) -> None:
    seen = database.read(lambda connection: load_customer(connection, customer_id))
    with UnitOfWork(database, ANN) as work:
        edit_customer(work, customer_id, {**seen, **changes}, seen)
        if commit:
            work.commit()


def count(database: Database, model: Any, customer_id: int) -> int:
    statement = select(func.count()).select_from(model).where(model.customer_id == customer_id)
    found: int = database.read(lambda connection: connection.execute(statement).scalar_one())
    return found


def stored(database: Database, customer_id: int) -> Any:
    table = Customer.__table__
    return database.read(lambda connection: connection.execute(select(table).where(table.c.id == customer_id)).one())


def test_the_form_knows_what_a_status_would_do(database: Database, acme: int) -> None:
    found = database.read(lambda connection: load_customer(connection, acme))
    assert (found["stored_status"], found["sessions"], found["unpaid_items"]) == ("active", 2, 1)
    assert "credit" not in found.keys() | set(FORM_COLUMNS)


@pytest.mark.parametrize("status", [CustomerStatus.BLOCKED, CustomerStatus.CANCELLED])
def test_blocking_ends_the_sessions_in_the_same_unit_of_work(
    database: Database, acme: int, status: CustomerStatus
) -> None:
    save(database, acme, commit=False, status=status, blocked_reason="fraud")
    assert (stored(database, acme).status, count(database, WebSession, acme)) == ("active", 2), "nothing by halves"
    save(database, acme, status=status, blocked_reason="fraud")
    assert (stored(database, acme).status, count(database, WebSession, acme)) == (status, 0)
    assert count(database, LoginLink, acme) == 1, "a used link is a record of what happened"
    assert count(database, WebSession, acme + 1) == 1, "another customer's session lives on"


def test_suspending_leaves_sessions_and_hides_the_basket(database: Database, acme: int) -> None:
    def listed(tab: int) -> list[int]:
        rows = BASKET.rows().subquery()
        criteria = [one for one in BASKET.tabs[tab].criteria if isinstance(one, OneOf)]
        statement = select(rows.c.id)
        for one in criteria:
            statement = statement.where(rows.c[one.field].in_(one.values))
        return list(database.read(lambda connection: connection.execute(statement).scalars().all()))

    assert BASKET.tabs[0].title == "Unpaid"
    assert BASKET.tabs[1].title == "Blocked and suspended"
    assert (len(listed(0)), len(listed(1))) == (1, 0)
    save(database, acme, status=CustomerStatus.SUSPENDED)
    assert count(database, WebSession, acme) == 2
    assert (len(listed(0)), len(listed(1))) == (0, 1), "hidden, and listed on request"


def test_undoing_an_activation_blocks_again_and_ends_sessions(database: Database, acme: int) -> None:
    save(database, acme, status=CustomerStatus.BLOCKED, blocked_reason="fraud")
    save(database, acme, status=CustomerStatus.ACTIVE)
    session = {"kind": "frontend", "user_name": "U", "customer_id": acme}
    database.write(lambda connection: connection.execute(insert(WebSession), [session]))
    with UnitOfWork(database, ANN) as work:
        undo(work, last_changes(work.session.connection(), ANN, "customers", [acme]))
        work.commit()
    assert (stored(database, acme).status, count(database, WebSession, acme)) == ("blocked", 0)


def record(database: Database, customer_id: int, state: VatState, number: str = NUMBER, days: int = 0) -> bool:
    with UnitOfWork(database, BOB) as work:
        kept = record_vat_answer(work, customer_id, number, state, f"said {state}", NOW + timedelta(days=days))
        work.commit()
        return kept


def test_an_answer_is_kept_with_its_date_and_disturbs_nobody(database: Database, acme: int) -> None:
    assert stored(database, acme).vat_state == VatState.UNKNOWN
    assert record(database, acme, VatState.VALID)
    row = stored(database, acme)
    assert (row.vat_state, row.vat_answered_at, row.vat_asked_at, row.vat_answer, row.version) == (
        VatState.VALID,
        NOW,
        NOW,
        "said valid",
        1,
    )
    statement = select(History.operator_name, History.action, History.changes).order_by(History.id.desc()).limit(1)
    name, action, changes = database.read(lambda connection: connection.execute(statement).one())
    assert (name, action, changes["vat_state"]) == ("Bob", "checked", ["unknown", "valid"])


def test_no_answer_takes_no_confirmation_back(database: Database, acme: int) -> None:
    record(database, acme, VatState.UNKNOWN)
    assert (stored(database, acme).vat_state, stored(database, acme).vat_answered_at) == (VatState.UNKNOWN, None)
    record(database, acme, VatState.VALID, days=1)
    record(database, acme, VatState.UNKNOWN, days=2)
    row = stored(database, acme)
    assert (row.vat_state, row.vat_answered_at, row.vat_asked_at) == (
        VatState.VALID,
        NOW + timedelta(days=1),
        NOW + timedelta(days=2),
    )
    record(database, acme, VatState.INVALID, days=3)
    assert stored(database, acme).vat_state == VatState.INVALID


def test_an_answer_about_a_former_number_says_nothing(database: Database, acme: int) -> None:
    assert not record(database, acme, VatState.VALID, number="EL000000000")
    assert stored(database, acme).vat_asked_at is None


def test_another_number_is_unknown_again(database: Database, acme: int) -> None:
    """Case C1b, at the record."""
    record(database, acme, VatState.VALID)
    save(database, acme, vat_number="GR 094259216")
    row = stored(database, acme)
    assert (row.country, row.vat_number) == ("GR", "EL094259216")
    assert (row.vat_state, row.vat_answered_at, row.vat_asked_at, row.vat_answer) == ("unknown", None, None, None)
    record(database, acme, VatState.VALID, number="EL094259216")
    with UnitOfWork(database, ANN) as work:
        undo(work, last_changes(work.session.connection(), ANN, "customers", [acme]))
        work.commit()
    row = stored(database, acme)
    assert (row.vat_number, row.vat_state, row.vat_answered_at) == (NUMBER, "unknown", None)


def test_the_same_number_typed_otherwise_stays_confirmed(database: Database, acme: int) -> None:
    record(database, acme, VatState.VALID)
    save(database, acme, vat_number="gr 100 000 003", company="Renamed")
    row = stored(database, acme)
    assert (row.company, row.vat_number, row.vat_state) == ("Renamed", NUMBER, VatState.VALID)


def test_a_save_never_needs_an_answer(database: Database, acme: int) -> None:
    save(database, acme, company="Renamed")
    assert stored(database, acme).vat_state == VatState.UNKNOWN
    with pytest.raises(DomainError, match="VAT number is required in Greece"):
        save(database, acme, vat_number=None)


def test_a_partner_learns_nothing_of_a_strangers_number(database: Database, acme: int) -> None:
    assert database.read(lambda connection: vat_standing(connection, acme, PAT)) is not None
    assert database.read(lambda connection: vat_standing(connection, acme + 1, PAT)) is None
    assert database.read(lambda connection: vat_standing(connection, 999, PAT)) is None
    for key in (acme + 1, 999):
        with UnitOfWork(database, PAT) as work, pytest.raises(RowDeleted, match=r"This was deleted\."):
            record_vat_answer(work, key, NUMBER, VatState.VALID, "x", NOW)
