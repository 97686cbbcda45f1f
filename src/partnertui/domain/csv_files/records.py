"""Streams the records of a CSV file, each with the number of its first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from partnertui.domain.csv_files.dialect import Dialect
from partnertui.domain.errors import DomainError

LONGEST_CELL = 131_072
"""Characters after which a quote counts as never closed; the csv module's own limit."""


@dataclass(frozen=True)
class Record:
    """One record; `line` is where it begins, counted from 1. `problem` says why it has no cells."""

    line: int
    cells: list[str]
    problem: str = ""


@contextmanager
def open_records(path: Path, dialect: Dialect) -> Iterator[tuple[Iterator[Record], Callable[[], int]]]:
    """The records of a file, and how many bytes were read until now. Blank lines are no records.

    Raises OSError; DomainError if the file changed since its dialect was found.
    """
    # newline="": the csv module takes line ends inside quotation marks as part of the cell.
    with path.open("rb") as read, io.TextIOWrapper(read, encoding=dialect.encoding, newline="") as file:
        yield _records(file, dialect), read.tell


def _records(file: Iterator[str], dialect: Dialect) -> Iterator[Record]:
    for _ in range(dialect.skipped):
        next(file, "")
    # Without strict, stray quotation marks would end up in cells and nobody would be told.
    reader = csv.reader(file, delimiter=dialect.delimiter, strict=True)
    while True:
        line = dialect.skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(line, [], _sentence(str(error)))
        except UnicodeError:
            raise DomainError("The file changed while it was being read.", "Import it again.", field="file") from None
        else:
            if any(cells):
                yield Record(line, cells)


def _sentence(error: str) -> str:
    """What the csv module found, for a person."""
    if "field larger" in error or "unexpected end" in error:
        return "A quotation mark is opened but never closed. Close it, or double quotation marks inside the text."
    if "expected after" in error:
        return "Text follows a closing quotation mark. Double quotation marks inside the text."
    return "This line isn't valid CSV. Check its quotation marks."
