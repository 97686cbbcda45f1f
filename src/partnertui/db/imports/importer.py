"""Importer: the protocol of an import of one kind of rows: columns, check of a line, storing of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.csv_files.headings import CsvColumn
from partnertui.domain.operators import Operator

Cells = Mapping[str, str]
"""The cells of a line by column, without blanks around them; columns that the file doesn't have are missing."""


class Importer(Protocol):
    """One import. It is told to `begin` before each time that the file is read."""

    noun: str
    """One row and several, in words: `price/prices`."""
    columns: Sequence[CsvColumn]
    decimal: str
    """The decimal mark of the file; "" if it is found in each amount."""
    chunk: int
    """Lines that are stored at once. 1 where a line is checked by storing it: the dry run takes it back."""

    def begin(self, connection: Connection, operator: Operator) -> None:
        """Reads what lines are checked against. Raises DomainError if nothing can be imported."""

    def check(self, cells: Cells) -> Any:
        """What is stored for a line; raises UserError, with the column in `field`."""

    def store(self, unit: UnitOfWork, rows: Sequence[Any]) -> None:
        """Stores lines that were checked; raises UserError as `check` does."""
