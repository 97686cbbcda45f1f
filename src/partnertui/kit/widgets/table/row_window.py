"""The rows a table holds: a window on a list of any length, with a cursor and marks.

Plain Python: neither painting nor reading rows happens here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnertui.kit.widgets.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from partnertui.kit.declare.kinds import Row

LARGEST = 600
"""Rows held at once; further ones push the farthest out."""


@dataclass
class Window(Viewport):
    """Rows in display order, with what is known of both ends.

    `first` is the number of rows[0] counted from the beginning of the list, None where that is not known.
    """

    rows: list[Row] = field(default_factory=list)
    more_before: bool = False
    more_after: bool = False
    first: int | None = 0
    cursor: int = 0
    top: int = 0
    marks: dict[Hashable, Row] = field(default_factory=dict)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def number(self) -> int | None:
        """The cursor's number in the whole list, from 1; None where it isn't known."""
        return None if self.first is None or not self.rows else self.first + self.cursor + 1

    def fill(self, rows: Sequence[Row], *, before: bool, after: bool, first: int | None) -> None:
        """Takes new rows in place of all; cursor and top go to the beginning."""
        self.rows, self.more_before, self.more_after, self.first = list(rows), before, after, first
        self.cursor = self.top = 0

    def append(self, rows: Sequence[Row], more: bool) -> None:
        """Adds rows behind the last; the farthest before go when there are too many."""
        self.rows.extend(rows)
        self.more_after = more
        # never the rows in view, nor the one above them
        surplus = min(len(self.rows) - LARGEST, self.top - 1)
        if surplus > 0:
            del self.rows[:surplus]
            self.more_before = True
            self._shift(-surplus)

    def prepend(self, rows: Sequence[Row], more: bool) -> None:
        """Adds rows before the first; the farthest behind go when there are too many."""
        self.rows[:0] = rows
        self.more_before = more
        self._shift(len(rows))
        # rows were added meanwhile: the number is a guess from here on
        if self.first is not None and self.first < 0:
            self.first = None
        if not more:
            self.first = 0
        # Only while the view is in the first half: the rows behind it that are cut off are then not in sight.
        if len(self.rows) > LARGEST and self.top + LARGEST // 2 < LARGEST:
            del self.rows[LARGEST:]
            self.more_after = True
            self.cursor = min(self.cursor, LARGEST - 1)

    def count_back(self, total: int) -> None:
        """Numbers the rows by how many there are in all, where the last one is held and its number isn't known."""
        if self.first is None and not self.more_after and total >= len(self.rows):
            self.first = total - len(self.rows)

    def _shift(self, by: int) -> None:
        self.cursor += by
        self.top += by
        if self.first is not None:
            self.first -= by

    def count(self) -> int:
        """The number of rows held."""
        return len(self.rows)

    def toggle(self) -> None:
        """Marks the row under the cursor, or takes its mark off."""
        row = self.row
        if row is None:
            return
        if row["id"] in self.marks:
            del self.marks[row["id"]]
        else:
            self.marks[row["id"]] = row

    def chosen(self) -> tuple[Row, ...]:
        """The marked rows, or the one under the cursor."""
        if self.marks:
            return tuple(self.marks.values())
        return (self.row,) if self.row is not None else ()

    def refreshed(self, rows: Sequence[Row], *, before: bool, after: bool) -> None:
        """Takes newer rows for the same place; cursor and view stay on the rows they were on."""
        old, old_top, old_cursor = self.row, self.top, self.cursor
        top_id = self.rows[self.top]["id"] if self.rows and self.top < len(self.rows) else None
        places = {row["id"]: index for index, row in enumerate(rows)}
        # an action on marked rows needs their newest versions; those that left the list aren't in sight any more
        whole = not before and not after
        kept = {key: row for key, row in self.marks.items() if key in places or not whole}
        self.marks = {key: rows[places[key]] if key in places else row for key, row in kept.items()}
        was_first = self.rows[0]["id"] if self.rows else None
        self.rows, self.more_before, self.more_after = list(rows), before, after
        if not before:
            self.first = 0
        elif self.first is not None and was_first not in places:
            self.first = None
        elif self.first is not None:
            self.first = max(0, self.first - places[was_first])
        last = max(0, len(self.rows) - 1)
        self.top = places.get(top_id, min(old_top, last))
        self.cursor = places.get(old["id"] if old is not None else None, min(old_cursor, last))
