"""Texts that are being written about a ticket move along when it is merged into another one."""

from __future__ import annotations

from sqlalchemy import select, update

from partnertui.db.drafts import delete_draft, open_draft, read_draft, seal_draft
from partnertui.db.models import Draft, Ticket
from partnertui.db.session import UnitOfWork
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.vault.sealed_values import Vault

TEXT = "text"
MOVED_FROM = "moved_from"
"""Value of a draft that came from another ticket: its number. The recipient is to be confirmed before it is sent."""


def joined(moved: StoredDraft, number: str, there: StoredDraft | None) -> StoredDraft:
    """A draft as it is stored for the other ticket: word for word, below what was being written there."""
    texts = [str(there.values.get(TEXT) or "") if there is not None else "", str(moved.values.get(TEXT) or "")]
    values = {**moved.values, **(there.values if there is not None else {})}
    values |= {TEXT: "\n\n".join(text for text in texts if text), MOVED_FROM: number}
    return StoredDraft(values, moved.saved_at, moved.discarded)


def move_drafts(work: UnitOfWork, vault: Vault, ticket: Ticket, target: Ticket) -> int:
    """Moves every operator's drafts of a ticket; returns how many. One that can't be decrypted stays."""
    connection = work.session.connection()
    table = Ticket.__tablename__
    drafts = select(Draft.id, Draft.operator_id, Draft.form, Draft.text_ciphertext)
    drafts = drafts.where(Draft.object_table == table, Draft.object_id == ticket.id)
    count = 0
    for number, operator, form, sealed in connection.execute(drafts).all():
        old, new = DraftOf(table, ticket.id, form), DraftOf(table, target.id, form)
        draft = open_draft(vault, operator, old, sealed)
        if draft is None:
            continue
        kept = read_draft(connection, operator, new)
        there = open_draft(vault, operator, new, kept) if kept is not None else None
        delete_draft(connection, operator, new)
        stored = seal_draft(vault, operator, new, joined(draft, ticket.number, there))
        values = {"object_id": target.id, "text_ciphertext": stored}
        connection.execute(update(Draft).where(Draft.id == number).values(values))
        count += 1
    return count
