"""The order of a list as a few parts, each one range of an index: same value, further values, no value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from partnertui.db.rows.cdr.request import CDRS, C, Question, hidden
from partnertui.db.rows.types import Expression, Query


@dataclass(frozen=True)
class Part:
    """Rows that fit `where`, ordered by `column` (None: by ID alone) and ID; `index` serves it.

    `empty` is a column that is NULL in all of them: PostgreSQL sees that an index is in order of the ID only where
    the column is named before it.
    """

    where: tuple[ColumnElement[bool], ...]
    column: Expression | None
    index: str
    empty: Expression | None = None


def parts(question: Question, column: Expression, index: str) -> list[Part]:
    """The parts behind the key, in the direction of reading."""
    key, down, backward = question.key, question.down, question.backward

    def beyond(part: Expression, value: Any) -> ColumnElement[bool]:
        return part < value if down else part > value  # type: ignore[no-any-return]

    valued = Part((column.is_not(None),), column, index)
    empty = Part((column.is_(None),), None, index, column)
    if key is None:
        return [empty, valued] if backward else [valued, empty]
    if key[0] is None:
        rest = Part((column.is_(None), beyond(C.id, key[1])), None, index, column)
        return [rest, valued] if backward else [rest]
    same = Part((column == key[0], beyond(C.id, key[1])), None, index)
    further = Part((beyond(column, key[0]),), column, index)
    return [same, further] if backward else [same, further, empty]


def ordered(question: Question, part: Part, *where: ColumnElement[bool]) -> Query:
    """ID and sort value of a part's rows, in order; on SQLite through its index, or along the table."""
    value = C.id if part.column is None else part.column
    statement = select(C.id.label("id"), value.label("value")).where(*where, *part.where)
    if question.where:
        statement = statement.where(hidden(question))
    first = part.column if question.is_sqlite or part.column is not None else part.empty
    by = (C.id,) if first is None else (first, C.id)
    statement = statement.order_by(*(column.desc() if question.down else column.asc() for column in by))
    return statement.with_hint(CDRS, f"INDEXED BY {part.index}" if part.index else "NOT INDEXED", "sqlite")
