"""Encrypted drafts: an operator's unfinished texts and forms."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from partnertui.db.models import Draft
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Place, Vault


def place_of(operator_id: int, what: DraftOf) -> Place:
    """The place that a draft is sealed for."""
    return Place("drafts", "text_ciphertext", json.dumps([operator_id, what.table, what.record, what.form]))


def seal_draft(vault: Vault, operator_id: int, what: DraftOf, draft: StoredDraft) -> bytes:
    """A draft as it is stored, in the database and in a file."""
    content = {
        "values": draft.values,
        "saved_at": draft.saved_at.isoformat(),
        "discarded": draft.discarded,
        "key": draft.key,
    }
    return vault.seal(place_of(operator_id, what), json.dumps(content).encode())


def open_draft(vault: Vault, operator_id: int, what: DraftOf, sealed: bytes) -> StoredDraft | None:
    """A draft as it was typed; None if it was altered, moved, or its key is gone."""
    try:
        content = json.loads(vault.open(place_of(operator_id, what), sealed))
    except VaultError:
        return None
    saved_at, key = datetime.fromisoformat(content["saved_at"]), content.get("key", "")  # none in older drafts
    return StoredDraft(content["values"], saved_at, content["discarded"], key)


def write_draft(connection: Connection, operator_id: int, what: DraftOf, sealed: bytes, saved_at: datetime) -> None:
    """Replaces the draft of a dialog."""
    delete_draft(connection, operator_id, what)
    connection.execute(
        insert(Draft).values(
            operator_id=operator_id,
            object_table=what.table,
            object_id=what.record,
            form=what.form,
            text_ciphertext=sealed,
            saved_at=saved_at,
        )
    )


def read_draft(connection: Connection, operator_id: int, what: DraftOf) -> bytes | None:
    """The sealed draft of a dialog, if there is one."""
    return connection.execute(select(Draft.text_ciphertext).where(*_is(operator_id, what))).scalar()


def delete_draft(connection: Connection, operator_id: int, what: DraftOf) -> None:
    """Removes the draft of a dialog: it was saved."""
    connection.execute(delete(Draft).where(*_is(operator_id, what)))


def _is(operator_id: int, what: DraftOf) -> tuple[Any, ...]:
    return (
        Draft.operator_id == operator_id,
        Draft.object_table == what.table,
        Draft.object_id == what.record,
        Draft.form == what.form,
    )
