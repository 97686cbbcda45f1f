"""Sign-ups become customers once; who may be a customer already is found first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, insert, select, text, update
from tests.db.makers import ANN, PAT
from tests.db.users.makers import company, new_user

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.models import Customer, History, TrialRegistration
from partnertui.db.models.base import now
from partnertui.db.sign_ups import convert, duplicates, link, load_sign_up
from partnertui.db.undo import last_changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator


@pytest.fixture
def office(database: Database) -> Database:
    """Sign-up 1 is nobody's, 2 came by partner 7, 3 by partner 8."""
    company(database)
    contacts = {"email": "Boss@Bakery.example", "phone": "442079460000"}
    rows = [
        {"id": key, "product": "Business", "name": "Nan", "email": "nan@bakery.example", "partner_id": partner}
        | {"company": "NARROWBOAT bakery Ltd.", "phone": "020 7946 0000", "country": "GB", "created_at": now()}
        for key, partner in ((1, None), (2, 7), (3, 8))
    ]

    def work(connection: Any) -> None:
        connection.execute(update(Customer).where(Customer.id == 1).values(contacts))
        connection.execute(insert(TrialRegistration), rows)

    database.write(work)
    if database.dialect == "postgresql":
        advance = text("SELECT setval(pg_get_serial_sequence('customers', 'id'), 100)")
        database.write(lambda connection: connection.execute(advance))
    return database


VALUES: dict[str, Any] = {
    "company": "Narrowboat",
    "contact": "Nan",
    "email": "nan@bakery.example",
    "country": "GB",
    "currency": "GBP",
    "status": "trial",
    "trial_ends_at": now(),
    "vat_number": "GB980780684",
}


def seen(database: Database, key: int) -> dict[str, Any]:
    found = database.read(lambda connection: load_sign_up(connection, key))
    return {"sign_up_version": found["version"]}


def turn(database: Database, key: int, operator: Operator = ANN, **values: Any) -> int:
    version = seen(database, key)
    with UnitOfWork(database, operator) as unit:
        found = convert(unit, key, {**VALUES, **values}, version)
        unit.commit()
    return found


def customers(database: Database) -> int:
    return database.read(lambda connection: connection.scalar(select(func.count(Customer.id)))) or 0


def test_a_sign_up_names_its_customer_in_one_unit_of_work(office: Database) -> None:
    made = turn(office, 1)
    with office.engine.connect() as connection:
        sign_up = connection.execute(select(TrialRegistration.__table__).where(TrialRegistration.id == 1)).one()
        assert (sign_up.customer_id, sign_up.converted_at is not None, sign_up.version) == (made, True, 2)
        query = select(History.object_table).where(History.object_table.in_(["customers", "registrations"]))
        assert sorted(connection.scalars(query)) == ["customers", "registrations"]


def test_it_is_converted_once(office: Database) -> None:
    version = seen(office, 1)
    turn(office, 1)
    before = customers(office)
    with pytest.raises(DomainError, match="has already become a customer"), UnitOfWork(office, ANN) as unit:
        convert(unit, 1, VALUES, version)
    with pytest.raises(DomainError, match="has already become a customer"), UnitOfWork(office, ANN) as unit:
        link(unit, 1, 2, 1)
    with pytest.raises(DomainError, match="has already become a customer"):
        seen(office, 1)
    assert customers(office) == before


def test_nothing_is_half_written(office: Database) -> None:
    before = customers(office)
    with pytest.raises(DomainError) as caught:
        turn(office, 1, trial_ends_at=None)
    assert caught.value.field == "trial_ends_at"
    office.write(lambda c: c.execute(update(TrialRegistration).where(TrialRegistration.id == 1).values(version=5)))
    with pytest.raises(ConcurrentChange), UnitOfWork(office, ANN) as unit:
        convert(unit, 1, VALUES, {"sign_up_version": 1})
    assert customers(office) == before
    assert seen(office, 1) == {"sign_up_version": 5}


@pytest.mark.parametrize(("field", "typed"), [("phone", "call me"), ("email", "nan@")])
def test_what_a_visitor_mistyped_is_refused_at_its_field(field: str, typed: str, office: Database) -> None:
    before = customers(office)
    with pytest.raises(DomainError) as caught:
        turn(office, 1, ANN, **{field: typed})
    assert (caught.value.field, customers(office)) == (field, before)


def test_the_phone_is_kept_as_e164(office: Database) -> None:
    made = turn(office, 1, phone="020 7946 0000")
    assert office.read(lambda c: c.scalar(select(Customer.phone).where(Customer.id == made))) == "442079460000"


def test_whose_sign_up_it_is_is_whose_customer_it_becomes(office: Database) -> None:
    ids = [turn(office, 1), turn(office, 2), turn(office, 3)]
    query = select(Customer.partner_id).where(Customer.id.in_(ids)).order_by(Customer.id)
    assert office.read(lambda connection: list(connection.scalars(query))) == [None, 7, 8]


def test_a_partner_converts_own_sign_ups_to_own_customers_alone(office: Database) -> None:
    for key in (1, 3, 99):
        with pytest.raises(RowDeleted, match=r"^This was deleted\.$"), UnitOfWork(office, PAT) as unit:
            convert(unit, key, VALUES, {"sign_up_version": 1})
    for customer in (2, 99):
        with pytest.raises(RowDeleted, match=r"^This was deleted\.$"), UnitOfWork(office, PAT) as unit:
            link(unit, 2, 1, customer)
    made = turn(office, 2, PAT)
    assert office.read(lambda c: c.scalar(select(Customer.partner_id).where(Customer.id == made))) == 7


def test_a_sign_up_is_linked_to_a_customer_who_is_there(office: Database) -> None:
    before = customers(office)
    with UnitOfWork(office, ANN) as unit:
        assert link(unit, 3, 1, 1) == "Narrowboat Bakery"
        unit.commit()
    sign_up = select(TrialRegistration.customer_id, TrialRegistration.partner_id).where(TrialRegistration.id == 3)
    assert office.read(lambda connection: tuple(connection.execute(sign_up).one())) == (1, 7)
    assert customers(office) == before


def test_a_conversion_is_not_undone_without_its_customer(office: Database) -> None:
    turn(office, 1)
    with pytest.raises(DomainError, match="the customer would remain"):
        office.read(lambda connection: last_changes(connection, ANN, "registrations", [1]))


def found(database: Database, operator: Operator = ANN, **fields: Any) -> list[tuple[str, tuple[str, ...]]]:
    sign_up = database.read(lambda connection: load_sign_up(connection, 1)) | fields
    same = database.read(lambda connection: duplicates(connection, operator, sign_up))
    return [(one.company, one.reasons) for one in same]


def test_duplicates_are_found_by_all_that_is_known(office: Database) -> None:
    assert found(office) == [
        ("Narrowboat Bakery", ("phone", "company", "domain bakery.example")),
    ]
    nothing: dict[str, Any] = {"company": None, "phone": None, "email": "x@gmail.com"}
    assert found(office, **nothing) == []
    new_user(office, "Una", "201", customer=2, email="una@eight.test")
    assert found(office, **nothing | {"email": "UNA@eight.test"}) == [("Eight Ltd", ("e-mail of a user",))]
    assert found(office, **nothing | {"company": "eight"}) == [("Eight Ltd", ("company",))]


def test_a_partner_is_shown_own_customers_alone(office: Database) -> None:
    assert [name for name, _ in found(office, PAT)] == ["Narrowboat Bakery"]
    assert found(office, PAT, company="Eight Ltd", phone=None, email="x@gmail.com") == []
