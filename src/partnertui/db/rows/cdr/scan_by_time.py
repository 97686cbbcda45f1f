"""Reads CDRs in order of time and checks each, up to a limit; cheap while many rows match."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select, true

from partnertui.db.models.cdr_indexes import index_name
from partnertui.db.rows.cdr.index_ranges import IndexRange, directed, ranges_after_key
from partnertui.db.rows.cdr.planner_hints import in_order
from partnertui.db.rows.cdr.request import CdrRequest, in_slots
from partnertui.db.rows.cdr.table import C, with_index
from partnertui.db.rows.filter_criteria import Between
from partnertui.db.rows.filters import column_of, condition
from partnertui.db.rows.type_aliases import Expression, Query

MAX_ROWS = 25_000
"""Rows read before another strategy is tried: about 15 ms."""
MAX_ROWS_IN_SLOT = 6_000
"""The same within a single slot, where each row is on a database page of its own."""


def page_ids(request: CdrRequest) -> tuple[list[int], bool]:
    """IDs found in order of time, and whether they are the whole page: it is full, or there are no further rows."""
    is_single = len(request.slots) == 1
    index = index_name("slot", "started_at") if is_single else index_name("started_at")
    bounds = [*_time_bounds(request), *request.bounds]
    if is_single:
        bounds.append(C.slot == request.slots[0])
    with in_order(request.connection):
        return _scan(request, index, bounds, is_single)


def _scan(
    request: CdrRequest, index: str, bounds: list[ColumnElement[bool]], is_single: bool
) -> tuple[list[int], bool]:
    fits = and_(true(), *request.where, *([] if is_single else [in_slots(request)]))
    found: list[int] = []
    limit = (min(MAX_ROWS, MAX_ROWS_IN_SLOT) if is_single else MAX_ROWS) // request.scan_share
    for part in ranges_after_key(request, C.started_at, index):
        if part.null_column is not None:
            continue  # every call has a start
        # the conditions are selected and not in WHERE: the limit has to count rows read, not rows found
        near = _in_order(request, part, bounds, fits.label("fits")).limit(limit).subquery("near")
        statement = select(near.c.id).where(near.c.fits).limit(request.limit - len(found))
        found += request.connection.execute(statement).scalars()
        if len(found) >= request.limit:
            return found, True
        # fewer than wanted and no row behind them: then the page is whole
        rest = _in_order(request, part, bounds).offset(limit).limit(1)
        if request.connection.execute(rest).first() is not None:
            return found, False
    return found, True


def _in_order(request: CdrRequest, part: IndexRange, bounds: list[ColumnElement[bool]], *columns: Expression) -> Query:
    statement: Query = select(C.id, *columns).where(*part.where, *bounds)
    by = (C.id,) if part.column is None else (part.column, C.id)
    return with_index(statement.order_by(*directed(request, *by)), part.index)


def _time_bounds(request: CdrRequest) -> list[ColumnElement[bool]]:
    """Conditions on the start time: they end the reading, where others would only skip rows."""
    return [
        condition(criterion, request.columns, request.dialect)
        for criterion in request.rest
        if isinstance(criterion, Between) and column_of(request.columns, criterion.field) is C.started_at
    ]
