"""Finds the rows that a typed text may mean on every screen that declares `find`, best first; no Textual."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.db.rows.filter_criteria import AnyOf, Contains, Equals, Search
from partnertui.db.rows.listing import Listing, Sort
from partnertui.errors import UserError
from partnertui.kit.declare.partner_row_filter import own_joins, own_rows
from partnertui.kit.declare.query.bare_words import any_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from sqlalchemy import Connection

    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.catalog import Catalog, ScreenEntry
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Column, Page

EACH = 6
"""Rows of one screen at most."""
ITSELF, EXACT, BEGINS, INSIDE = range(4)
"""Ranks: the number that the record is, a value of it, its beginning, anywhere in it."""
SHORTEST_NUMBER = 7
"""Digits of a phone number that names a record; shorter ones are extensions and IDs."""


@dataclass(frozen=True)
class Hit:
    """A row that was found: on which screen, in which column, and how well it fits."""

    screen: str
    title: str
    """The screen's title."""
    row: Row
    name: str
    found: str
    """The value that was found, where the name does not show it."""
    rank: int


@dataclass(frozen=True)
class Wanted:
    """What was typed, and how it may be written in a row: as it is, and as the digits of a number."""

    text: str
    country: str
    forms: tuple[str, ...]

    def is_in(self, shown: str) -> bool:
        """Whether one of the forms, or all of the words, are in a value."""
        text = shown.lower()
        return any(form in text for form in self.forms) or all(word in text for word in self.text.lower().split())


def find(
    connection: Connection,
    catalog: Catalog,
    operator: Operator | None,
    typed: str,
    *,
    each: int = EACH,
    country: str = "",
) -> list[Hit]:
    """The rows that fit, grouped by screen: screens with the best hits first, then in menu order.

    country: ISO 3166, of a number typed without a country code.
    """
    wanted = _read(typed, country)
    if not wanted.text:
        return []
    groups: list[tuple[int, int, list[Hit]]] = []
    role = operator.role if operator is not None else None
    for place, listed in enumerate(catalog.visible(role).values()):
        hits = sorted(_of_screen(connection, catalog, listed, operator, wanted, each), key=lambda hit: hit.rank)[:each]
        if hits:
            groups.append((hits[0].rank, place, hits))
    return [hit for _, _, hits in sorted(groups, key=lambda group: group[:2]) for hit in hits]


def _read(typed: str, country: str) -> Wanted:
    from partnertui.domain.phone_numbers import e164_beginnings  # 90 ms of phonenumbers, in the job that searches

    text = " ".join(typed.split())
    forms = (text.lower().lstrip("+#"), *e164_beginnings(text, country))
    return Wanted(text, country, tuple(dict.fromkeys(forms)))


def _of_screen(
    connection: Connection, catalog: Catalog, listed: ScreenEntry, operator: Operator | None, wanted: Wanted, each: int
) -> Iterator[Hit]:
    page = catalog.page(listed.id)
    seen: set[Hashable] = set()
    for columns, criteria in _questions(page, wanted):
        for row in _rows(connection, page, operator, criteria, each):
            if row["id"] not in seen:
                seen.add(row["id"])
                yield _hit(listed, page, columns, row, wanted)


def _questions(page: Page, wanted: Wanted) -> list[tuple[list[Column], tuple[Criterion, ...]]]:
    """One question for all texts of a screen, one for all its numbers, one for each column looked up by its value."""
    typed = wanted.text
    texts: list[Column] = []
    numbers: list[tuple[Column, Criterion]] = []
    found: list[tuple[list[Column], tuple[Criterion, ...]]] = []
    for name in page.find:
        column = page.column(name.lstrip("="))
        if column is None:
            continue
        kind = column.kind.in_country(wanted.country)
        criterion = Equals(column.name, typed) if name.startswith("=") else kind.search_criterion(column.name, typed)
        if isinstance(criterion, Contains) and criterion.text == typed:
            texts.append(column)
        elif isinstance(criterion, AnyOf):
            numbers.append((column, criterion))
        elif criterion is not None:
            found.append(([column], (criterion,)))
    if numbers:
        found.insert(0, ([column for column, _ in numbers], (any_of(*(criterion for _, criterion in numbers)),)))
    if texts:
        names = tuple(column.name for column in texts)
        found.insert(0, (texts, tuple(Search(names, word) for word in typed.split())))
    return found


def _rows(
    connection: Connection, page: Page, operator: Operator | None, criteria: tuple[Criterion, ...], each: int
) -> list[Row]:
    from partnertui.db.rows.table_source_choice import (
        table_source,  # here: it imports SQLAlchemy, which start-up does later
    )

    listing = Listing(own_joins(page, operator), Sort.parse(page.sort), (*criteria, *own_rows(page, operator)))
    try:  # a screen that can't be searched doesn't hide what others have
        return list(table_source(page.rows).fetch_page(connection, listing, limit=each).rows)
    except UserError:
        return []


def _hit(listed: ScreenEntry, page: Page, columns: list[Column], row: Row, wanted: Wanted) -> Hit:
    name = page.title(row)
    shown = [(column, column.kind.text(row.get(column.name), row)) for column in columns]
    column, value = next(((column, text) for column, text in shown if wanted.is_in(text)), shown[0])
    told = "" if value.lower() in name.lower() else value if "@" in value else f"{column.heading} {value}"
    return Hit(listed.id, listed.entry.title, row, name, told, _rank(value, name, wanted))


def _rank(value: str, name: str, wanted: Wanted) -> int:
    digits = re.sub(r"\D", "", name.partition(" · ")[0])
    if len(digits) >= SHORTEST_NUMBER and digits in wanted.forms:
        return ITSELF  # a DDI goes before those who call with it
    texts = (value.lower().lstrip("+"), name.lower())
    if any(form in texts for form in wanted.forms):
        return EXACT
    begins = any(text.startswith(form) for text in texts for form in wanted.forms)
    words = wanted.text.lower().split()
    return BEGINS if begins or (len(words) > 1 and all(word in texts[1].split() for word in words)) else INSIDE
