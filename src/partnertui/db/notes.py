"""Notes on rows of any table: read, add, and edit by their author only."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, func, select

from partnertui.db.errors import RowDeleted
from partnertui.db.models import Base, Note
from partnertui.db.models.base import now
from partnertui.db.rows.read_limits import BODY_READ, NOTES_READ
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role

MAX_CHARACTERS = 20_000


def notes_of(connection: Connection, table: str, record: int, operator: Operator | None) -> Sequence[RowMapping]:
    """The newest notes on a record; for a partner those written while the record was theirs."""
    columns = (Note.id, Note.author_name, Note.author_id, Note.created_at, Note.edited_at, Note.version)
    statement = select(*columns, func.substr(Note.body, 1, BODY_READ).label("body")).where(
        Note.object_table == table, Note.object_id == record
    )
    if operator is not None and operator.role == Role.PARTNER:
        statement = statement.where(Note.partner_id == operator.partner_id)
    return connection.execute(statement.order_by(Note.id.desc()).limit(NOTES_READ)).mappings().all()


def add_note(work: UnitOfWork, table: str, object_id: int, body: str) -> Note:
    """Adds a note to a row of a table; raises DomainError if it is empty or too long, RowDeleted if the row is gone."""
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
    """Changes a note; raises NotAllowed if it is someone else's, ConcurrentChange if it has another version."""
    note = work.get(Note, note_id, version=version)
    if note.author_id != work.operator.id:
        raise NotAllowed(f"Only {note.author_name} can edit this note.", advice="Add your own note.")
    note.body = _checked(body)
    note.edited_at = now()
    return note


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise DomainError("The note is empty.", field="body", advice="Write something, or cancel.")
    if len(text) > MAX_CHARACTERS:
        raise DomainError(f"The note is longer than {MAX_CHARACTERS:,} characters.", field="body", advice="Shorten it.")
    return text


def _object(work: UnitOfWork, table: str, object_id: int) -> Base:
    models: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    model = next((model for model in models if model.__tablename__ == table), None)
    if model is None:
        raise RowDeleted(f"There is no table {table}.", "Open the record again.")
    return work.get(model, object_id)
