"""A ticket is taken over with the colleague's draft, below what was typed; nobody's words are lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert
from tests.db.makers import ANN, BOB, staff

from partnertui.config.settings import VaultSettings
from partnertui.db.database import Database
from partnertui.db.drafts import open_draft, read_draft, seal_draft, write_draft
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Ticket
from partnertui.db.tickets.draft_files import draft_values, files_in, form_of_files
from partnertui.db.tickets.reply_mail import NewAttachment
from partnertui.db.tickets.take_over import take_over
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.kit.clock import utc_now
from partnertui.vault.sealed_values import Vault

REPLY = DraftOf("tickets", 7, "reply")
FILES = DraftOf("tickets", 7, form_of_files("reply"))


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Vault:
    staff(database)
    row = {"id": 7, "number": "T-7", "subject": "no audio"}
    database.write(lambda connection: connection.execute(insert(Ticket), [row]))
    found = open_vault(database, VaultSettings(), tmp_path, create=True)
    assert found is not None
    return found


def keep(database: Database, vault: Vault, operator: Operator, text: str) -> None:
    now = utc_now()
    sealed = seal_draft(vault, operator.id, REPLY, StoredDraft({"text": text, "to": "eve@example.com"}, now))
    database.write(lambda connection: write_draft(connection, operator.id, REPLY, sealed, now))


def text_of(database: Database, vault: Vault, operator: Operator) -> str | None:
    sealed = database.read(lambda connection: read_draft(connection, operator.id, REPLY))
    draft = open_draft(vault, operator.id, REPLY, sealed) if sealed is not None else None
    return None if draft is None else str(draft.values["text"])


def test_the_draft_and_the_ticket_change_hands(database: Database, vault: Vault) -> None:
    keep(database, vault, BOB, "Dear Eve, please")
    keep(database, vault, ANN, "Hello")
    name = commit_once(database, ANN, new_key(), lambda unit: take_over(unit, vault, 7, version=1))
    assert name == BOB.name
    assert text_of(database, vault, ANN) == "Hello\n\nDear Eve, please"
    assert text_of(database, vault, BOB) is None
    with UnitOfWork(database, ANN) as work:
        assert work.get(Ticket, 7).agent_id == ANN.id


def test_files_go_along_on_both_sides(database: Database, vault: Vault) -> None:
    for operator in (BOB, ANN):
        keep(database, vault, operator, f"Text of {operator.login}")
        file = NewAttachment(f"{operator.login}.txt", "text/plain", operator.login.encode())
        sealed = seal_draft(vault, operator.id, FILES, StoredDraft(draft_values([file]), utc_now()))
        write = partial(write_draft, operator_id=operator.id, what=FILES, sealed=sealed, saved_at=utc_now())
        database.write(write)
    commit_once(database, ANN, new_key(), lambda unit: take_over(unit, vault, 7, version=1))
    sealed_now = database.read(lambda connection: read_draft(connection, ANN.id, FILES))
    assert sealed_now is not None
    draft = open_draft(vault, ANN.id, FILES, sealed_now)
    assert draft is not None
    assert [file.content for file in files_in(draft.values)] == [b"ann", b"bob"]
    assert database.read(lambda connection: read_draft(connection, BOB.id, FILES)) is None


def test_without_a_draft_nothing_changes(database: Database, vault: Vault) -> None:
    keep(database, vault, ANN, "Hello")
    with pytest.raises(DomainError, match="No colleague is writing"):
        commit_once(database, ANN, new_key(), lambda unit: take_over(unit, vault, 7, version=1))
    assert text_of(database, vault, ANN) == "Hello"
    with UnitOfWork(database, ANN) as work:
        assert work.get(Ticket, 7).agent_id is None
