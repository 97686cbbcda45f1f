"""Merges the rows of many slots into one order, reading from each slot only what the page needs."""

from __future__ import annotations

from sqlalchemy import ARRAY, CTE, Integer, Subquery, bindparam, func, lateral, literal, select, true

from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.ranges import IndexRange, directed, in_range_order
from partnertui.db.rows.cdr.request import CdrRequest
from partnertui.db.rows.cdr.table import CDRS, C
from partnertui.db.rows.types import Query

CHUNK = 16
"""Rows read from a slot at once: a page of 100 comes from few rows of many slots, or many rows of few slots."""


def merge_slots(request: CdrRequest, part: IndexRange, limit: int) -> list[int]:
    """The IDs of the first `limit` rows of a range, over all slots of the request."""
    if not request.slots:
        return []
    with in_order(request.connection):
        return _merged(request, part, limit)


def _merged(request: CdrRequest, part: IndexRange, limit: int) -> list[int]:
    if len(request.slots) == 1:
        statement = in_range_order(request, part, C.slot == bindparam("slot", request.slots[0])).limit(limit)
        return list(request.connection.execute(statement).scalars())
    if request.is_sqlite:
        return _merge_in_python(request, part, limit)
    statement = _lateral_merge(request, part, limit)
    return list(request.connection.execute(statement, {"slots": request.slots}).scalars())


def _lateral_merge(request: CdrRequest, part: IndexRange, limit: int) -> Query:
    """PostgreSQL: the first row of each slot, then the first rows of the slots that come first."""
    slots = select(func.unnest(bindparam("slots", type_=ARRAY(Integer))).label("slot")).subquery("slots")
    head = lateral(in_range_order(request, part, slots.c.slot == C.slot).limit(1), "head")
    first_rows = select(slots.c.slot).select_from(slots.join(head, true()))
    # a page of n rows comes from n slots at most: those whose first rows come first
    heads = first_rows.order_by(*directed(request, head.c.value, head.c.id)).limit(limit).subquery("heads")
    page = lateral(in_range_order(request, part, heads.c.slot == C.slot).limit(limit), "page")
    rows = select(page.c.id).select_from(heads.join(page, true()))
    return rows.order_by(*directed(request, page.c.value, page.c.id)).limit(limit)


def _merge_in_python(request: CdrRequest, part: IndexRange, limit: int) -> list[int]:
    """SQLite has no LATERAL: the first row of each slot in one statement, then chunks of the slots that come first."""
    execute = request.connection.execute
    best: list[tuple[object, int]] = []
    chunk = min(CHUNK, limit)
    rows = in_range_order(request, part, C.slot == bindparam("slot")).limit(bindparam("n")).offset(bindparam("skip"))
    for slot, value, row_id in execute(_heads(request, part, limit)):
        # slots come in the order of their first row: none of the later ones has an earlier row
        if len(best) == limit and not _before(request, (value, row_id), best[-1]):
            break
        skip = 0
        while True:
            found = [(row.value, row.id) for row in execute(rows, {"slot": slot, "n": chunk, "skip": skip})]
            best = sorted(best + found, reverse=request.descending)[:limit]
            skip += chunk
            if len(found) < chunk or (len(best) == limit and _before(request, best[-1], found[-1])):
                break
            # a slot that gave two chunks will give more: ask for twice as many
            chunk = min(chunk * 2, limit) if skip >= chunk * 2 else chunk
    return [row_id for _, row_id in best]


def _heads(request: CdrRequest, part: IndexRange, limit: int) -> Query:
    """Slot, sort value and ID of each slot's first row, in order."""
    slots = slots_table(request)
    head = in_range_order(request, part, slots.c.slot == C.slot).with_only_columns(C.id).limit(1)
    first = select(slots.c.slot, head.correlate(slots).scalar_subquery().label("id")).subquery("first")
    row = CDRS.alias("row")
    value = row.c.id if part.column is None else row.c[str(part.column.key)]
    heads = select(first.c.slot, value.label("value"), row.c.id).select_from(first.join(row, row.c.id == first.c.id))
    return heads.order_by(*directed(request, value, row.c.id)).limit(limit)


def slots_table(request: CdrRequest) -> CTE | Subquery:
    """The request's slots as a table for SQLite: consecutive slots are counted, others listed.

    The same one for the whole request: a statement can't have two of one name.
    """
    if request.slots_table is None:
        request.slots_table = _slots_table(request.slots)
    return request.slots_table


def _slots_table(slots: list[int]) -> CTE | Subquery:
    if slots[-1] - slots[0] + 1 == len(slots):
        first = select(literal(slots[0]).label("slot")).cte("slots", recursive=True)
        return first.union_all(select(first.c.slot + 1).where(first.c.slot < slots[-1]))
    # one parameter, however many slots: SQLite takes 32,766 parameters at most
    listed = func.json_each(bindparam("slots", str(slots))).table_valued("value", name="listed")
    return select(listed.c.value.label("slot")).subquery("slots")


def _before(request: CdrRequest, one: tuple[object, int], other: tuple[object, int]) -> bool:
    return one > other if request.descending else one < other
