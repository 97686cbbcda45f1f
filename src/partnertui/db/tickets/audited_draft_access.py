"""Audited access to drafts that other operators are writing in a ticket: request, read, move, delete.

On PostgreSQL nobody sees another operator's drafts. Functions hand them out to who asked for them in a transaction that
was committed before; the ticket's history says who did.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import BYTEA

from partnertui.db.change_history import record_event
from partnertui.db.models import Draft, Ticket
from partnertui.db.models.types import Int, Str, Utc
from partnertui.db.unit_of_work import UnitOfWork

REQUESTED = "requested drafts"
"""In the info of a unit of work's session: tickets whose drafts were requested."""
REQUEST = {"drafts": ["hidden", "taken"]}
"""The entry of the history; `priv.drafts_of_ticket` looks for it."""


class SealedDraft(NamedTuple):
    """A draft as it is stored."""

    id: int
    operator_id: int
    form: str
    text_ciphertext: bytes
    saved_at: datetime


_COLUMNS = text("SELECT id, operator_id, form, text_ciphertext, saved_at FROM priv.drafts_of_ticket(:ticket)").columns(
    id=Int, operator_id=Int, form=Str, text_ciphertext=BYTEA, saved_at=Utc
)


def request_drafts(work: UnitOfWork, ticket_id: int) -> None:
    """On PostgreSQL, commits a request for a ticket's drafts on its own, which `drafts_of` needs.

    Before the unit of work writes anything with history: it would hold the customer's audit chain, and wait for itself.
    """
    if work.database.dialect == "sqlite":
        return
    if not work.session.connection().scalar(select(func.priv.has_drafts(ticket_id))):
        return
    with UnitOfWork(work.database, work.operator) as request:
        record_event(request.session, request.get(Ticket, ticket_id), REQUEST)
        request.commit()
    work.session.info.setdefault(REQUESTED, set()).add(ticket_id)


def drafts_of(work: UnitOfWork, ticket_id: int) -> list[SealedDraft]:
    """All drafts of a ticket, newest first; on PostgreSQL those that were requested before."""
    connection = work.session.connection()
    if work.database.dialect == "sqlite":
        columns = (Draft.id, Draft.operator_id, Draft.form, Draft.text_ciphertext, Draft.saved_at)
        mine = select(*columns).where(Draft.object_table == Ticket.__tablename__, Draft.object_id == ticket_id)
        rows = connection.execute(mine.order_by(Draft.saved_at.desc())).all()
        return [SealedDraft(*row) for row in rows]
    if ticket_id not in work.session.info.get(REQUESTED, ()):
        return []
    found = [SealedDraft(*row) for row in connection.execute(_COLUMNS, {"ticket": ticket_id})]
    return sorted(found, key=lambda draft: draft.saved_at, reverse=True)


def move_draft(work: UnitOfWork, draft: SealedDraft, ticket_id: int, sealed: bytes) -> None:
    """Gives a draft to another ticket, in place of what its operator was writing there."""
    connection = work.session.connection()
    if work.database.dialect == "postgresql":
        connection.execute(select(func.priv.move_draft(draft.id, ticket_id, bindparam("sealed", sealed, BYTEA))))
        return
    there = (Draft.object_table == Ticket.__tablename__, Draft.object_id == ticket_id, Draft.form == draft.form)
    connection.execute(delete(Draft).where(*there, Draft.operator_id == draft.operator_id))
    values = {"object_id": ticket_id, "text_ciphertext": sealed}
    connection.execute(update(Draft).where(Draft.id == draft.id).values(values))


def remove_draft(work: UnitOfWork, draft: SealedDraft) -> None:
    """Deletes a draft whose text was taken over."""
    connection = work.session.connection()
    if work.database.dialect == "postgresql":
        connection.execute(select(func.priv.move_draft(draft.id, None, None)))
    else:
        connection.execute(delete(Draft).where(Draft.id == draft.id))
