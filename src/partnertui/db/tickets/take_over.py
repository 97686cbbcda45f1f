"""Takes a ticket over from a colleague, with the reply that they were writing."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.drafts import delete_draft, open_draft, read_draft, seal_draft, write_draft
from partnertui.db.models import Draft, OperatorAccount, Ticket
from partnertui.db.session import UnitOfWork
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
    assign(work, ticket_id, me.id, me.name, version=version)
    connection, what = work.session.connection(), DraftOf(Ticket.__tablename__, ticket_id, REPLY)
    found = connection.execute(
        select(Draft.operator_id, OperatorAccount.name, Draft.text_ciphertext)
        .join(OperatorAccount, OperatorAccount.id == Draft.operator_id)
        .where(
            Draft.object_table == what.table,
            Draft.object_id == ticket_id,
            Draft.form == REPLY,
            Draft.operator_id != me.id,
        )
        .order_by(Draft.saved_at.desc())
        .limit(1)
    ).first()
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
    delete_draft(connection, found.operator_id, what)
    return str(found.name)
