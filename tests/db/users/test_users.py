"""Users: extensions and e-mail addresses that clash, walls between partners, removing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.db.makers import ANN, PAT
from tests.db.users.makers import CODES, VAULT, company, new_user

from partnertui.db import users
from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, DatabaseError, RowDeleted
from partnertui.db.models import (
    Conference,
    Customer,
    CustomerPhone,
    Ddi,
    History,
    Ivr,
    IvrEntry,
    PhoneModel,
    RingGroup,
    RingGroupMember,
    User,
)
from partnertui.db.sip_passwords import open_sip_password, record_showing
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.user_removal import preview_removal, remove_user
from partnertui.db.users import Credentials, add_user, edit_user, load_user, new_user_values
from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.vault.errors import VaultError


@pytest.fixture
def office(database: Database) -> Database:
    company(database)
    return database


def stored(database: Database, user: int) -> Any:
    table: Any = User.__table__
    return database.read(lambda connection: connection.execute(select(table).where(table.c.id == user)).one())


def add_rows(database: Database, model: type[Any], *rows: dict[str, Any]) -> None:
    database.write(lambda connection: connection.execute(insert(model), list(rows)))


def test_a_new_user_gets_the_next_extension_and_a_sealed_password(office: Database) -> None:
    proposed = office.read(lambda connection: new_user_values(connection, 1, ANN, CODES))
    assert (proposed["extension"], proposed["product_id"], proposed["company"]) == ("201", 1, "Narrowboat Bakery")
    ada = new_user(office, "Ada", proposed["extension"])
    bob = new_user(office, "Bob", None)
    row = stored(office, ada)
    assert (row.sip_username, row.sip_domain, row.email) == ("1001-201", "nb.test", "ada@nb.test")
    assert b"secret" not in row.sip_password_ciphertext
    assert open_sip_password(VAULT, ada, row.sip_password_ciphertext) == "secret-of-the-phone"
    with pytest.raises(VaultError):
        open_sip_password(VAULT, bob, row.sip_password_ciphertext)
    assert office.read(lambda connection: new_user_values(connection, 1, ANN, CODES))["extension"] == "202"


def test_a_customer_without_a_sip_domain_is_told_before_anything_is_typed(office: Database) -> None:
    office.write(lambda connection: connection.execute(update(Customer).values(sip_domain=None)))
    values = partial(new_user_values, customer_id=1, operator=ANN, codes=CODES)
    with pytest.raises(DomainError, match="no SIP domain"):
        office.read(values)
    assert office.read(partial(values, sip_domain="sip.test"))["extension"] == "201"


def test_a_clash_names_the_holder(office: Database) -> None:
    new_user(office, "Ada", "201")
    add_rows(office, RingGroup, {"customer_id": 1, "name": "Sales", "extension": "300"})
    add_rows(office, Ivr, {"customer_id": 1, "name": "Welcome", "extension": "400"})
    add_rows(office, Conference, {"customer_id": 1, "name": "Board", "extension": "500"})
    for extension, words in (
        ("201", "201 is in use: user Ada."),
        ("0201", "0201 clashes with 201: user Ada."),
        ("300", "300 is in use: ring group Sales."),
        ("0300", "0300 clashes with 300: ring group Sales."),
        ("400", "400 is in use: IVR Welcome."),
        ("500", "500 is in use: conference Board."),
        ("*8", "*8 is in use: feature code call pick-up."),
        ("*800", "*800 clashes with *8: feature code call pick-up."),
    ):
        with pytest.raises(DomainError) as caught:
            new_user(office, "Bob", extension)
        assert str(caught.value) == words
        assert caught.value.field == "extension"
    new_user(office, "Eve", "300", customer=2)  # another number plan


def test_an_edit_keeps_the_own_extension_and_refuses_others(office: Database) -> None:
    ada, _ = new_user(office, "Ada", "201"), new_user(office, "Bob", "202")
    seen = office.read(lambda connection: load_user(connection, ada))

    def edit(**changes: object) -> None:
        with UnitOfWork(office, ANN) as unit:
            edit_user(unit, ada, {**seen, **changes}, seen, Credentials(VAULT), codes=CODES)
            unit.commit()

    with pytest.raises(DomainError, match="user Bob"):
        edit(extension="0202")
    edit(extension="0201", mobile="447700900123")
    assert stored(office, ada).extension == "0201"
    with pytest.raises(ConcurrentChange):
        edit(name="Ada L.")


def test_a_foreign_address_tells_a_partner_nothing(office: Database) -> None:
    new_user(office, "Eve", "201", customer=2, email="eve@eight.test")
    new_user(office, "Ada", "201")
    words = []
    for address in ("EVE@eight.test", "eve@eight.test"):
        with pytest.raises(DomainError) as caught:
            new_user(office, "Mallory", "202", operator=PAT, email=address)
        words.append(str(caught.value))
        assert caught.value.field == "email"
    assert not any(word in text for text in words for word in ("Eve", "Eight", "eight", "user name at"))
    with pytest.raises(DomainError, match="Ada's user name at Narrowboat Bakery"):
        new_user(office, "Mallory", "202", operator=PAT, email="ada@nb.test")
    with pytest.raises(DomainError, match="Eve's user name at Eight Ltd"):
        new_user(office, "Mallory", "202", email="eve@eight.test")


def test_an_address_that_only_the_database_knows_says_the_same(
    office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where row security hides the other partner's user, or somebody takes the address at the same moment."""
    new_user(office, "Eve", "201", customer=2, email="eve@eight.test")
    monkeypatch.setattr(users, "_require_free_email", lambda *given: None)
    with pytest.raises(DomainError) as caught:
        new_user(office, "Mallory", "202", operator=PAT, email="eve@eight.test")
    assert (str(caught.value), caught.value.field) == (str(users.email_taken()), "email")


def test_a_foreign_customer_is_as_good_as_missing(office: Database) -> None:
    said = []
    for customer in (2, 99):
        with pytest.raises(RowDeleted) as caught:
            new_user(office, "Mallory", "202", operator=PAT, customer=customer)
        said.append(str(caught.value))
        values = partial(new_user_values, customer_id=customer, operator=PAT, codes=CODES)
        with pytest.raises(DomainError, match="no such customer"):
            office.read(values)
    assert len(set(said)) == 1
    eve = new_user(office, "Eve", "201", customer=2)
    with pytest.raises(RowDeleted), UnitOfWork(office, PAT) as unit:
        record_showing(unit, eve)
    with pytest.raises(RowDeleted), UnitOfWork(office, PAT) as unit:
        remove_user(unit, eve, 1)


def test_what_leads_to_a_user_refuses_the_removal(office: Database) -> None:
    ada = new_user(office, "Ada", "201")
    add_rows(
        office,
        Ddi,
        {
            "customer_id": 1,
            "number": "442071234567",
            "country": "GB",
            "state": DdiState.ACTIVE,
            "route_type": TargetType.USER,
            "target_id": ada,
            "user_id": ada,
        },
    )
    add_rows(office, Ivr, {"id": 5, "customer_id": 1, "name": "Welcome"})
    add_rows(
        office,
        IvrEntry,
        {"customer_id": 1, "ivr_id": 5, "digit": "1", "target_type": TargetType.USER, "target_id": ada},
    )
    found = office.read(lambda connection: preview_removal(connection, 1, ada))
    assert [one.words for one in found.routes] == ["DDI +44 20 7123 4567", "IVR Welcome, digit 1"]
    with pytest.raises(DomainError, match="Calls are routed to this user: DDI"), UnitOfWork(office, ANN) as unit:
        remove_user(unit, ada, stored(office, ada).version)


def test_removing_frees_the_names_and_keeps_the_row(office: Database) -> None:
    ada = new_user(office, "Ada", "201")
    add_rows(office, RingGroup, {"id": 3, "customer_id": 1, "name": "Sales"})
    add_rows(office, RingGroupMember, {"customer_id": 1, "ring_group_id": 3, "user_id": ada, "position": 1})
    add_rows(office, PhoneModel, {"id": 1, "make": "Snom", "model": "D785", "firmware": "10.1", "ouis": ["000413"]})
    add_rows(office, CustomerPhone, {"customer_id": 1, "user_id": ada, "phone_model_id": 1, "mac": "000413123456"})
    found = office.read(lambda connection: preview_removal(connection, 1, ada))
    assert ([one.words for one in found.memberships], found.phones) == (["ring group Sales, as member"], 1)
    with UnitOfWork(office, ANN) as unit:
        remove_user(unit, ada, stored(office, ada).version)
        unit.commit()
    row = stored(office, ada)
    assert (row.name, row.extension, row.sip_password_ciphertext) == ("Ada", None, None)
    again = new_user(office, "Ada", "201")
    assert stored(office, again).sip_username == "1001-201"
    with pytest.raises(DomainError, match="removed"):
        office.read(lambda connection: load_user(connection, ada))


def test_showing_is_recorded_and_nothing_secret_is_in_the_history(office: Database) -> None:
    ada = new_user(office, "Ada", "201", sip_password="canary-4711")
    with UnitOfWork(office, ANN) as unit:
        assert record_showing(unit, ada) == "1001-201@nb.test"
        unit.commit()
    table: Any = History.__table__
    entries = office.read(lambda c: c.execute(select(table).where(table.c.object_table == "users")).all())
    assert [entry.changes for entry in entries][-1] == {"sip_password": ["hidden", "shown"]}
    assert entries[-1].operator_name == "Ann"
    assert "canary" not in str(entries)


@pytest.mark.postgresql
def test_two_adding_the_same_extension_at_once(postgres_database: Database) -> None:
    """The second one waits for the first, which has the customer's row; on SQLite it can't even begin."""
    office = postgres_database
    company(office)

    def add(name: str, extension: str, unit: UnitOfWork) -> None:
        values = {"name": name, "email": f"{name}@nb.test", "extension": extension}
        add_user(unit, 1, values, Credentials(VAULT), codes=CODES)

    def add_second() -> None:
        with UnitOfWork(office, ANN, deadline=0.5) as second:
            add("B", "0201", second)
            second.commit()

    with UnitOfWork(office, ANN) as first:
        add("A", "201", first)
        with pytest.raises((DatabaseError, DomainError)):
            add_second()
        first.commit()
    names: Any = User.__table__.c.name
    assert office.read(lambda connection: list(connection.scalars(select(names)))) == ["A"]
