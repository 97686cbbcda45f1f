"""Asks every screen that declares `find` for the rows that a typed text may mean, best first. Knows no terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.errors import UserError
from partnertui.kit.declare.row_access import own_rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from sqlalchemy import Connection

    from partnertui.db.rows.criteria import Criterion
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.catalog import Catalog, ScreenEntry
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Column, Page

EACH = 6
"""Rows of one screen at most."""
EXACT, BEGINS, INSIDE = 0, 1, 2
"""Ranks: the value itself, its beginning, anywhere in it."""


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


def find(
    connection: Connection, catalog: Catalog, operator: Operator | None, typed: str, *, each: int = EACH
) -> list[Hit]:
    """The rows that fit, grouped by screen: screens with the best hits first, then in menu order."""
    typed = " ".join(typed.split())
    if not typed:
        return []
    groups: list[tuple[int, int, list[Hit]]] = []
    role = operator.role if operator is not None else None
    for place, listed in enumerate(catalog.visible(role).values()):
        hits = sorted(_of_screen(connection, catalog, listed, operator, typed, each), key=lambda hit: hit.rank)[:each]
        if hits:
            groups.append((hits[0].rank, place, hits))
    return [hit for _, _, hits in sorted(groups, key=lambda group: group[:2]) for hit in hits]


def _of_screen(
    connection: Connection, catalog: Catalog, listed: ScreenEntry, operator: Operator | None, typed: str, each: int
) -> Iterator[Hit]:
    page = catalog.page(listed.id)
    seen: set[Hashable] = set()
    for columns, criterion in _questions(page, typed):
        for row in _rows(connection, page, operator, criterion, each):
            if row["id"] not in seen:
                seen.add(row["id"])
                yield _hit(listed, page, columns, row, typed)


def _questions(page: Page, typed: str) -> list[tuple[list[Column], Criterion]]:
    """One question for all texts of a screen, one for each column that is looked up by its value."""
    from partnertui.db.rows.criteria import Contains, Equals, Search

    texts: list[Column] = []
    found: list[tuple[list[Column], Criterion]] = []
    for name in page.find:
        column = page.column(name.lstrip("="))
        if column is None:
            continue
        criterion = (
            Equals(column.name, typed) if name.startswith("=") else column.kind.search_criterion(column.name, typed)
        )
        if isinstance(criterion, Contains) and criterion.text == typed:
            texts.append(column)
        elif criterion is not None:
            found.append(([column], criterion))
    if texts:
        found.insert(0, (texts, Search(tuple(column.name for column in texts), typed)))
    return found


def _rows(connection: Connection, page: Page, operator: Operator | None, criterion: Criterion, each: int) -> list[Row]:
    from partnertui.db.rows.listing import Listing, Sort
    from partnertui.db.rows.table_source import table_source  # here: it imports SQLAlchemy, which start-up does later

    listing = Listing(page.rows, Sort.parse(page.sort), (criterion, *own_rows(page, operator)))
    try:  # a screen that can't be searched doesn't hide what others have
        return list(table_source(page.rows).fetch_page(connection, listing, limit=each).rows)
    except UserError:
        return []


def _hit(listed: ScreenEntry, page: Page, columns: list[Column], row: Row, typed: str) -> Hit:
    name, wanted = page.title(row), typed.lower()
    shown = [(column, column.kind.text(row.get(column.name), row)) for column in columns]
    column, value = next(((column, text) for column, text in shown if wanted in text.lower()), shown[0])
    told = "" if value.lower() in name.lower() else value if "@" in value else f"{column.heading} {value}"
    return Hit(listed.id, listed.entry.title, row, name, told, _rank(value, name, typed))


def _rank(value: str, name: str, typed: str) -> int:
    wanted, forms = typed.lower().lstrip("+#"), (value.lower().lstrip("+"), name.lower())
    if wanted in forms:
        return EXACT
    return BEGINS if any(form.startswith(wanted) for form in forms) else INSIDE
