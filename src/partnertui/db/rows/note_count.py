"""The number of a row's notes, as a column of a select."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from partnertui.db.models import Note
from partnertui.db.models.base import Base, table_of


def note_count(model: type[Base]) -> ColumnElement[int]:
    """The number of notes of a row, as a column labelled `note_count`."""
    notes = select(func.count()).select_from(Note)
    of_row = notes.where(Note.object_table == model.__tablename__, Note.object_id == model.id)
    return of_row.correlate(table_of(model)).scalar_subquery().label("note_count")
