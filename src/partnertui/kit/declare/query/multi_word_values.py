"""Values that people type with blanks: "last week", "no answer", a number in groups. They become one term."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.kinds import Number
from partnertui.kit.declare.query.terms import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from partnertui.kit.declare.kinds import Kind
    from partnertui.kit.declare.page import Column
    from partnertui.kit.declare.query.terms import Term

MOST_WORDS = 6
"""Words behind a value that are tried as part of it."""
GROUP = re.compile(r"\+?[\d()./–-]+", re.ASCII)
"""A group of a number's digits."""
SEVERAL_GROUPS = 10
"""Digits from which groups are one number even if no zero or plus begins it."""


def joined(
    text: str, terms: Sequence[Term], known: Mapping[str, Column], search: Sequence[str], now: datetime
) -> Iterator[Term]:
    """The terms of a line, those that are one value put together."""
    has_numbers = any(isinstance(known[name].kind, Number) for name in search if name in known)
    index = 0
    while index < len(terms):
        term = terms[index]
        column = known.get(plain_name(term.column)) if term.op else None
        words = _words_after(terms, index)
        count = 0
        if term.exact or term.is_or or not term.value:
            pass
        elif isinstance(column.kind, Number) if column is not None else has_numbers and not term.op:
            count = _groups(term.value, words)
        elif column is not None and column.kind.spaced:
            at_end = index + len(words) + 1 == len(terms) and words[-1:] != [] and words[-1].end == len(text)
            count = _spaced(column.kind, term, words, now, at_end)
        yield _with(term, words[:count])
        index += count + 1


def _words_after(terms: Sequence[Term], index: int) -> list[Term]:
    found: list[Term] = []
    for term in terms[index + 1 : index + 1 + MOST_WORDS]:
        if not term.is_word:
            break
        found.append(term)
    return found


def _with(term: Term, words: Sequence[Term]) -> Term:
    if not words:
        return term
    value = " ".join((term.value, *(word.value for word in words)))
    return replace(term, value=value, exact=True, end=words[-1].end)


def _groups(value: str, words: Sequence[Term]) -> int:
    """How many of the words are further groups of the number that `value` begins."""
    number = value.lstrip("=")
    if not GROUP.fullmatch(number):
        return 0
    count = 0
    while count < len(words) and GROUP.fullmatch(words[count].value):
        count += 1
    groups = (number, *(word.value for word in words[:count]))
    digits = sum(letter.isdigit() for group in groups for letter in group)
    begins = number.startswith(("0", "+", "(0", "(+"))
    return count if begins or (digits >= SEVERAL_GROUPS and count > 1) else 0


def _spaced(kind: Kind[Any], term: Term, words: Sequence[Term], now: datetime, at_end: bool) -> int:
    """How many of the words belong to a value: as many as make it right, or as may still become right."""
    texts = [" ".join((term.value, *(word.value for word in words[:count]))) for count in range(len(words) + 1)]
    if at_end and kind.may_become_right(texts[-1], now):
        return len(words)
    return next((count for count in range(len(words), 0, -1) if kind.reads(term.op, texts[count], now)), 0)
