"""Moves drafts along when their ticket is merged into another."""

from __future__ import annotations

from partnertui.db.drafts import open_draft, seal_draft
from partnertui.db.models import Ticket
from partnertui.db.tickets.audited_draft_access import drafts_of, move_draft
from partnertui.db.tickets.draft_files import FILES
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.drafts import DraftOf, DraftValues, StoredDraft
from partnertui.vault.sealed_values import Vault

TEXT = "text"
EVIDENCE = "evidence"
MOVED_FROM = "moved_from"
"""Value of a draft that came from another ticket: its number. The recipient is to be confirmed before it is sent."""


def joined(moved: StoredDraft, number: str, there: StoredDraft | None) -> StoredDraft:
    """A draft as it is stored for the other ticket: word for word, below what was being written there."""
    return StoredDraft(
        below(there.values if there is not None else {}, moved.values) | {MOVED_FROM: number},
        moved.saved_at,
        moved.discarded,
    )


def below(above: DraftValues, lower: DraftValues) -> DraftValues:
    """The values of two drafts as one: both texts, all that is attached to either; else those of the upper one."""
    values = {**lower, **above}
    if TEXT in values:
        texts = (str(one.get(TEXT) or "") for one in (above, lower))
        values[TEXT] = "\n\n".join(text for text in texts if text.strip())
    if FILES in values:
        values[FILES] = [*(above.get(FILES) or ()), *(lower.get(FILES) or ())]
    if EVIDENCE in values:
        values[EVIDENCE] = {**(lower.get(EVIDENCE) or {}), **(above.get(EVIDENCE) or {})}
    return values


def move_drafts(work: UnitOfWork, vault: Vault, ticket: Ticket, target: Ticket) -> int:
    """Moves every operator's drafts of a ticket; returns how many. One that can't be decrypted stays."""
    table = Ticket.__tablename__
    found = drafts_of(work, ticket.id)
    others = {(one.operator_id, one.form): one.text_ciphertext for one in drafts_of(work, target.id)} if found else {}
    count = 0
    for one in found:
        old, new = DraftOf(table, ticket.id, one.form), DraftOf(table, target.id, one.form)
        draft = open_draft(vault, one.operator_id, old, one.text_ciphertext)
        if draft is None:
            continue
        kept = others.get((one.operator_id, one.form))
        there = open_draft(vault, one.operator_id, new, kept) if kept is not None else None
        stored = seal_draft(vault, one.operator_id, new, joined(draft, ticket.number, there))
        move_draft(work, one, target.id, stored)
        count += 1
    return count
