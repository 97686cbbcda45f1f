"""Finds rows by the most selective condition, then checks and sorts them; for conditions that few rows meet.

A candidate select returns the IDs of all rows of the request and, ideally, few others.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import CTE, ColumnElement, String, and_, case, column, func, or_, select, table, union

from partnertui.db.models.cdr_indexes import SLOTTED, TRIGRAMS, index_name
from partnertui.db.models.cdr_trigram_index import FTS, sqlite_match
from partnertui.db.rows.cdr.index_ranges import directed, ranges_after_key
from partnertui.db.rows.cdr.request import CdrRequest, as_row_filter, in_slots
from partnertui.db.rows.cdr.slot_merge import slots_table
from partnertui.db.rows.cdr.table import CDRS, C, with_index
from partnertui.db.rows.filter_criteria import (
    AnyOf,
    Between,
    Contains,
    Criterion,
    Equals,
    Missing,
    OneOf,
    Prefix,
    Search,
)
from partnertui.db.rows.filters import column_of, condition
from partnertui.db.rows.type_aliases import Expression, Query

MAX_CANDIDATES = 20_000
"""Rows that are still fetched and sorted for one page."""
SMALL_CUSTOMER = 3_000
"""Calls of a customer that are sorted rather than looked up in their slot."""


def page_ids(request: CdrRequest, by: Expression, *, is_last_resort: bool) -> list[int] | None:
    """The page by way of the most selective condition.

    None if no condition is selective; with `is_last_resort`, only if no condition has an index.
    """
    candidates = _candidates(request)
    if not candidates:
        return None
    # The last resort is taken however many rows it finds, so these aren't counted.
    if len(candidates) == 1 and is_last_resort:
        return _sorted(request, by, candidates[0])
    fewest, ids = _fewest(request, candidates)
    return None if fewest >= MAX_CANDIDATES and not is_last_resort else _sorted(request, by, ids)


def count(request: CdrRequest, cap: int | None) -> int | None:
    """The number of rows, up to `cap`, by way of the most selective condition; None if no condition is selective."""
    candidates = _candidates(request)
    if not candidates:
        return None
    fewest, ids = _fewest(request, candidates)
    if fewest >= MAX_CANDIDATES:
        return None
    # Kept apart: inlined, the planner would choose an index by all conditions together.
    hit = ids.cte("hit").prefix_with("MATERIALIZED")
    rows = _hits(request, hit).where(as_row_filter(request, in_slots(request)))
    return int(request.connection.execute(select(func.count()).select_from(rows.limit(cap).subquery())).scalar_one())


def small_customer_page_ids(request: CdrRequest, by: Expression) -> list[int] | None:
    """The page of a customer with few calls; None for other requests."""
    if request.customers is None:
        return None
    ids = _of_customer(request)
    few = SMALL_CUSTOMER if by.key in SLOTTED else 2 * MAX_CANDIDATES  # there is no index to read in order instead
    return _sorted(request, by, ids) if _size(request, ids, few) < few else None


def _candidates(request: CdrRequest) -> list[Query]:
    found = [ids for criterion in request.rest if (ids := _by_criterion(request, criterion)) is not None]
    if request.customers is not None:
        found.append(_of_customer(request))
    return found


def _by_criterion(request: CdrRequest, criterion: Criterion) -> Query | None:
    match criterion:
        case Contains(field, substring):
            return _by_trigrams(request, (field,), substring)
        case Search(fields, substring):
            return _by_trigrams(request, fields, substring)
        case Equals(field) | OneOf(field) | Between(field) | Prefix(field):
            return _by_index(request, criterion, column_of(request.columns, field))
        case Missing(field):
            by = column_of(request.columns, field)
            empty = ("",) if isinstance(by.type, String) else ()
            return _by_any(request, [Equals(field, value) for value in (None, *empty)])
        case AnyOf(parts):
            return _by_any(request, parts)
    return None


def _by_any(request: CdrRequest, parts: Sequence[Criterion]) -> Query | None:
    """What each part finds by its own index; None if one has none, because that could be any row."""
    found = [ids for part in parts if (ids := _by_criterion(request, part)) is not None]
    if not found or len(found) < len(parts):
        return None
    if len(found) == 1:
        return found[0]
    hits = union(*(select(ids.subquery()) for ids in found)).subquery()
    return select(hits)


def _by_index(request: CdrRequest, criterion: Criterion, by: Expression) -> Query | None:
    if getattr(by, "table", None) is not CDRS:
        return None
    name = str(by.key)
    fits = condition(criterion, request.columns, request.dialect)
    if name in {"call_id_a", "call_id_b"}:
        return with_index(_candidate(request).where(fits), index_name(name))
    if name == "user_id":
        return with_index(_candidate(request).where(fits), index_name("user_id", "slot"))
    # numbers have no prefix that an index in their order could serve
    if name not in SLOTTED or (isinstance(criterion, Prefix) and by.type.python_type is not str):
        return None
    return with_index(_candidate(request).where(_in_slots(request), fits), index_name("slot", name))


def _of_customer(request: CdrRequest) -> Query:
    statement = _candidate(request).where(C.customer_id.in_(request.customers or ()), _in_slots(request))
    return with_index(statement, index_name("customer_id", "slot"))


def _in_slots(request: CdrRequest) -> ColumnElement[bool]:
    """The condition in a form that an index by slot serves."""
    if len(request.slots) == 1:
        return C.slot == request.slots[0]
    if request.is_sqlite:
        # a subquery, as a list of values would be another statement for every number of slots
        return C.slot.in_(select(slots_table(request).c.slot))
    return C.slot == func.any(request.slots)


def _by_trigrams(request: CdrRequest, fields: tuple[str, ...], substring: str) -> Query | None:
    names = [getattr(column_of(request.columns, field), "name", "") for field in fields]
    # PostgreSQL refuses NUL in text
    substring = substring.replace("\0", "")
    # a trigram index has nothing for less than three characters
    if len(substring) < 3 or any(name not in TRIGRAMS for name in names):
        return None
    if request.is_sqlite:
        index = table(FTS, column("rowid"), column(FTS))  # FTS5 names the whole row by the table's own name
        return select(index.c.rowid.label("id")).where(index.c[FTS].op("MATCH")(sqlite_match(substring)))
    fits = or_(*(condition(Contains(field, substring), request.columns, request.dialect) for field in fields))
    return _candidate(request).where(fits)


def _candidate(request: CdrRequest) -> Query:
    """A select of the IDs, and of the starts where calls are in months: without these, each ID is looked for in all."""
    return select(C.id, C.started_at).where(*request.bounds) if request.spans else select(C.id)


def _hits(request: CdrRequest, hit: CTE) -> Query:
    """The rows of candidates."""
    same = C.id == hit.c.id
    if request.spans:
        same &= C.started_at == hit.c.started_at
    return select(C.id).select_from(hit.join(CDRS, same)).where(*request.bounds)


def _size(request: CdrRequest, ids: Query, cap: int) -> int:
    statement = select(func.count()).select_from(ids.limit(cap).subquery())
    return int(request.connection.execute(statement).scalar_one())


def _fewest(request: CdrRequest, candidates: Sequence[Query]) -> tuple[int, Query]:
    """How many rows the most selective condition finds, up to MAX_CANDIDATES, and these rows."""
    fewest, found = MAX_CANDIDATES, candidates[0]
    for ids in candidates:
        # no further than the best so far: a large customer's calls aren't counted where few have the prefix
        size = _size(request, ids, fewest)
        if size < fewest:
            fewest, found = size, ids
    return fewest, found


def _sorted(request: CdrRequest, by: Expression, ids: Query) -> list[int]:
    """The page: candidates that meet all conditions and come after the key, sorted."""
    hit = ids.cte("hit").prefix_with("MATERIALIZED")
    after_key = or_(*(and_(*part.where) for part in ranges_after_key(request, by, "")))
    rows = _hits(request, hit).where(as_row_filter(request, after_key, in_slots(request)))
    without_value = case((by.is_(None), 1), else_=0)
    order = [without_value.desc() if request.backward else without_value, *directed(request, by, C.id)]
    return list(request.connection.execute(rows.order_by(*order).limit(request.limit)).scalars())
