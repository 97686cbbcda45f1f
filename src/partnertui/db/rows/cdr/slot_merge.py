"""Merges the sorted rows of many slots, reading from each only what the page needs."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ARRAY, CTE, Integer, Subquery, bindparam, func, lateral, literal, select, true, tuple_

from partnertui.db.rows.cdr.index_ranges import IndexRange, directed, in_range_order
from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.request import CdrRequest
from partnertui.db.rows.cdr.table import CDRS, C
from partnertui.db.rows.keyset import beyond
from partnertui.db.rows.type_aliases import Query

FEW_MONTHS = (1, 3)
"""Months, and those that come next, whose first rows tell how far the others have to be read."""
MOST_BEFORE = 5_000
"""Rows of the others that are sorted rather than merged."""
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
    if len(request.spans) > FEW_MONTHS[-1] and (found := _merge_months(request, part, limit)) is not None:
        return found
    return [row_id for row_id, _ in _first_rows(request, part, limit)]


def _first_rows(request: CdrRequest, part: IndexRange, limit: int) -> list[tuple[int, object]]:
    statement = _lateral_merge(request, part, limit)
    return [(row.id, row.value) for row in request.connection.execute(statement, {"slots": request.slots})]


def _merge_months(request: CdrRequest, part: IndexRange, limit: int) -> list[int] | None:
    """PostgreSQL, by month: the first rows of some months, then what comes before the last of them in the others.

    To go into each slot of each month, only to look, takes much less time than to merge them all. None if so many rows
    come before that this isn't so.
    """
    spans, latest = request.spans, request.descending  # first, as rows of one value are in order of their ID
    for many in FEW_MONTHS:
        some = replace(request, bounds=request.within(spans[-many:] if latest else spans[:many]))
        if len(first := _first_rows(some, part, limit)) >= limit:
            break
    else:
        return None
    last_id, last_value = first[-1]
    value = C.id if part.column is None else part.column
    before = beyond(C.id, last_id, descending=not request.descending)
    if part.column is not None:
        # As one comparison of rows, which is one range of the index within a slot.
        place, last = tuple_(value, C.id), tuple_(literal(last_value, value.type), literal(last_id, C.id.type))
        before = place > last if request.descending else place < last
    in_slots = C.slot == func.any(bindparam("slots", type_=ARRAY(Integer)))
    others = replace(request, bounds=request.within(spans[:-many] if latest else spans[many:]))
    # In any order, as they are sorted below: merging all slots is what this avoids.
    statement = in_range_order(others, part, in_slots, before).order_by(None).limit(MOST_BEFORE + 1)
    rows = request.connection.execute(statement, {"slots": request.slots}).all()
    if len(rows) > MOST_BEFORE:
        return None
    both = sorted([(value, row_id) for row_id, value in [*first, *rows]], reverse=request.descending)
    return [row_id for _, row_id in both[:limit]]


def _lateral_merge(request: CdrRequest, part: IndexRange, limit: int) -> Query:
    """PostgreSQL: the first row of each slot, then the first rows of the slots that come first."""
    # One array, so that the statement is the same for any number of slots and is cached.
    slots = select(func.unnest(bindparam("slots", type_=ARRAY(Integer))).label("slot")).subquery("slots")
    head = lateral(in_range_order(request, part, slots.c.slot == C.slot).limit(1), "head")
    first_rows = select(slots.c.slot).select_from(slots.join(head, true()))
    # a page of n rows comes from n slots at most: those whose first rows come first
    heads = first_rows.order_by(*directed(request, head.c.value, head.c.id)).limit(limit).subquery("heads")
    page = lateral(in_range_order(request, part, heads.c.slot == C.slot).limit(limit), "page")
    rows = select(page.c.id, page.c.value).select_from(heads.join(page, true()))
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
