"""Merges the rows of many slots into one order, reading from each slot only what the page needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Integer, bindparam, func, lateral, literal, select, true

from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.ranges import Part, ordered
from partnertui.db.rows.cdr.request import CDRS, C, Question
from partnertui.db.rows.types import Expression, Query

CHUNK = 16
"""Rows read from a slot at once: a page of 100 comes from few rows of many slots or many of few."""


def merge(question: Question, part: Part, limit: int) -> list[int]:
    """IDs of the first `limit` rows of a part, over all slots asked for."""
    if not question.slots:
        return []
    with in_order(question.connection):
        return _merged(question, part, limit)


def _merged(question: Question, part: Part, limit: int) -> list[int]:
    if len(question.slots) == 1:
        statement = ordered(question, part, C.slot == bindparam("slot", question.slots[0])).limit(limit)
        return list(question.connection.execute(statement).scalars())
    if question.is_sqlite:
        return _merge_here(question, part, limit)
    statement = _merge_there(question, part, limit)
    return list(question.connection.execute(statement, {"slots": question.slots}).scalars())


def _merge_there(question: Question, part: Part, limit: int) -> Query:
    """PostgreSQL: the first row of each slot, then the first rows of the slots that come first."""
    slots = select(func.unnest(bindparam("slots", type_=ARRAY(Integer))).label("slot")).subquery("slots")
    head = lateral(ordered(question, part, slots.c.slot == C.slot).limit(1), "head")
    by = [head.c.value, head.c.id]
    firsts = select(slots.c.slot).select_from(slots.join(head, true()))
    heads = firsts.order_by(*_way(question, by)).limit(limit).subquery("heads")
    page = lateral(ordered(question, part, heads.c.slot == C.slot).limit(limit), "page")
    rows = select(page.c.id).select_from(heads.join(page, true()))
    return rows.order_by(*_way(question, [page.c.value, page.c.id])).limit(limit)


def _way(question: Question, columns: Sequence[Expression]) -> list[Expression]:
    return [column.desc() if question.down else column.asc() for column in columns]


def _merge_here(question: Question, part: Part, limit: int) -> list[int]:
    """SQLite: the first row of each slot in one statement, then chunks of the slots that come first."""
    execute = question.connection.execute
    best: list[tuple[Any, int]] = []
    chunk = min(CHUNK, limit)
    rows = ordered(question, part, C.slot == bindparam("slot")).limit(bindparam("n")).offset(bindparam("skip"))
    for slot, value, ident in execute(_heads(question, part, limit)):
        if len(best) == limit and not _before(question, (value, ident), best[-1]):
            break
        skip = 0
        while True:
            found = [(row.value, row.id) for row in execute(rows, {"slot": slot, "n": chunk, "skip": skip})]
            best = sorted(best + found, reverse=question.down)[:limit]
            skip += chunk
            if len(found) < chunk or (len(best) == limit and _before(question, best[-1], found[-1])):
                break
            chunk = min(chunk * 2, limit) if skip >= chunk * 2 else chunk
    return [ident for _, ident in best]


def _heads(question: Question, part: Part, limit: int) -> Query:
    slots = slots_table(question)
    head = ordered(question, part, slots.c.slot == C.slot).with_only_columns(C.id).limit(1)
    first = select(slots.c.slot, head.correlate(slots).scalar_subquery().label("id")).subquery("first")
    row = CDRS.alias("row")
    value = row.c.id if part.column is None else row.c[part.column.name]
    heads = select(first.c.slot, value.label("value"), row.c.id).select_from(first.join(row, row.c.id == first.c.id))
    return heads.order_by(*_way(question, [value, row.c.id])).limit(limit)


def slots_table(question: Question) -> Any:
    """The slots asked for as a table: runs of consecutive slots are counted, others listed."""
    slots = question.slots
    if slots[-1] - slots[0] + 1 == len(slots):
        first = select(literal(slots[0]).label("slot")).cte("slots", recursive=True)
        return first.union_all(select(first.c.slot + 1).where(first.c.slot < slots[-1]))
    listed = func.json_each(bindparam("slots", str(slots))).table_valued("value", name="listed")
    return select(listed.c.value.label("slot")).subquery("slots")


def _before(question: Question, one: tuple[Any, int], other: tuple[Any, int]) -> bool:
    return one > other if question.down else one < other
