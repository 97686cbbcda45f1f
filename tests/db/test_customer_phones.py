"""Customers' phones: one MAC once, own users only, and what the switch and the history say of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, NOW, PAT
from tests.db.users.makers import VAULT, company, new_user

from partnertui.db.customer_phones import (
    add_phone,
    edit_phone,
    load_phone,
    password_changes,
    phone_models,
    phone_users,
)
from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.kamailio.customer_phone_source import PhoneSource
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.models import CustomerPhone, History, PhoneModel, User
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.sip_passwords import record_showing, replace_sip_password
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.phone_status import Configuration, RegisteredNow
from partnertui.screens.customer_phones.page import phones

MAC, OTHER = "000413123456", "000413123457"


@pytest.fixture
def office(database: Database) -> Database:
    """Customer 1 is Pat's (partner 7), customer 2 another partner's; each has a user; model 2 isn't provisioned."""
    company(database)
    models = [
        {"id": 1, "make": "Snom", "model": "D785", "lines": 12, "ouis": ["000413"], "enabled": True},
        {"id": 2, "make": "Snom", "model": "300", "lines": 2, "ouis": ["000413"], "enabled": False},
    ]
    database.write(lambda connection: connection.execute(insert(PhoneModel), models))
    new_user(database, "Una", "201")
    new_user(database, "Foreign", "201", customer=2)
    return database


def entered(**fields: Any) -> dict[str, Any]:
    return {"phone_model_id": 1, "mac": MAC, "user_id": None, "vendor": "snom technology GmbH"} | fields


def add(database: Database, customer: int = 1, operator: Operator = ANN, **fields: Any) -> int:
    with UnitOfWork(database, operator) as unit:
        found = add_phone(unit, customer, entered(**fields))
        unit.commit()
    return found


def edit(database: Database, phone: int, seen: dict[str, Any], operator: Operator = ANN, **fields: Any) -> None:
    with UnitOfWork(database, operator) as unit:
        edit_phone(unit, phone, {**seen, **fields}, seen)
        unit.commit()


def load(database: Database, phone: int) -> dict[str, Any]:
    return database.read(lambda connection: load_phone(connection, phone))


def count(database: Database) -> int:
    return database.read(lambda connection: connection.scalar(select(func.count(CustomerPhone.id)))) or 0


def test_a_phone_is_added_assigned_and_in_the_history(office: Database) -> None:
    phone = add(office)
    edit(office, phone, load(office, phone), user_id=1)
    stored = load(office, phone)
    assert (stored["mac"], stored["user_id"], stored["vendor"], stored["customer_id"]) == (
        MAC,
        1,
        "snom technology GmbH",
        1,
    )
    query = select(History.action, History.changes).where(History.object_table == "customer_phones")
    created, changed = office.read(lambda connection: connection.execute(query.order_by(History.id)).all())
    assert created.action == "created"
    assert changed.changes == {"user_id": [None, 1]}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"mac": "010413123456"}, "mac", "multicast"),
        ({"mac": "0" * 12}, "mac", "all zeros"),
        ({"phone_model_id": 2}, "phone_model_id", "can't be provisioned"),
        ({"phone_model_id": 99}, "phone_model_id", "can't be provisioned"),
        ({"user_id": 2}, "user_id", "no such user"),
        ({"user_id": 99}, "user_id", "no such user"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    fields: dict[str, Any], field: str, words: str, office: Database
) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        add(office, **fields)
    assert caught.value.field == field
    assert count(office) == 0


def test_a_locally_administered_mac_has_no_maker_and_is_added(office: Database) -> None:
    assert load(office, add(office, mac="020413123456", vendor=None))["vendor"] is None


def test_a_mac_is_given_once(office: Database) -> None:
    phone = add(office, user_id=1)
    with pytest.raises(DomainError, match=r"already belongs to Narrowboat Bakery \(Una\)") as caught:
        add(office, customer=2)
    assert (caught.value.field, f"ID {phone}" in caught.value.advice) == ("mac", True)
    second = add(office, customer=2, mac=OTHER)
    with pytest.raises(DomainError, match="already belongs to"):
        edit(office, second, load(office, second), mac=MAC)
    edit(office, phone, load(office, phone), mac=MAC)  # its own
    assert count(office) == 2


def test_a_partner_learns_nothing_about_foreign_phones(office: Database) -> None:
    add(office, customer=2)
    with pytest.raises(DomainError) as caught:
        add(office, operator=PAT)
    assert str(caught.value) == "00:04:13:12:34:56 is already taken."
    assert "Eight" not in caught.value.advice
    foreign = load(office, 1)
    for phone in (1, 99):  # another partner's, and none
        with pytest.raises(RowDeleted, match=r"^This was deleted\.$"):
            edit(office, phone, foreign, PAT, mac=OTHER)
    for customer in (2, 99):
        with pytest.raises(RowDeleted, match=r"^This was deleted\.$"):
            add(office, customer, PAT, mac=OTHER)


def test_two_who_add_the_same_mac_at_once_are_told(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add(office)
    monkeypatch.setattr(
        "partnertui.db.customer_phones._require_free", lambda unit, mac, phone: None
    )  # looked too early
    with pytest.raises(DomainError, match="already taken") as caught:
        add(office, customer=2)
    assert caught.value.field == "mac"
    assert count(office) == 1


def test_tried_again_it_is_added_once(office: Database) -> None:
    key = new_key()
    found = {commit_once(office, ANN, key, lambda unit: add_phone(unit, 1, entered())) for _ in range(2)}
    assert (len(found), count(office)) == (1, 1)


def test_a_newer_version_is_not_overwritten(office: Database) -> None:
    phone = add(office)
    seen = load(office, phone)
    edit(office, phone, seen, user_id=1)
    with pytest.raises(ConcurrentChange):
        edit(office, phone, seen, mac=OTHER)
    assert load(office, phone)["mac"] == MAC


def test_a_maker_that_was_known_stays_where_the_list_is_missing(office: Database) -> None:
    phone = add(office)
    edit(office, phone, load(office, phone), user_id=1, vendor=None)
    assert load(office, phone)["vendor"] == "snom technology GmbH"
    edit(office, phone, load(office, phone), mac=OTHER, vendor=None)
    assert load(office, phone)["vendor"] is None


def test_models_and_users_to_choose_from(office: Database) -> None:
    def models(current: int | None) -> list[int]:
        return [row["id"] for row in office.read(lambda connection: phone_models(connection, current))]

    assert (models(None), models(2)) == ([1], [2, 1])
    office.write(lambda c: c.execute(update(User).where(User.id == 1).values(removed_at=NOW)))
    assert office.read(lambda connection: phone_users(connection, 1)) == []
    with pytest.raises(DomainError, match="no such user"):
        add(office, user_id=1)


def listed(database: Database, at: datetime = NOW, kamailio: KamailioDatabase | None = None) -> list[Any]:
    source = PhoneSource(kamailio or KamailioDatabase(database.url), lambda: at)
    return list(database.read(lambda connection: source.fetch_page(connection, Listing(phones, Sort("mac"))).rows))


def register(database: Database, user: int, agent: str | None, *, domain: str | None = None) -> None:
    def work(connection: Any) -> None:
        name = connection.scalar(select(User.sip_username).where(User.id == user))
        row = {
            "ruid": f"r-{name}-{agent}",
            "username": name,
            "domain": domain,
            "contact": "sip:x@198.51.100.7",
            "expires": NOW + timedelta(minutes=5),
            "callid": "c",
            "cseq": 1,
            "last_modified": NOW,
            "user_agent": agent,
            "methods": 0,
        }
        connection.execute(create_tables(connection).location.insert(), row)

    database.write(work)


def test_registered_now_is_told_by_aor_and_user_agent(office: Database) -> None:
    add(office, user_id=1)
    add(office, mac=OTHER)
    add(office, customer=2, mac="000413123458", user_id=2)
    assert [row["registered"] for row in listed(office)][1] == RegisteredNow.NO_USER
    register(office, 1, "snomD785/10.1.159.12")
    register(office, 2, None)
    rows = listed(office)
    assert [row["registered"] for row in rows] == [RegisteredNow.YES, RegisteredNow.NO_USER, RegisteredNow.OTHER]
    assert "snomD785" in rows[0]["registered_words"]
    later = listed(office, NOW + timedelta(minutes=6))
    assert [row["registered"] for row in later] == [RegisteredNow.NO, RegisteredNow.NO_USER, RegisteredNow.NO]


def test_the_domain_counts_where_the_switch_has_it(office: Database) -> None:
    add(office, user_id=1)
    register(office, 1, "snomD785/10.1", domain="elsewhere.test")
    assert listed(office)[0]["registered"] == RegisteredNow.NO
    register(office, 1, "snomD785/10.2", domain="nb.test")
    assert listed(office)[0]["registered"] == RegisteredNow.YES


def test_without_a_switch_it_is_not_known(office: Database, tmp_path: Path) -> None:
    add(office, user_id=1)
    row = listed(office)[0]
    assert row["registered"] == RegisteredNow.UNKNOWN
    assert row["registered_words"].startswith("not known. ")
    far = KamailioDatabase(office.url, "postgresql://nobody@127.0.0.1:1/none")
    assert listed(office, kamailio=far)[0]["registered"] == RegisteredNow.UNKNOWN
    far.close()


def test_a_configuration_is_outdated_by_a_new_sip_password_alone(office: Database) -> None:
    phone = add(office, user_id=1)
    assert listed(office)[0]["configuration"] == Configuration.NEVER
    set_at = office.read(lambda connection: password_changes(connection, {1, 2}))
    assert set(set_at) == {1, 2}  # both got one when they were added
    fetched = set_at[1] + timedelta(seconds=1)
    office.write(lambda c: c.execute(update(CustomerPhone).values(last_provisioned_at=fetched)))
    assert listed(office)[0]["configuration"] == Configuration.CURRENT
    with UnitOfWork(office, ANN) as unit:
        record_showing(unit, 1)  # to look at it changes nothing
        unit.get(User, 1).name = "Una the second"
        unit.commit()
    assert office.read(lambda connection: password_changes(connection, {1})) == {1: set_at[1]}
    with UnitOfWork(office, ANN) as unit:
        replace_sip_password(unit, 1, VAULT, "another-secret")
        unit.commit()
    changed = office.read(lambda connection: password_changes(connection, {1}))[1]
    office.write(lambda c: c.execute(update(CustomerPhone).values(last_provisioned_at=changed - timedelta(seconds=1))))
    row = listed(office)[0]
    assert (row["configuration"], row["password_at"]) == (Configuration.OUTDATED, changed)
    assert load(office, phone)["user_id"] == 1
