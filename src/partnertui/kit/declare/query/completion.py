"""Completions at the cursor of a filter line: names of columns, known values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.kit.declare.page import typed_name, words_of
from partnertui.kit.declare.query.terms import Term, plain_name, quoted, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from partnertui.kit.declare.page import Column


@dataclass(frozen=True)
class Completion:
    """Replaces text[start:end] by `insert`; label and help are for the list that is shown."""

    start: int
    end: int
    insert: str
    label: str
    help: str = ""


def complete(text: str, cursor: int, columns: Iterable[Column]) -> list[Completion]:
    """The completions at a cursor, best first; none inside words that no column begins with."""
    known = list(columns)
    cursor = max(0, min(cursor, len(text)))
    term = next((term for term in split(text) if term.start <= cursor <= term.end), None)
    if term is None:
        return list(_names(known, "", cursor, cursor, ""))
    if term.op and not term.is_or and cursor >= term.value_start:
        column = words_of(known).get(plain_name(term.column))
        return [] if column is None else list(_values(text, cursor, term, column))
    if term.exact:
        return []
    begin = min(term.name_start, cursor)
    op = "" if term.is_or else term.op
    return list(_names(known, plain_name(text[begin:cursor]), begin, term.value_start if op else term.end, op))


def _names(columns: list[Column], typed: str, start: int, end: int, op: str) -> Iterator[Completion]:
    known = words_of(columns)
    named = [(typed_name(column, known), column) for column in columns]
    first = [pair for pair in named if pair[0].startswith(typed) or pair[1].name.startswith(typed)]
    later = [pair for pair in named if typed and (typed in pair[0] or typed in pair[1].name) and pair not in first]
    for name, column in first + later:
        yield Completion(start, end, name + (op or ":"), name, column.about or column.heading)


def _values(text: str, cursor: int, term: Term, column: Column) -> Iterator[Completion]:
    typed = text[term.value_start : cursor]
    cut = max(typed.rfind(",") + 1, typed.rfind("..") + 2 if ".." in typed else 0)
    start, end = term.value_start + cut, cursor
    while end < term.end and text[end] not in ',."':
        end += 1
    prefix = typed[cut:].strip('"')
    for value in column.kind.suggestions(prefix):
        yield Completion(start, end, quoted(value), value, column.heading)
    if typed in {"", "-"} and term.op == ":":
        yield Completion(start, end, "-", "-", f"{column.heading} is empty")
