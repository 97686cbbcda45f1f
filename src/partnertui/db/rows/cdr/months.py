"""Listings of calls whose table is partitioned by month: each statement names the time it needs.

Other months are pruned then. A statement that reads all months is planned for all of them, which takes as long as
reading a page from one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement

from partnertui.db.cdr_months import Span
from partnertui.db.models.base import now
from partnertui.db.rows.cdr.table import C
from partnertui.db.rows.criteria import Between, Criterion
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.types import Expression

if TYPE_CHECKING:
    from partnertui.db.rows.cdr.request import CdrRequest


def touched(spans: Sequence[Span], criteria: Sequence[Criterion], columns: dict[str, Expression]) -> list[Span]:
    """The stretches of time that rows may be in by the criteria; what is to come is one with the last month."""
    at, found = now(), list[Span]()
    bounds = [one for one in criteria if isinstance(one, Between) and column_of(columns, one.field) is C.started_at]
    for span in spans:
        if not all(_overlap(span, bound) for bound in bounds):
            continue
        if found and span.begins is not None and span.begins > at:
            found[-1] = Span(found[-1].begins, span.ends)
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
    """The request for one stretch of time after the other, in the direction of reading; itself unless sorted by time.

    Each has twice as many months as the one before, so that a page which few rows fill isn't a statement a month.
    """
    if request.sort_column is not C.started_at or len(request.spans) < 2:
        yield request
        return
    left = [span for span in request.spans if _has_rows_after_key(request, span)]
    if request.descending:
        left.reverse()
    many = 1
    while left:
        taken, left = left[:many], left[many:]
        in_order = taken[::-1] if request.descending else taken
        yield replace(request, spans=in_order, bounds=within(in_order), scan_share=many)
        many *= 2


def _has_rows_after_key(request: CdrRequest, span: Span) -> bool:
    at = request.key[0] if request.key is not None else None
    if not isinstance(at, datetime):
        return True
    if request.descending:
        return span.begins is None or span.begins <= at
    return span.ends is None or span.ends > at
