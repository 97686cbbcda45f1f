"""Turns a filter line into criteria, or says where it is wrong and what would be right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.db.rows.criteria import Criterion, Not, Search
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import InvalidValue
from partnertui.kit.declare.page import typed_name, words_of
from partnertui.kit.declare.query.terms import Term, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from partnertui.kit.declare.page import Column

UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no database takes."""
LONGEST = 500
ASSIGNMENT = re.compile(r"([A-Za-z_][\w-]*)=(.*)", re.ASCII | re.DOTALL)
"""What people type out of habit; silently searched as text, it would find nothing."""


@dataclass(frozen=True)
class Mistake:
    """Where a line is wrong, [start, end), and a sentence that says what would be right."""

    start: int
    end: int
    message: str


@dataclass(frozen=True)
class Parsed:
    """The criteria of a line, the first mistake in it, and its terms."""

    criteria: tuple[Criterion, ...]
    mistake: Mistake | None = None
    terms: tuple[Term, ...] = ()


class _Wrong(Exception):
    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(start, end, message)


def parse(text: str, columns: Iterable[Column], search: Sequence[str], now: datetime) -> Parsed:
    """The criteria of a filter line; never raises. With a mistake only the terms before it are read.

    search: columns that bare words are looked for in. now: UTC, what ages and days count from.
    """
    known = words_of(columns)
    terms = tuple(split(text))
    criteria: list[Criterion] = []
    for term in terms:
        try:
            criterion = _criterion(term, known, tuple(search), now)
        except _Wrong as error:
            return Parsed(tuple(criteria), error.mistake, terms)
        if criterion is not None:
            criteria.append(Not(criterion) if term.negated else criterion)
    return Parsed(tuple(criteria), None, terms)


def _criterion(term: Term, known: dict[str, Column], search: tuple[str, ...], now: datetime) -> Criterion | None:
    if term.open_quote >= 0:
        raise _Wrong(term.open_quote, term.end, 'a quotation mark is missing: put " after the words')
    if UNSENDABLE.search(term.value):
        raise _Wrong(term.value_start, term.end, "it contains a character that no row can have")
    if len(term.value) > LONGEST:
        raise _Wrong(term.value_start, term.end, f"too long: {LONGEST} characters at most")
    return _of_column(term, known, now) if term.op else _of_word(term, known, search)


def _of_word(term: Term, known: dict[str, Column], search: tuple[str, ...]) -> Criterion | None:
    if not term.value:
        return None
    named = ASSIGNMENT.match(term.value) if not term.exact else None
    if named and plain_name(named[1]) in known:
        hint = f"write {named[1]}:{named[2] or 'value'}, or put it in quotation marks to search for the text"
        raise _Wrong(term.start, term.end, f"“{named[0]}” is not a filter: {hint}")
    if not search:
        raise _Wrong(term.start, term.end, "there is no text search on this screen: use column:value")
    number = re.fullmatch(r"\+([\d().-]+)", term.value)
    return Search(search, re.sub(r"\D", "", number[1]) or term.value if number else term.value)


def _of_column(term: Term, known: dict[str, Column], now: datetime) -> Criterion:
    column = known.get(plain_name(term.column))
    if column is None:
        raise _Wrong(term.name_start, term.value_start, _unknown(term, known))
    if not term.value.strip():
        raise _Wrong(term.value_start - len(term.op), term.end, _no_value(term, column))
    try:
        return column.kind.criterion(column.name, term.op, term.value, now)
    except (InvalidValue, DomainError) as error:
        raise _Wrong(term.value_start, term.end, str(error)) from None
    except (ValueError, OverflowError):
        raise _Wrong(term.value_start, term.end, f"“{term.value}” can't be a value of {column.name}") from None


def plain_name(name: str) -> str:
    """A column's name as declared: lower case, underscores."""
    return name.lower().replace("-", "_")


def _unknown(term: Term, known: dict[str, Column]) -> str:
    import difflib

    name = plain_name(term.column)
    near = difflib.get_close_matches(name, known, 1, 0.6) or [other for other in known if name in other][:1]
    names = list(dict.fromkeys(typed_name(column, known) for column in known.values()))
    hint = f"; did you mean “{near[0]}{term.op}”?" if near else f": columns are {_some(names)}"
    return f"“{term.column}” isn't a column here{hint} To search for the text, put it in quotation marks."


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else ".")


def _no_value(term: Term, column: Column) -> str:
    known = column.kind.suggestions("")
    shown = ", ".join(f"{column.name}{term.op}{value}" for value in known[:3])
    return f"a value is missing after {column.name}{term.op}" + (f" as in {shown}" if shown else "")
