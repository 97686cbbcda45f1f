"""Matches a CSV file's headings with the columns of an import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from partnertui.domain.errors import DomainError


def folded(heading: str) -> str:
    """A heading without case, blanks and signs."""
    return re.sub(r"[\W_]+", "", heading.casefold())


@dataclass(frozen=True)
class CsvColumn:
    """A column that an import reads, by its own heading or another one."""

    name: str
    """The field that errors name."""
    heading: str
    also: tuple[str, ...] = ()
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All headings that it is known by."""
        return (self.heading, self.name, *self.also)


@dataclass(frozen=True)
class Header:
    """Where each known column stands, and the headings that aren't known."""

    places: dict[str, int]
    unknown: tuple[str, ...]
    width: int


def match_header(cells: Sequence[str], columns: Sequence[CsvColumn]) -> Header:
    """Finds the columns. Raises DomainError if one that is required is missing, or one is there twice."""
    by_name = {folded(name): column for column in reversed(columns) for name in column.names}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, cell in enumerate(cells):
        column = by_name.get(folded(cell))
        if column is None:
            unknown.extend([cell.strip()] if cell.strip() else [])
        elif column.name in places:
            both = f"“{cells[places[column.name]].strip()}” and “{cell.strip()}”"
            raise DomainError(f"Two columns match {column.heading}: {both}.", "Remove one of them.", field="file")
        else:
            places[column.name] = place
    missing = [column.heading for column in columns if column.required and column.name not in places]
    if missing:
        known = ", ".join(column.heading for column in columns)
        text = f"The file has no column {' and no column '.join(missing)}."
        raise DomainError(text, f"Its first line must name the columns. Known columns: {known}.", field="file")
    return Header(places, tuple(unknown), len(cells))
