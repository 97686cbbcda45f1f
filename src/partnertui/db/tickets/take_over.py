"""Assigns a colleague's ticket to oneself, together with the draft that they were writing."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.drafts import open_draft, read_draft, seal_draft, write_draft
from partnertui.db.models import OperatorAccount, Ticket
from partnertui.db.tickets.audited_draft_access import SealedDraft, drafts_of, remove_draft, request_drafts
from partnertui.db.tickets.draft_files import FILES, form_of_files
from partnertui.db.tickets.draft_moves import EVIDENCE, TEXT, below
from partnertui.db.tickets.states import assign
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.domain.errors import DomainError
from partnertui.vault.sealed_values import Vault

REPLY = "reply"
JOINED = (TEXT, FILES, EVIDENCE)
"""What the operator had written and attached stays; recipients and all else are the colleague's."""


def take_over(work: UnitOfWork, vault: Vault | None, ticket_id: int, *, version: int) -> str:
    """Assigns the ticket to the operator and moves the colleague's newest draft of a reply to them.

    What the operator was writing stays, above it. Returns the colleague's name. Raises DomainError if nobody else is
    writing a reply, or it can't be decrypted here, ConcurrentChange if the ticket has another version.
    """
    me = work.operator
    request_drafts(work, ticket_id)
    assign(work, ticket_id, me.id, me.name, version=version)
    others = [one for one in drafts_of(work, ticket_id) if one.operator_id != me.id]
    found = next((one for one in others if one.form == REPLY), None)
    if found is None:
        raise DomainError(
            "No colleague is writing a reply to this ticket.", "Take over the ticket without a draft instead."
        )
    if vault is None or not _take_draft(work, vault, ticket_id, found):
        raise DomainError("The draft can't be decrypted here.", "Its key is missing: run “partnertui keys status”.")
    for one in others:
        if one.operator_id == found.operator_id and one.form == form_of_files(REPLY):
            _take_draft(work, vault, ticket_id, one)
    name = select(OperatorAccount.name).where(OperatorAccount.id == found.operator_id)
    return str(work.session.connection().scalar(name))


def _take_draft(work: UnitOfWork, vault: Vault, ticket_id: int, found: SealedDraft) -> bool:
    """Makes a colleague's draft the operator's, below their own; False if it can't be decrypted."""
    me, connection = work.operator, work.session.connection()
    what = DraftOf(Ticket.__tablename__, ticket_id, found.form)
    theirs = open_draft(vault, found.operator_id, what, found.text_ciphertext)
    if theirs is None:
        return False
    kept = read_draft(connection, me.id, what)
    mine = open_draft(vault, me.id, what, kept) if kept is not None else None
    own = {} if mine is None else {name: mine.values[name] for name in JOINED if name in mine.values}
    joined = StoredDraft(below(own, theirs.values), theirs.saved_at)
    write_draft(connection, me.id, what, seal_draft(vault, me.id, what, joined), theirs.saved_at)
    remove_draft(work, found)
    return True
