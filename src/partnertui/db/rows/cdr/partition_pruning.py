"""Adds a time range to each statement on monthly partitions, so that other months are pruned.

A statement that reads all months is planned for all of them, which takes as long as
reading a page from one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from partnertui.db.cdr_partitions import Span
from partnertui.db.models.base import now
from partnertui.db.rows.cdr.table import C
from partnertui.db.rows.filter_criteria import Between, Criterion
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.type_aliases import Expression

if TYPE_CHECKING:
    from partnertui.db.rows.cdr.request import CdrRequest


CUSTOMER_MONTHS = 4
"""How many months a list of one customer's calls begins with; then come all others."""


def touched(spans: Sequence[Span], criteria: Sequence[Criterion], columns: dict[str, Expression]) -> list[Span]:
    """The stretches of time that rows may be in by the criteria; what is to come is one with the last month."""
    at, found = now(), list[Span]()
    bounds = [one for one in criteria if isinstance(one, Between) and column_of(columns, one.field) is C.started_at]
    for span in spans:
        if not all(_overlap(span, bound) for bound in bounds):
            continue
        if found and span.begins is not None and span.begins > at:
            found[-1] = replace(found[-1], ends=span.ends)
        else:
            found.append(span)
    return found


def _overlap(span: Span, bound: Between) -> bool:
    is_before = span.ends is not None and isinstance(bound.low, datetime) and span.ends <= bound.low
    is_after = span.begins is not None and isinstance(bound.high, datetime) and span.begins >= bound.high
    return not (is_before or is_after)


def within(spans: Sequence[Span]) -> list[ColumnElement[bool]]:
    """The conditions on the start that stretches which follow each other are one by."""
    found: list[ColumnElement[bool]] = []
    if spans and spans[0].begins is not None:
        found.append(C.started_at >= spans[0].begins)
    if spans and spans[-1].ends is not None:
        found.append(C.started_at < spans[-1].ends)
    return found


def parts(request: CdrRequest) -> Iterator[CdrRequest]:
    """The request for one stretch of time after the other, in the direction of reading; the newest first for one call.

    Sorted by something else, it is one stretch; but months that may be on other servers are read otherwise and apart.
    """
    moved = [span for span in request.spans if span.is_moved]
    here = request.spans[len(moved) :]  # the oldest are moved first
    if len(request.spans) < 2 or (not moved and not request.is_in_stretches):
        yield request
        return
    if not request.is_in_stretches:
        yield from (_part(request, spans) for spans in (moved, here) if spans)
        return
    backward = request.has_one_id or request.descending
    for spans in (here, moved) if backward else (moved, here):
        left = [span for span in spans if request.has_one_id or _has_rows_after_key(request, span)]
        # a customer's calls are few: many months at once are planned sooner than asked for one after the other
        # Each month that a statement can't leave out costs 0.6 to 1 ms of planning, because it has 38 indexes.
        first, growth = (CUSTOMER_MONTHS, len(left)) if request.customers is not None else (1, 2)
        for share, taken in _growing(left[::-1] if backward else left, first, growth):
            yield replace(_part(request, taken[::-1] if backward else taken), scan_share=share)


def _part(request: CdrRequest, spans: Sequence[Span]) -> CdrRequest:
    return replace(request, spans=list(spans), bounds=request.within(spans))


def _growing(spans: Sequence[Span], first: int, growth: int) -> Iterator[tuple[int, list[Span]]]:
    """So many of them, then so many times more …, so that a page which few rows fill isn't a statement a month.

    Each with how many parts of the first one's size they are: what is read of each in order of time gets less.
    """
    many, share, left = first, 1, list(spans)
    while left:
        yield share, left[:many]
        left = left[many:]
        many, share = many * growth, share * min(growth, 8)


def _has_rows_after_key(request: CdrRequest, span: Span) -> bool:
    at = request.key[0] if request.key is not None else None
    if not isinstance(at, datetime):
        return True
    if request.descending:
        return span.begins is None or span.begins <= at
    return span.ends is None or span.ends > at
