"""Listing (what is asked: filter and order), and its answers: PageOfRows and Count.

This module doesn't import SQLAlchemy, so that the interface can use it before the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from partnertui.db.rows.filter_criteria import Criterion
from partnertui.db.rows.type_aliases import Query, Row

Key = tuple[object, ...]
"""A row's position in the order: its sort value and its ID."""


@dataclass(frozen=True)
class Sort:
    """The label of the column to sort by, and the direction."""

    field: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> Sort:
        """Reads `column` or `-column`."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field


@dataclass(frozen=True)
class Listing:
    """Everything that decides which rows are listed, and in which order.

    `rows` returns a select of labelled columns, one of them a unique `id`, without ORDER BY and LIMIT.
    """

    rows: Callable[[], Query]
    sort: Sort
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True)
class PageOfRows:
    """Rows in display order; `more` is true if there are further rows in the direction that was read."""

    rows: Sequence[Row]
    more: bool


@dataclass(frozen=True)
class Count:
    """The number of rows: `capped` means at least that many; neither `exact` nor `capped` means an estimate."""

    number: int
    exact: bool
    capped: bool


def key_of(listing: Listing, row: Row) -> Key:
    """A row's position in the listing's order, to be passed to `fetch_page`."""
    return (row[listing.sort.field], row["id"])
