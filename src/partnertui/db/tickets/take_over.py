"""Takes a ticket over from a colleague, with the reply that they were writing."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.drafts import open_draft, read_draft, seal_draft, write_draft
from partnertui.db.models import OperatorAccount, Ticket
from partnertui.db.session import UnitOfWork
from partnertui.db.tickets.colleagues_drafts import drafts_of, remove_draft, request_drafts
from partnertui.db.tickets.states import assign
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.domain.errors import DomainError
from partnertui.vault.sealed_values import Vault

REPLY = "reply"
TEXT = "text"


def take_over(work: UnitOfWork, vault: Vault | None, ticket_id: int, *, version: int) -> str:
    """Assigns the ticket to the operator and moves the colleague's newest draft of a reply to them.

    What the operator was writing stays, above it. Returns the colleague's name. Raises DomainError if nobody else is
    writing a reply, or it can't be decrypted here, ConcurrentChange if the ticket has another version.
    """
    me = work.operator
    request_drafts(work, ticket_id)
    assign(work, ticket_id, me.id, me.name, version=version)
    connection, what = work.session.connection(), DraftOf(Ticket.__tablename__, ticket_id, REPLY)
    others = (one for one in drafts_of(work, ticket_id) if one.form == REPLY and one.operator_id != me.id)
    found = next(others, None)
    if found is None:
        raise DomainError("No colleague is writing a reply to this ticket.", "Take it without a draft instead.")
    theirs = None if vault is None else open_draft(vault, found.operator_id, what, found.text_ciphertext)
    if vault is None or theirs is None:
        raise DomainError("The draft can't be decrypted here.", "Its key is missing: run “partnertui keys status”.")
    kept = read_draft(connection, me.id, what)
    mine = open_draft(vault, me.id, what, kept) if kept is not None else None
    texts = [str(one.values.get(TEXT) or "") for one in (mine, theirs) if one is not None]
    values = theirs.values | {TEXT: "\n\n".join(text for text in texts if text.strip())}
    joined = StoredDraft(values, theirs.saved_at)
    write_draft(connection, me.id, what, seal_draft(vault, me.id, what, joined), theirs.saved_at)
    remove_draft(work, found)
    name = select(OperatorAccount.name).where(OperatorAccount.id == found.operator_id)
    return str(connection.scalar(name))
