"""Filter terms without a column: texts to search for, phone numbers in any notation, words of a list of values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from partnertui.db.rows.filter_criteria import AnyOf, Contains, Criterion, Search
from partnertui.domain.phone_numbers import typed_digits
from partnertui.kit.declare.kinds import Choice, InvalidValue, Number
from partnertui.kit.declare.page import typed_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from partnertui.kit.declare.page import Column

FEWEST_DIGITS = 3
"""Digits from which a word is looked for as a phone number."""


def word_criterion(
    word: str, known: Mapping[str, Column], search: Sequence[str], now: datetime, country: str, *, as_text: bool
) -> Criterion:
    """What a bare word finds in the searched columns; raises InvalidValue where it can't be in any of them.

    as_text: it stood in quotation marks, so it is no value of a column.
    """
    numbers = [name for name in search if name in known and isinstance(known[name].kind, Number)]
    if numbers and _is_number(word):
        found = [
            known[name].kind.in_country(country).criterion(name, ":", word, now)
            if name in numbers
            else Contains(name, word)
            for name in search
        ]
        if all(isinstance(part, Contains) and part.text == word for part in found):
            return Search(tuple(search), word)
        return any_of(*found)
    if len(numbers) == len(search) and not as_text and not any(letter.isdigit() for letter in word):
        return _value(word, known, now)
    number = re.fullmatch(r"\+([\d().-]+)", word)
    return Search(tuple(search), re.sub(r"\D", "", number[1]) or word if number else word)


def any_of(*criteria: Criterion) -> Criterion:
    """Rows that one of the criteria finds; an AnyOf among them is taken apart."""
    parts: dict[Criterion, None] = {}
    for criterion in criteria:
        parts |= dict.fromkeys(criterion.criteria if isinstance(criterion, AnyOf) else (criterion,))
    found = tuple(parts)
    return found[0] if len(found) == 1 else AnyOf(found)


def _is_number(word: str) -> bool:
    return len(typed_digits(word).lstrip("+")) >= FEWEST_DIGITS


def _value(word: str, known: Mapping[str, Column], now: datetime) -> Criterion:
    """A word on a list that only has numbers to search: the value of a column, such as failed or withheld."""
    columns = list(dict.fromkeys(known.values()))
    named = [column for column in columns if isinstance(column.kind, Choice | Number)]
    wanted = word.lower().replace("-", "_")
    found = [column for column in named if wanted in column.kind.suggestions(wanted)]
    if found:
        return any_of(*(column.kind.criterion(column.name, ":", word, now) for column in found))
    choice = next((column for column in named if isinstance(column.kind, Choice)), None)
    example = f", as in {typed_name(choice, known)}:{choice.kind.suggestions('')[0]}" if choice is not None else ""
    raise InvalidValue(f"only numbers can be searched here: put a column name before “{word}”{example}")
