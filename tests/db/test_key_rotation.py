"""Keys are rotated: every sealed value is sealed anew, also after a kill; what a running program seals isn't lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update
from tests.db.makers import ANN, NOW, customer, staff
from tests.row_security import make_login

from partnertui.config.settings import VaultSettings
from partnertui.db.card_by_full_number import card_hash, find_card
from partnertui.db.card_number_index import index_card_numbers, number_place
from partnertui.db.chat_texts import place_of as chat_place
from partnertui.db.database import Database, open_database
from partnertui.db.key_rotation import key_usage, rotate
from partnertui.db.models import Chat, CreditCard, History, VaultKey, load_all
from partnertui.db.models.base import Base
from partnertui.db.sealed_column_list import SEALED
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import make_data_key, master_key, open_vault, rewrap, search_key
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Role
from partnertui.vault.errors import VaultError
from partnertui.vault.master_key import MasterKey, make_master_key
from partnertui.vault.sealed_values import Vault

DEFAULT = VaultSettings()
CARD = "4111 1111 1111 1111"


def keys(database: Database, folder: Path) -> tuple[Vault, MasterKey]:
    vault, master = open_vault(database, DEFAULT, folder, create=True), master_key(DEFAULT, folder)
    assert vault is not None
    assert master is not None
    return vault, master


def chats(database: Database, vault: Vault, count: int) -> None:
    staff(database)
    with UnitOfWork(database, ANN) as work:
        work.add(customer(id=1, partner_id=7))
        work.commit()
    rows = [
        {
            "id": id,
            "customer_id": 1,
            "started_at": NOW,
            "text_ciphertext": vault.seal(chat_place(id), f"chat {id}".encode()),
        }
        for id in range(1, count + 1)
    ]
    database.write(lambda connection: connection.execute(insert(Chat), rows))


def owned_key(database: Database, customer_id: int = 1) -> str:
    """The newest key of a customer."""
    query = select(VaultKey.key_id).where(VaultKey.owner_id == customer_id).order_by(VaultKey.id.desc()).limit(1)
    return str(database.read(lambda connection: connection.scalar(query)))


def texts(database: Database, vault: Vault) -> list[str]:
    rows = database.read(lambda c: c.execute(select(Chat.id, Chat.text_ciphertext).order_by(Chat.id)).all())
    return [vault.open(chat_place(row.id), row.text_ciphertext).decode() for row in rows]


def test_every_column_with_ciphertext_is_rotated() -> None:
    load_all()
    stored = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_ciphertext")
    }
    assert stored == {(sealed.table, sealed.name) for sealed in SEALED}


def test_all_values_are_sealed_with_the_new_key(database: Database, tmp_path: Path) -> None:
    vault, master = keys(database, tmp_path)
    chats(database, vault, 5)
    new = make_data_key(database, master)
    assert database.read(key_usage) == {"chats.text_ciphertext": {vault.current: 5}}
    assert rotate(database, new).sealed == 5
    assert database.read(key_usage) == {"chats.text_ciphertext": {owned_key(database): 5}}
    assert texts(database, new) == [f"chat {id}" for id in range(1, 6)]
    assert rotate(database, new).sealed == 0


def test_a_value_moved_to_another_row_stays_unreadable(database: Database, tmp_path: Path) -> None:
    vault, master = keys(database, tmp_path)
    chats(database, vault, 2)
    first = select(Chat.text_ciphertext).where(Chat.id == 1).scalar_subquery()
    database.write(lambda c: c.execute(update(Chat).where(Chat.id == 2).values(text_ciphertext=first)))
    result = rotate(database, make_data_key(database, master))
    assert (result.sealed, result.unreadable) == (1, {"chats.text_ciphertext": 1})


def test_a_program_that_began_before_goes_on(database: Database, tmp_path: Path) -> None:
    """It reads what is sealed with the key that it doesn't have yet, and what it seals is read by the others."""
    running, master = keys(database, tmp_path)
    chats(database, running, 2)
    new = make_data_key(database, master)
    assert rotate(database, new).dropped == ()
    assert texts(database, running) == ["chat 1", "chat 2"]
    sealed = running.seal(chat_place(2), b"typed meanwhile")
    database.write(lambda c: c.execute(update(Chat).where(Chat.id == 2).values(text_ciphertext=sealed)))
    assert texts(database, new) == ["chat 1", "typed meanwhile"]


def test_a_key_that_was_replaced_long_ago_is_deleted(database: Database, tmp_path: Path) -> None:
    vault, master = keys(database, tmp_path)
    chats(database, vault, 1)
    new = make_data_key(database, master)
    database.write(lambda c: c.execute(update(VaultKey).values(created_at=NOW - timedelta(days=400))))
    assert rotate(database, new).dropped == (vault.current,)
    assert database.read(lambda c: c.scalar(select(func.count()).select_from(VaultKey))) == 2  # and the customer's own


KILLED = """
import sys
from pathlib import Path
from partnertui.config.settings import VaultSettings
from partnertui.db import key_rotation
from partnertui.db.database import open_database
from partnertui.db.vault_data_keys import make_data_key, master_key
key_rotation.BATCH = 25
database, folder = open_database(sys.argv[1]), Path(sys.argv[2])
vault = make_data_key(database, master_key(VaultSettings(), folder))
print("began", flush=True)
key_rotation.rotate(database, vault)
"""


def test_a_rotation_that_is_killed_goes_on(database: Database, tmp_path: Path) -> None:
    """SIGKILL in the middle: every value opens with one key or the other, and the next run finishes."""
    vault, _ = keys(database, tmp_path)
    chats(database, vault, 2_000)
    command = [sys.executable, "-c", KILLED, database.url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(0.05)
        os.kill(running.pid, signal.SIGKILL)
    half = open_vault(database, DEFAULT, tmp_path, create=False)
    assert half is not None
    assert half.current != vault.current
    assert texts(database, half) == [f"chat {id}" for id in range(1, 2_001)]
    rotate(database, half)
    assert database.read(key_usage) == {"chats.text_ciphertext": {owned_key(database): 2_000}}
    assert texts(database, half)[-1] == "chat 2000"


def test_a_new_master_key_opens_what_the_old_one_did(database: Database, tmp_path: Path) -> None:
    vault, old = keys(database, tmp_path)
    chats(database, vault, 1)
    key = search_key(database, old)
    assert rewrap(database, old, make_master_key(tmp_path / "new.key")) == 2
    with pytest.raises(VaultError, match="isn't the one"):
        open_vault(database, DEFAULT, tmp_path, create=False)
    moved = VaultSettings(file=str(tmp_path / "new.key"))
    found = open_vault(database, moved, tmp_path, create=False)
    assert found is not None
    assert texts(database, found) == ["chat 1"]
    master = master_key(moved, tmp_path)
    assert master is not None
    assert search_key(database, master) == key


def store_card(connection: Connection, **number: bytes) -> None:
    """Card 4 of customer 1, the only one."""
    row = {"customer_id": 1, "partner_id": 8, "holder": "A", "brand": "Visa", "last_four": "1111"}
    expiry = {"expiry_year": 2030, "expiry_month": 1, "gateway": "stripe"}
    connection.execute(delete(CreditCard))
    connection.execute(insert(CreditCard), {"id": 4, **row, **expiry, **number})


def test_encrypted_numbers_get_their_hash_once(database: Database, tmp_path: Path) -> None:
    vault, master = keys(database, tmp_path)
    chats(database, vault, 1)
    key, sealed = search_key(database, master), vault.seal(number_place(4), CARD.encode())
    database.write(lambda connection: store_card(connection, number_ciphertext=sealed))
    assert index_card_numbers(database, vault, key) == (1, 0)
    assert index_card_numbers(database, vault, key) == (0, 0)
    assert find_card(database, DEFAULT, tmp_path, ANN, CARD) == 4
    database.write(lambda connection: store_card(connection, number_ciphertext=b"broken"))
    assert index_card_numbers(database, vault, key) == (0, 1)


def test_a_card_is_found_by_its_whole_number(database: Database, tmp_path: Path) -> None:
    vault, master = keys(database, tmp_path)
    chats(database, vault, 1)
    hashed = card_hash(search_key(database, master), CARD)

    database.write(lambda connection: store_card(connection, number_hmac=hashed))
    assert find_card(database, DEFAULT, tmp_path, ANN, "4111-1111-1111-1111") == 4
    (found,) = database.read(lambda c: c.execute(select(History).where(History.object_table == "credit_cards")).all())
    assert (found.operator_name, found.changes) == ("Ann", {"number": ["hidden", "found by its full number"]})
    if database.dialect == "postgresql":
        with closing(open_database(make_login(database.url, "ann", Role.SUPPORT))) as own:
            assert find_card(own, DEFAULT, tmp_path, ANN, CARD) == 4
    with pytest.raises(DomainError, match="No stored card"):
        find_card(database, DEFAULT, tmp_path, ANN, "4111111111111112")
    with pytest.raises(DomainError, match="full card number"):
        find_card(database, DEFAULT, tmp_path, ANN, "1111")
