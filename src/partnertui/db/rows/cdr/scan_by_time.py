"""Reads on in order of time, asking each row, but not too far."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, select, true

from partnertui.db.models.cdr_indexes import index_name
from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.ranges import Part, parts
from partnertui.db.rows.cdr.request import CDRS, C, Question, in_slots
from partnertui.db.rows.criteria import Between
from partnertui.db.rows.filters import column_of, condition
from partnertui.db.rows.types import Query

FAR = 25_000
"""Rows read before another way is tried: some 15 ms."""
FAR_IN_SLOT = 6_000
"""The same within one slot, where each row is on a page of its own."""


def newest(question: Question) -> tuple[list[int], bool]:
    """IDs found by reading in order of time, and whether that is the page: full, or nothing further to read."""
    single = len(question.slots) == 1
    index = index_name("slot", "started_at") if single else index_name("started_at")
    bounds = _bounds(question)
    if single:
        bounds.append(C.slot == question.slots[0])
    with in_order(question.connection):
        return _walked(question, index, bounds, single)


def _walked(question: Question, index: str, bounds: list[ColumnElement[bool]], single: bool) -> tuple[list[int], bool]:
    asked = and_(true(), *question.where, *([] if single else [in_slots(question)]))
    found: list[int] = []
    left = min(FAR, FAR_IN_SLOT) if single else FAR
    for part in parts(question, C.started_at, index):
        if part.column is None and str(part.where[0]).endswith("IS NULL"):
            continue  # every call has a start
        near = _in_order(question, part, bounds, asked.label("fits")).limit(left).subquery("near")
        statement = select(near.c.id).where(near.c.fits).limit(question.limit - len(found))
        found += question.connection.execute(statement).scalars()
        if len(found) >= question.limit:
            return found, True
        beyond = _in_order(question, part, bounds).offset(left).limit(1)
        if question.connection.execute(beyond).first() is not None:
            return found, False
    return found, True


def _in_order(question: Question, part: Part, bounds: list[ColumnElement[bool]], *more: Any) -> Query:
    statement = select(C.id, *more).where(*part.where, *bounds)
    by = (C.id,) if part.column is None else (part.column, C.id)
    statement = statement.order_by(*(column.desc() if question.down else column.asc() for column in by))
    return statement.with_hint(CDRS, f"INDEXED BY {part.index}", "sqlite")


def _bounds(question: Question) -> list[ColumnElement[bool]]:
    """Conditions on the start itself, which end the reading instead of leaving rows out."""
    return [
        condition(criterion, question.columns, question.connection.dialect.name)
        for criterion in question.rest
        if isinstance(criterion, Between) and column_of(question.columns, criterion.field) is C.started_at
    ]
