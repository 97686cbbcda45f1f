"""The demo's SIP passwords open with its keys, and its cards are found by the numbers that gateways publish."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from partnertui.commands.demo import seal_secrets
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.card_by_full_number import find_card
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.key_rotation import key_usage
from partnertui.db.models import CreditCard, User
from partnertui.db.models.base import table_of
from partnertui.db.sip_passwords import open_sip_password
from partnertui.db.vault_data_keys import open_vault
from partnertui.demo import build
from partnertui.demo.sealed_values import TEST_NUMBERS
from partnertui.domain.passwords import SIP_PASSWORD_LENGTH


def test_they_can_be_shown(tmp_path: Path) -> None:
    settings = Settings(database=DatabaseSettings(url=f"sqlite:///{tmp_path / 'partnertui.db'}"))
    build(settings.database_url, customers=2, cdrs=20, seed=7)
    folders = Folders.inside(tmp_path)
    seal_secrets(settings, folders)
    users, database = table_of(User), open_database(settings.database_url)
    vault = open_vault(database, settings.vault, folders.data, create=False)
    assert vault is not None
    sealed = database.read(lambda c: c.execute(select(users.c.id, users.c.sip_password_ciphertext)).all())
    database.close()
    shown = [open_sip_password(vault, number, text) for number, text in sealed if text is not None]
    assert len(set(shown)) == len(shown) > 5
    assert {len(password) for password in shown} == {SIP_PASSWORD_LENGTH}


def test_a_card_is_found_by_its_number(tmp_path: Path) -> None:
    settings = Settings(database=DatabaseSettings(url=f"sqlite:///{tmp_path / 'partnertui.db'}"))
    build(settings.database_url, customers=30, cdrs=0, seed=7)
    folders = Folders.inside(tmp_path)
    seal_secrets(settings, folders)
    with closing(open_database(settings.database_url)) as database:
        operator = database.read(lambda connection: find_operator(connection, ""))
        card = find_card(database, settings.vault, folders.data, operator, TEST_NUMBERS["4242"])
        vault = open_vault(database, settings.vault, folders.data, create=False)
        assert vault is not None
        used = database.read(key_usage)
        last_four = database.read(lambda c: c.scalar(select(CreditCard.last_four).where(CreditCard.id == card)))
    assert last_four == "4242"
    assert {key for counts in used.values() for key in counts} == {vault.current}, "everything opens with its keys"
