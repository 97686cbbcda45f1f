"""An export has everything about a customer, nothing of others and no secrets; on both databases."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.db.makers import ANN, NOW, PAT, staff
from tests.db.privacy.canaries import CUSTOMER, OTHER, canary, fill

from partnertui.db.chat_texts import place_of
from partnertui.db.database import Database
from partnertui.db.models import Base, Chat, Ddi, History
from partnertui.db.privacy.export import SECRET_NAME, exported_tables, record_export, write_export
from partnertui.db.privacy.find_customer import find_customer
from partnertui.db.privacy.personal_tables import NOT_EXPORTED
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.vault.sealed_values import Vault

VAULT = Vault({"00000001": b"k" * 32}, "00000001")


def export(database: Database) -> tuple[dict[str, bytes], Any]:
    """The files of an export by name, and what it counted."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        result = database.read(lambda c: write_export(c, CUSTOMER, VAULT, archive, "Anvil", NOW), steady=True)
    with zipfile.ZipFile(content) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, result


@pytest.fixture
def planted(database: Database) -> dict[str, str]:
    """Two customers; the canaries of the first, who has a chat that can be read."""
    staff(database)
    fill(database, OTHER)
    found = fill(database)
    sealed = VAULT.seal(place_of(7), b"Hello, my line is down")
    row = {"id": 7, "customer_id": CUSTOMER, "started_at": NOW, "text_ciphertext": sealed}
    database.write(lambda c: c.execute(insert(Chat), row))
    return found


def test_all_of_the_customer_and_nothing_of_others(database: Database, planted: dict[str, str]) -> None:
    files, result = export(database)
    everything = b"".join(files.values())
    for name, word in planted.items():
        column = name.split(".")[1]
        is_secret = bool(SECRET_NAME.search(column)) or column == "waveform"
        assert (word.encode() in everything) is not is_secret, name
    assert f"zq{OTHER}".encode() not in everything
    assert files["chats/7.txt"] == b"Hello, my line is down"
    assert (result.chats, result.unreadable) == (1, 1)  # the canary isn't sealed
    users = json.loads(files["tables/users.json"])
    assert [row["name"] for row in users] == [canary(CUSTOMER, "users", "name")]
    attachment = json.loads(files["tables/ticket_attachments.json"])[0]
    assert files[attachment["content"]] == canary(CUSTOMER, "ticket_attachments", "content").encode()
    assert b"users.json: 1" in files["README.txt"]


def test_every_table_of_customers_is_exported_or_has_a_reason() -> None:
    owned = {table.name for table in Base.metadata.tables.values() if {"customer_id", "owner_id"} & set(table.c.keys())}
    assert owned - {table.name for table in exported_tables()} == set(NOT_EXPORTED)
    assert all(NOT_EXPORTED.values())


def test_an_export_is_recorded_and_refused_to_partners(database: Database, planted: dict[str, str]) -> None:
    with UnitOfWork(database, ANN) as unit:
        record_export(unit, CUSTOMER)
        unit.commit()
    last = select(History.operator_name, History.changes).where(History.customer_id == CUSTOMER)
    row = database.read(lambda c: c.execute(last.order_by(History.id.desc()).limit(1)).one())
    assert row.operator_name == "Ann"
    assert "exported" in row.changes["personal data"][1]
    with pytest.raises(NotAllowed), UnitOfWork(database, PAT) as unit:
        record_export(unit, CUSTOMER)


def test_a_customer_is_found_by_id_number_or_address(database: Database, planted: dict[str, str]) -> None:
    row = {"id": 1, "number": "442079460000", "country": "GB", "route_type": "none", "customer_id": CUSTOMER}
    database.write(lambda c: c.execute(insert(Ddi), row))
    database.write(lambda c: c.exec_driver_sql("UPDATE users SET email = 'Pia@Anvil.example' WHERE id = 42"))

    def find(typed: str) -> int:
        return database.read(lambda connection: find_customer(connection, typed, "GB"))

    assert [find(word) for word in ("42", "020 7946 0000", "+442079460000", "pia@anvil.EXAMPLE")] == [CUSTOMER] * 4
    with pytest.raises(DomainError, match="No customer matches 99"):
        find("99")
