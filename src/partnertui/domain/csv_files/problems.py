"""Problems in the lines of a CSV file: counts all, keeps the first ones, writes all to a file on request."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TextIO

SHOWN = 100
"""Problems that are kept to be shown."""


@dataclass(frozen=True)
class Problem:
    """One line that can't be imported: its number, the column where there is one, and a sentence."""

    line: int
    column: str
    text: str

    def words(self) -> str:
        """As one line."""
        return f"Line {self.line}{f', {self.column}' if self.column else ''}: {self.text}"


@dataclass
class Problems:
    """Collects problems; `file` gets every one of them as CSV."""

    file: TextIO | None = None
    count: int = 0
    first: list[Problem] = field(default_factory=list)

    def add(self, line: int, column: str, text: str) -> None:
        """Notes one."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append(Problem(line, column, text))
        if self.file is not None:
            if self.count == 1:
                csv.writer(self.file).writerow(("line", "column", "problem"))
            csv.writer(self.file).writerow((line, column, text))
