"""Filters as plain values (Equals, OneOf, Between …); filters.py turns them into SQL.

This module doesn't import SQLAlchemy, because the interface makes criteria before the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.db.rows.type_aliases import Scalar


@dataclass(frozen=True)
class Equals:
    """Rows whose field equals the value."""

    field: str
    value: Scalar | None


@dataclass(frozen=True)
class OneOf:
    """Rows whose field equals one of the values."""

    field: str
    values: tuple[Scalar | None, ...]


@dataclass(frozen=True)
class Prefix:
    """Rows whose text starts with `text`; names ignore case."""

    field: str
    text: str


@dataclass(frozen=True)
class Contains:
    """Rows whose text contains `text`, ignoring case."""

    field: str
    text: str


@dataclass(frozen=True)
class Between:
    """Rows whose value is in the half-open range [low, high); None leaves that end open."""

    field: str
    low: Scalar | None
    high: Scalar | None


@dataclass(frozen=True)
class Missing:
    """Rows whose field is NULL or empty text."""

    field: str


@dataclass(frozen=True)
class Search:
    """Rows where at least one of the fields contains the text."""

    fields: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Not:
    """Rows that the other criterion leaves out."""

    criterion: Criterion


@dataclass(frozen=True)
class AnyOf:
    """Rows that at least one of the criteria finds."""

    criteria: tuple[Criterion, ...]


Criterion = Equals | OneOf | Prefix | Contains | Between | Missing | Search | Not | AnyOf


def fields_of(criterion: Criterion) -> tuple[str, ...]:
    """The fields that a criterion looks at."""
    if isinstance(criterion, Not):
        return fields_of(criterion.criterion)
    if isinstance(criterion, AnyOf):
        return tuple(dict.fromkeys(field for part in criterion.criteria for field in fields_of(part)))
    return criterion.fields if isinstance(criterion, Search) else (criterion.field,)
