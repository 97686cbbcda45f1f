"""Splits a filter line into terms and joins terms to a line again; knows no columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = re.compile(r"(-?)([A-Za-z_][\w-]*)(>=|<=|:|=|>|<)", re.ASCII)
NEGATED = re.compile(r"-(?=\S)")
OR = "or"
PIECE = re.compile(r'"((?:[^"\\]|\\.)*)("?)|([^\s"]+)', re.DOTALL)


def plain_name(name: str) -> str:
    """A column's name as declared: lower case, underscores."""
    return name.lower().replace("-", "_")


@dataclass(frozen=True)
class Term:
    """One term: `-column:value`, a bare word, whose column and op are empty, or the word `or`, which is an op alone.

    Where things stand in the text does not count when terms are compared.
    """

    column: str
    op: str
    value: str
    negated: bool = False
    exact: bool = field(default=False, compare=False)
    """True if part of the value is quoted."""
    start: int = field(default=0, compare=False)
    value_start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    open_quote: int = field(default=-1, compare=False)
    """Position of an unclosed quotation mark; -1 if there is none."""

    @property
    def is_or(self) -> bool:
        """Whether it joins the term before it and the one after it."""
        return self.op == OR

    @property
    def is_word(self) -> bool:
        """Whether it is a bare word that stands as typed: no column, no minus, no quotation marks."""
        return not (self.op or self.negated or self.exact)

    @property
    def name_start(self) -> int:
        """Where the column's name or the word begins."""
        return self.start + self.negated


@dataclass(frozen=True)
class Span:
    """A part of the line for highlighting: minus, column, op (or the word `or`), value or word."""

    start: int
    end: int
    part: str


def split(text: str) -> list[Term]:
    """The terms of a line; blanks outside quotation marks part them. Never raises."""
    terms: list[Term] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        term = _term(text, place)
        terms.append(term)
        place = term.end
    return terms


def _term(text: str, start: int) -> Term:
    head = HEAD.match(text, start)
    if head:
        negated, column, op = bool(head[1]), head[2], head[3]
        place = head.end()
    else:
        negated, column, op = NEGATED.match(text, start) is not None, "", ""
        place = start + negated
    value_start, pieces, exact, open_quote = place, [], False, -1
    while piece := PIECE.match(text, place):
        if piece[3] is None:
            exact = True
            pieces.append(re.sub(r"\\(.)", r"\1", piece[1], flags=re.DOTALL))
            if not piece[2]:
                open_quote = place
                place = len(text)
                break
        else:
            pieces.append(piece[3])
        place = piece.end()
    value = "".join(pieces)
    if value.lower() == OR and not (op or negated or exact):
        return Term("", OR, "", start=start, value_start=place, end=place)
    return Term(column, op, value, negated, exact, start, value_start, place, open_quote)


def quoted(value: str, bare: bool = False) -> str:
    """A value quoted as needed; bare: as a term without a column, where more needs quoting."""
    strange = not value or bool(re.search(r'^=|[\s"]', value))  # > and a value that begins with = would be read as >=
    if bare:
        strange = strange or value.startswith("-") or bool(HEAD.match(value)) or value.lower() == OR
    return _in_quotes(value) if strange else value


def literal(value: str) -> str:
    """A value as a term's own text: quoted where a list, a range, a beginning or a time would be read into it."""
    return _in_quotes(value) if re.search(r"[,:*]|\.\.", value) else quoted(value)


def _in_quotes(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unparse(terms: Iterable[Term]) -> str:
    """The line that has just these terms; `split` reads it back."""
    return " ".join(
        OR
        if term.is_or
        else f"{'-' if term.negated else ''}{term.column}{term.op}"
        + (_written(term) if term.value or not term.op else "")
        for term in terms
    )


def _written(term: Term) -> str:
    """A value, in quotation marks if it needs them or had them."""
    value = quoted(term.value, not term.op)
    return f'"{value}"' if term.exact and not value.startswith('"') and "\\" not in value else value


def rewrite(text: str, column: str, new_term: str) -> str:
    """The line with a column's terms replaced by a new one; appended if there are none, removed if empty."""
    pieces: list[str] = []
    done, skip_or = not new_term, False
    for term in split(text):
        if term.is_or and skip_or:
            skip_or = False
        elif term.column != column:
            pieces.append(text[term.start : term.end])
            skip_or = False
        elif not done:
            pieces.append(new_term)
            done = True
        elif pieces and pieces[-1].lower() == OR:
            pieces.pop()  # what it joined is gone
        else:
            skip_or = True
    if not done:
        pieces.append(new_term)
    return " ".join(pieces)


def spans(text: str) -> list[Span]:
    """The parts of a line, from left to right."""
    found: list[Span] = []
    for term in split(text):
        if term.is_or:
            found.append(Span(term.start, term.end, "op"))
            continue
        if term.negated:
            found.append(Span(term.start, term.start + 1, "minus"))
        if term.op:
            found.append(Span(term.name_start, term.name_start + len(term.column), "column"))
            found.append(Span(term.value_start - len(term.op), term.value_start, "op"))
        if term.end > term.value_start:
            found.append(Span(term.value_start, term.end, "value" if term.op else "word"))
    return found
