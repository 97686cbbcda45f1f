"""Notes on any object; an author may edit the author's own."""

from __future__ import annotations

from typing import Any

from partnertui.db.errors import RowDeleted
from partnertui.db.models import Base, Note
from partnertui.db.models.base import now
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed

LONGEST = 20_000


def add_note(work: UnitOfWork, table: str, object_id: int, body: str) -> Note:
    """Adds a note to the object of that table; raises DomainError for an empty one, RowDeleted for no object."""
    owner = _object(work, table, object_id)
    note = Note(
        object_table=table,
        object_id=object_id,
        body=_checked(body),
        author_id=work.operator.id,
        author_name=work.operator.name,
        customer_id=object_id if table == "customers" else getattr(owner, "customer_id", None),
        partner_id=getattr(owner, "partner_id", None),
    )
    work.add(note)
    return note


def edit_note(work: UnitOfWork, note_id: int, body: str, *, version: int | None = None) -> Note:
    """Changes a note; raises NotAllowed for another's note, ConcurrentChange for a newer version."""
    note = work.get(Note, note_id, version=version)
    if note.author_id != work.operator.id:
        raise NotAllowed(f"Only {note.author_name} may change this note.", advice="Add a note of your own.")
    note.body = _checked(body)
    note.edited_at = now()
    return note


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise DomainError("The note is empty.", field="body", advice="Write something, or close it with Esc.")
    if len(text) > LONGEST:
        raise DomainError(f"The note is longer than {LONGEST:,} characters.", field="body", advice="Shorten it.")
    return text


def _object(work: UnitOfWork, table: str, object_id: int) -> Any:
    model = next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table), None)
    if model is None:
        raise RowDeleted(f"There is nothing called {table}.", "Open the record again.")
    return work.get(model, object_id)
