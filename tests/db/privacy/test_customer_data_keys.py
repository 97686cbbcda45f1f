"""A customer's values are sealed with their own key; once it is destroyed, copies of them open nowhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from tests.db.makers import BOB, NOW, customer, staff

from partnertui.config.settings import VaultSettings
from partnertui.db.chat_texts import place_of
from partnertui.db.customer_data_keys import customers_vault
from partnertui.db.database import Database
from partnertui.db.key_rotation import rotate
from partnertui.db.models import Chat, User, VaultKey
from partnertui.db.privacy.erase import erase
from partnertui.db.privacy.erasure_plan import plan_erasure
from partnertui.db.sip_passwords import open_sip_password, replace_sip_password
from partnertui.db.sip_passwords import place_of as password_place
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import open_vault
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Vault


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Vault:
    """The keys of a database with two customers who have a user and a chat each."""
    found = open_vault(database, VaultSettings(), tmp_path, create=True)
    assert found is not None
    staff(database)
    for number in (1, 2):
        with UnitOfWork(database, BOB) as work:
            work.add(customer(id=number, status="cancelled"))
            work.session.flush()
            account = {"sip_username": f"u{number}", "sip_domain": "x.example", "state": "disabled"}
            work.add(User(id=number, customer_id=number, name="U", email=f"u{number}@x.example", **account))
            work.session.flush()
            replace_sip_password(work, number, found, f"secret {number}")
            work.commit()
        sealed = found.seal(place_of(number), f"chat {number}".encode())
        row = {"id": number, "customer_id": number, "started_at": NOW, "text_ciphertext": sealed}
        database.write(partial(_add_chat, row=row))
    return found


def _add_chat(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(insert(Chat), row)


def stored(database: Database, number: int) -> tuple[bytes, bytes]:
    """The ciphertexts of a customer's SIP password and chat."""
    query = select(User.sip_password_ciphertext, Chat.text_ciphertext).join(Chat, Chat.id == User.id)
    row = database.read(lambda connection: connection.execute(query.where(User.id == number)).one())
    return bytes(row[0] or b""), bytes(row[1] or b"")


def test_a_value_is_sealed_with_the_customers_own_key(database: Database, vault: Vault) -> None:
    keys = {number: stored(database, number)[0][1:5].hex() for number in (1, 2)}
    owners = select(VaultKey.key_id, VaultKey.owner_id).where(VaultKey.owner_id.is_not(None))
    assert {key: owner for key, owner in database.read(lambda c: c.execute(owners).all())} == {keys[1]: 1, keys[2]: 2}
    assert open_sip_password(vault, 1, stored(database, 1)[0]) == "secret 1"
    again = database.write(lambda connection: customers_vault(connection, vault, 1).current)
    assert again == keys[1]


def test_rotation_gives_each_customer_a_new_key(database: Database, vault: Vault) -> None:
    before = stored(database, 1)
    assert rotate(database, vault).sealed == 2  # the chats, which the web site sealed with the common key
    password, chat = stored(database, 1)
    assert password == before[0]
    assert chat[1:5] == password[1:5]
    assert vault.open(place_of(1), chat) == b"chat 1"


def test_an_erased_customers_copies_open_nowhere(database: Database, vault: Vault, tmp_path: Path) -> None:
    rotate(database, vault)
    password, chat = stored(database, 1)
    others = stored(database, 2)
    erase(database, database.read(lambda connection: plan_erasure(connection, 1, "GB")), BOB)
    fresh = open_vault(database, VaultSettings(), tmp_path, create=False)
    assert fresh is not None
    for found in (vault, fresh):
        with pytest.raises(VaultError):
            found.open(password_place(1), password)
        with pytest.raises(VaultError):
            found.open(place_of(1), chat)
        assert found.open(place_of(2), others[1]) == b"chat 2"
