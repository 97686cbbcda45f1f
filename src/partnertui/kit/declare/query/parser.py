"""Parses a filter line into criteria, or says where the mistake is and what would be right."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.db.rows.filter_criteria import Criterion, Not, Search
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import InvalidValue
from partnertui.kit.declare.kinds.base import ORDER_OPS
from partnertui.kit.declare.page import typed_name, words_of
from partnertui.kit.declare.query.bare_words import any_of, word_criterion
from partnertui.kit.declare.query.multi_word_values import joined
from partnertui.kit.declare.query.terms import OR, Term, plain_name, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from partnertui.kit.declare.page import Column

UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that no database takes."""
LONGEST_VALUE = 500


@dataclass(frozen=True)
class Mistake:
    """Where a line is wrong, [start, end), and a sentence that says what would be right."""

    start: int
    end: int
    message: str
    unfinished: bool = False
    """True at the end of a line that further letters could make right."""


@dataclass(frozen=True)
class Parsed:
    """The criteria of a line, the first mistake in it, its terms, and remarks on values that mean several."""

    criteria: tuple[Criterion, ...]
    mistake: Mistake | None = None
    terms: tuple[Term, ...] = ()
    remarks: tuple[str, ...] = ()


class _Wrong(Exception):
    def __init__(self, start: int, end: int, message: str, unfinished: bool = False) -> None:
        super().__init__(message)
        self.mistake = Mistake(start, end, message, unfinished)


def parse(text: str, columns: Iterable[Column], search: Sequence[str], now: datetime, country: str = "") -> Parsed:
    """The criteria of a filter line; never raises. With a mistake only the terms before it are read.

    search: columns that bare words are looked for in. now: UTC, what ages and days count from. country: ISO 3166, of
    phone numbers typed without a country code.
    """
    known = words_of(columns)
    terms = tuple(joined(text, split(text), known, search, now))
    reader = _Reader(text, known, tuple(search), now, country)
    criteria: list[Criterion] = []
    try:
        for index, term in enumerate(terms):
            if term.is_or:
                reader.check_or(terms, index, bool(criteria))
                continue
            criterion = reader.criterion(term)
            if criterion is None:
                continue
            criterion = Not(criterion) if term.negated else criterion
            is_alternative = index > 0 and terms[index - 1].is_or
            criteria[-1:] = [any_of(criteria[-1], criterion)] if is_alternative else [*criteria[-1:], criterion]
    except _Wrong as error:
        return Parsed(tuple(criteria), error.mistake, terms)
    return Parsed(tuple(criteria), None, terms, tuple(filter(None, map(reader.remark, terms))))


@dataclass(frozen=True)
class _Reader:
    """Reads the terms of one line."""

    text: str
    known: dict[str, Column]
    search: tuple[str, ...]
    now: datetime
    country: str

    def check_or(self, terms: Sequence[Term], index: int, has_left: bool) -> None:
        """Raises _Wrong where one side of an `or` is missing."""
        term = terms[index]
        if index + 1 == len(terms):
            raise _Wrong(term.start, term.end, f"a term is missing after “{OR}”", unfinished=has_left)
        if not has_left or terms[index - 1].is_or:
            raise _Wrong(term.start, term.end, f'a term is missing before “{OR}”; for the word itself, write "{OR}"')

    def criterion(self, term: Term) -> Criterion | None:
        """The criterion of a term; None for no text at all."""
        if term.open_quote >= 0:
            raise _Wrong(term.open_quote, term.end, 'a quotation mark is missing: put " after the words', True)
        if UNSENDABLE.search(term.value):
            raise _Wrong(term.value_start, term.end, "the filter contains a character that can't occur in any row")
        if len(term.value) > LONGEST_VALUE:
            raise _Wrong(term.value_start, term.end, f"too long: {LONGEST_VALUE} characters at most")
        return self._of_column(term) if term.op else self._of_word(term)

    def remark(self, term: Term) -> str:
        """What a term means beyond what it says."""
        column = self.known.get(plain_name(term.column)) if term.op == ":" else None
        return column.kind.remark(term.value) if column is not None else ""

    def _is_last(self, term: Term) -> bool:
        return term.end == len(self.text)

    def _of_word(self, term: Term) -> Criterion | None:
        if not term.value:
            return None
        name = plain_name(term.value)
        begins_name = self._is_last(term) and any(other.startswith(name) for other in (*self.known, OR))
        if not self.search:
            message = "there is no text search on this screen: use column:value"
            raise _Wrong(term.start, term.end, message, begins_name)
        try:
            return word_criterion(term.value, self.known, self.search, self.now, self.country, as_text=term.exact)
        except InvalidValue as error:
            raise _Wrong(term.start, term.end, str(error), begins_name) from None

    def _of_column(self, term: Term) -> Criterion:
        column = self.known.get(plain_name(term.column))
        if column is None and term.op == "=" and self.search:
            return Search(self.search, f"{term.column}={term.value}")  # part of a URI or header, not a filter
        if column is None:
            raise _Wrong(term.name_start, term.value_start, _unknown(term, self.known, searches=bool(self.search)))
        kind = column.kind.in_country(self.country)
        if term.op in ORDER_OPS and not kind.ordered:
            message = f"“{term.column}” can't be compared: use {term.column}:value instead of {term.op}"
            raise _Wrong(term.value_start - len(term.op), term.end, message)
        if not term.value.strip():
            message = _no_value(term, column)
            raise _Wrong(term.value_start - len(term.op), term.end, message, not self.text[term.end :].strip())
        try:
            return kind.criterion(column.name, term.op, term.value, self.now)
        except (InvalidValue, DomainError) as error:
            message = f"in {term.column}, {str(error)[:1].lower()}{str(error)[1:]}"
        except (ValueError, OverflowError):
            message = f"“{term.value}” isn't a valid value for {term.column}"
        raise _Wrong(term.value_start, term.end, message, self._may_become_right(term, column))

    def _may_become_right(self, term: Term, column: Column) -> bool:
        rest = self.text[term.end :]
        if not rest:
            return column.kind.may_become_right(term.value, self.now)
        begun = f"{term.value.lower()} "
        words = (word.replace("_", " ") for word in column.kind.suggestions(term.value))
        return not rest.strip() and any(word.lower().startswith(begun) for word in words)


def _unknown(term: Term, known: dict[str, Column], *, searches: bool) -> str:
    name = plain_name(term.column)
    near = difflib.get_close_matches(name, known, 1, 0.6) or [other for other in known if name in other][:1]
    names = list(dict.fromkeys(typed_name(column, known) for column in known.values()))
    hint = f"; did you mean “{near[0]}{term.op}”?" if near else f": columns are {_some(names)}"
    advice = " To search for the text, put it in quotation marks." if searches else ""
    return f"“{term.column}” isn't a column here{hint}{advice}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (" …" if len(names) > 4 else ".")


def _no_value(term: Term, column: Column) -> str:
    known = column.kind.suggestions("")
    shown = ", ".join(f"{term.column}{term.op}{value}" for value in known[:3])
    return f"a value is missing after {term.column}{term.op}" + (f" as in {shown}" if shown else "")
