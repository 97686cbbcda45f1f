"""Runs an import: a dry run checks every line, then one transaction stores all of them, in chunks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once
from partnertui.db.imports.importer import Cells, Importer
from partnertui.db.query_cancellation import Cancel
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.csv_files.dialect import Dialect, find_dialect
from partnertui.domain.csv_files.headings import Header, match_header
from partnertui.domain.csv_files.problems import Problems
from partnertui.domain.csv_files.records import Record, open_records
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.plurals import plural
from partnertui.errors import UserError

DEADLINE_SECONDS = 3600.0
"""For the whole transaction: half a million lines take a minute, and somebody can cancel."""
TOLD_EVERY = 1000
"""Lines between two reports of progress."""
Tell = Callable[[int, int], None]


class ImportCancelled(DomainError):
    """Somebody cancelled the import: nothing was stored."""


@dataclass
class Checked:
    """What the dry run found."""

    dialect: Dialect
    unknown: tuple[str, ...]
    """Headings of columns that aren't read."""
    lines: int = 0
    problems: Problems = field(default_factory=Problems)
    seen: tuple[int, int, int] = (0, 0, 0)
    """Size, time and inode of the file that was checked."""


@dataclass
class CsvImport:
    """One file, imported by one operator. Both passes can be cancelled; `tell` is told bytes read and in all."""

    database: Database
    operator: Operator
    path: Path
    importer: Importer
    cancel: Cancel = field(default_factory=Cancel)
    tell: Tell = lambda done, total: None

    def check(self, problems: TextIO | None = None) -> Checked:
        """Checks every line and stores nothing. `problems` gets all that is wrong as CSV.

        Raises DomainError if the file can't be imported at all, ImportCancelled, DatabaseError.
        """
        seen = self._seen()
        with self._readable():
            names = [name for column in self.importer.columns for name in column.names]
            dialect = find_dialect(self.path, names)
        if self.importer.chunk > 1:
            self.database.read(self._begin, deadline=DEADLINE_SECONDS)
            return self._check(Checked(dialect, (), problems=Problems(problems), seen=seen), None)
        # left without a commit, so that nothing stays of what its lines are checked by
        with UnitOfWork(self.database, self.operator, deadline=DEADLINE_SECONDS) as unit:
            self._begin(unit.session.connection())
            return self._check(Checked(dialect, (), problems=Problems(problems), seen=seen), unit)

    def store(self, checked: Checked, key: str) -> int:
        """Stores all lines in one transaction; returns how many. `key` makes sure that this is done once.

        Raises DomainError if a line isn't valid any more or the file changed; then nothing is stored.
        """
        if checked.problems.count:
            lines = plural(checked.problems.count, "line isn't", "lines aren't")
            raise DomainError(f"{lines} valid: nothing was imported.", "Fix the file.")
        if self._seen() != checked.seen:
            raise DomainError("The file has changed since it was checked.", "Check it again.", field="file")

        def work(unit: UnitOfWork) -> int:
            self._begin(unit.session.connection())
            return self._store(unit, checked.dialect)

        payload = [str(self.path), *checked.seen]
        return commit_once(self.database, self.operator, key, work, payload, deadline=DEADLINE_SECONDS)

    def _begin(self, connection: Connection) -> None:
        self.importer.begin(connection, self.operator)

    def _check(self, found: Checked, unit: UnitOfWork | None) -> Checked:
        with self._records(found.dialect) as (header, records):
            found.unknown = header.unknown
            for record in records:
                found.lines += 1
                try:
                    row = self.importer.check(_cells(record, header))
                    if unit is not None:
                        self._store_one(unit, row)
                except UserError as error:
                    if isinstance(error, ImportCancelled):
                        raise
                    self._note(found.problems, record, error)
        if not found.lines:
            raise DomainError("The file has no lines below its header.", "Choose another file.", field="file")
        return found

    def _store(self, unit: UnitOfWork, dialect: Dialect) -> int:
        importer, rows, count = self.importer, list[Any](), 0
        with self._records(dialect) as (header, records):
            for record in records:
                count += 1
                try:
                    rows.append(importer.check(_cells(record, header)))
                    if len(rows) >= importer.chunk:
                        importer.store(unit, rows)
                        rows = []
                except DomainError as error:
                    if isinstance(error, ImportCancelled):
                        raise
                    text = f"Line {record.line}: {error} Nothing was imported."
                    raise DomainError(text, error.advice, field="file") from None
            if rows:
                importer.store(unit, rows)
        return count

    def _store_one(self, unit: UnitOfWork, row: object) -> None:
        """Stores a line as if it were imported, and takes it back alone if it can't be."""
        try:
            with unit.session.begin_nested():
                self.importer.store(unit, [row])
                unit.session.flush()
        except IntegrityError:
            raise DomainError("A value is already taken.", "Compare the file with the list.") from None

    def _note(self, problems: Problems, record: Record, error: UserError) -> None:
        column = next((one.heading for one in self.importer.columns if one.name == error.field), "")
        text = str(error).rstrip(".")
        problems.add(record.line, column, f"{text}. {error.advice}".strip())

    @contextmanager
    def _records(self, dialect: Dialect) -> Iterator[tuple[Header, Iterator[Record]]]:
        total = max(1, self.path.stat().st_size)
        with self._readable(), open_records(self.path, dialect) as (records, position):
            first = next(records, None)
            if first is None or first.problem:
                raise DomainError("The file has no header.", "Its first line must name the columns.", field="file")
            yield match_header(first.cells, self.importer.columns), self._watched(records, position, total)

    def _watched(self, records: Iterator[Record], position: Callable[[], int], total: int) -> Iterator[Record]:
        for number, record in enumerate(records):
            if self.cancel.cancelled:
                raise ImportCancelled("The import was cancelled: nothing was imported.")
            if number % TOLD_EVERY == 0:
                self.tell(position(), total)
            yield record
        self.tell(total, total)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or "it can't be read"
            raise DomainError(f"{self.path.name}: {reason}.", "Choose another file.", field="file") from None

    def _seen(self) -> tuple[int, int, int]:
        with self._readable():
            found = self.path.stat()
            if not self.path.is_file():
                raise DomainError("This isn't a file.", "Choose a CSV file.", field="file")
            if not os.access(self.path, os.R_OK):
                raise DomainError(
                    "You don't have permission to read this file.", "Ask its owner for access.", field="file"
                )
        return found.st_size, found.st_mtime_ns, found.st_ino


def _cells(record: Record, header: Header) -> Cells:
    """The cells by column. Raises DomainError for a line with more or fewer cells than the header has."""
    if record.problem:
        raise DomainError(record.problem)
    cells = record.cells
    if len(cells) != header.width and (len(cells) < header.width or any(cells[header.width :])):
        raise DomainError(
            f"The line has {plural(len(cells), 'column')}; the header has {header.width}.",
            "Check its delimiters and quotes.",
        )
    return {name: cells[place].strip() for name, place in header.places.items()}
