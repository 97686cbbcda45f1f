"""Finds the IDs of a page of CDRs, by the method that suits the listing."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import true

from partnertui.db.models.cdr_indexes import SLOTTED, index_name
from partnertui.db.rows.cdr import name_order, scan_by_time, selective_condition_first
from partnertui.db.rows.cdr.index_ranges import IndexRange, in_range_order, ranges_after_key
from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.request import CdrRequest, in_slots, is_parent_name
from partnertui.db.rows.cdr.slot_merge import merge_slots
from partnertui.db.rows.cdr.table import C
from partnertui.db.rows.keyset import beyond
from partnertui.db.rows.type_aliases import Expression

OWN_INDEX = {
    "call_id_a": index_name("call_id_a"),
    "call_id_b": index_name("call_id_b"),
    "origin": "uq_cdrs_origin",
}


def page_ids(request: CdrRequest) -> list[int]:
    """The IDs of the page, in the direction of reading."""
    column = request.sort_column
    if is_parent_name(column):
        return name_order.page_ids(request, column)
    if column is C.id:
        return _by_own_index(request, column, "")
    if request.rest:
        return _filtered(request, column)
    return _unfiltered(request, column)


def _unfiltered(request: CdrRequest, column: Expression) -> list[int]:
    """Without further conditions than tab and customer: straight from the indexes."""
    # customers share slots: the few rows of a small one are far apart in theirs
    if (ids := selective_condition_first.small_customer_page_ids(request, column)) is not None:
        return ids
    if column is C.started_at and request.has_all_slots:
        return _by_own_index(request, column, index_name("started_at"))
    name = str(column.key)
    if name in SLOTTED:
        return _by_slots(request, column, index_name("slot", name))
    return _by_own_index(request, column, OWN_INDEX.get(name, ""))


def _filtered(request: CdrRequest, column: Expression) -> list[int]:
    """With further conditions: reads in order as long as that is cheap, else finds the rows by the conditions."""
    # by time alone the rows of one customer are too far apart to be found in a short scan
    can_scan = request.customers is None or len(request.slots) == 1
    if column is C.started_at and can_scan:
        ids, is_complete = scan_by_time.page_ids(request)
        if is_complete:
            return ids
        selected = selective_condition_first.page_ids(request, column, is_last_resort=True)
    else:
        selected = selective_condition_first.page_ids(request, column, is_last_resort=False)
    return _unfiltered(request, column) if selected is None else selected


def _by_slots(request: CdrRequest, column: Expression, index: str) -> list[int]:
    found: list[int] = []
    for part in ranges_after_key(request, column, index):
        found += merge_slots(request, part, request.limit - len(found))
        if len(found) >= request.limit:
            break
    return found


def _by_own_index(request: CdrRequest, column: Expression, index: str) -> list[int]:
    """Through an index of the column itself, or along the table; conditions are checked row by row."""
    slots = [] if request.has_all_slots else [in_slots(request).is_(true())]
    parts = ranges_after_key(request, column, index)
    if column is C.id:
        key = request.key
        where = () if key is None else (beyond(C.id, key[1], descending=request.descending),)
        parts = [IndexRange(where, None, "")]
    found: list[int] = []
    for part in parts:
        if part.column is None and index == OWN_INDEX["origin"]:
            part = replace(part, index="", null_column=None)  # that index only has calls with an origin
        statement = in_range_order(request, part, *slots).limit(request.limit - len(found))
        with in_order(request.connection):
            found += request.connection.execute(statement).scalars()
        if len(found) >= request.limit:
            break
    return found
