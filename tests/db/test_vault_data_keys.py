"""Data keys in the database, and the drafts that they seal."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.db.makers import ANN, BOB, staff

from partnertui.config.settings import VaultSettings
from partnertui.db.database import Database
from partnertui.db.drafts import delete_draft, open_draft, read_draft, seal_draft, write_draft
from partnertui.db.models import Draft, VaultKey
from partnertui.db.models.base import now
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.vault.errors import VaultError

REPLY = DraftOf("tickets", 12, "reply")
TYPED = StoredDraft({"text": "Your card 4111 1111 1111 1111"}, now())
DEFAULT = VaultSettings()


def test_keys_are_made_once_and_found_again(database: Database, tmp_path: Path) -> None:
    assert open_vault(database, DEFAULT, tmp_path, create=False) is None
    made = open_vault(database, DEFAULT, tmp_path, create=True)
    assert made is not None
    found = open_vault(database, DEFAULT, tmp_path, create=True)
    assert found is not None
    assert (found.keys, found.current) == (made.keys, made.current)
    wrapped = database.read(lambda connection: connection.execute(select(VaultKey.wrapped)).scalar_one())
    assert made.keys[made.current] not in wrapped


def test_another_master_key_is_refused(database: Database, tmp_path: Path) -> None:
    open_vault(database, DEFAULT, tmp_path, create=True)
    (tmp_path / "master.key").write_text("ab" * 32)
    with pytest.raises(VaultError, match="isn't the one that this database's keys were encrypted with"):
        open_vault(database, DEFAULT, tmp_path, create=True)
    (tmp_path / "master.key").unlink()
    assert open_vault(database, DEFAULT, tmp_path, create=True) is None  # no new one beside keys that it can't open
    assert not (tmp_path / "master.key").exists()


def test_a_draft_is_sealed_for_its_operator_and_dialog(database: Database, tmp_path: Path) -> None:
    staff(database)
    vault = open_vault(database, DEFAULT, tmp_path, create=True)
    assert vault is not None
    sealed = seal_draft(vault, ANN.id, REPLY, TYPED)
    assert b"4111" not in sealed
    for _ in range(2):  # the second replaces the first
        database.write(lambda connection: write_draft(connection, ANN.id, REPLY, sealed, TYPED.saved_at))
    stored = database.read(lambda connection: read_draft(connection, ANN.id, REPLY))
    assert stored is not None
    assert open_draft(vault, ANN.id, REPLY, stored) == TYPED
    assert open_draft(vault, BOB.id, REPLY, stored) is None
    assert open_draft(vault, ANN.id, DraftOf("tickets", 13, "reply"), stored) is None
    assert database.read(lambda connection: read_draft(connection, BOB.id, REPLY)) is None
    database.write(lambda connection: delete_draft(connection, ANN.id, REPLY))
    assert database.read(lambda connection: connection.execute(select(Draft.id)).first()) is None
