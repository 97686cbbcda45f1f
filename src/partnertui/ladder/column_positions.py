"""Positions of a ladder's columns for a width in cells, and which columns to omit if they don't fit."""

from __future__ import annotations

from dataclasses import dataclass

NARROWEST, WIDEST = 16, 44
"""Cells from one column to the next."""
EDGE = 8
"""Cells at the left of the first lifeline and at the right of the last: half an IPv4 address."""
MARGIN = 2
"""Cells at the left, for the mark of evidence."""


@dataclass(frozen=True)
class Grid:
    """`width`: all cells; `time`: those of the time; `count`: columns there are; `first`: the leftmost one shown;
    `step`: cells from one to the next; `centres`: the cells of the lifelines shown.
    """

    width: int
    time: int
    count: int
    first: int
    step: int
    centres: tuple[int, ...]

    @property
    def start(self) -> int:
        """The first cell behind the time."""
        return MARGIN + self.time + 1

    @property
    def shown(self) -> range:
        """The columns that are shown."""
        return range(self.first, self.first + len(self.centres))

    def cell(self, column: int) -> int:
        """The cell of a column; -1 if it is left of the visible ones, `width` if it is right of them."""
        if column < self.first:
            return -1
        return self.centres[column - self.first] if column in self.shown else self.width


def fit(count: int, width: int, time: int, first: int = 0) -> Grid:
    """Fit columns into `width` cells: as far apart as possible, never closer than an arrow needs."""
    start = MARGIN + time + 1
    room = max(0, width - start - 2 * EDGE)
    count = max(1, count)
    shown = min(count, 1 + room // NARROWEST)
    step = min(WIDEST, room // (shown - 1)) if shown > 1 else max(NARROWEST, room)
    first = max(0, min(first, count - shown))
    return Grid(width, time, count, first, step, tuple(start + EDGE + step * index for index in range(shown)))


def fit_all(count: int, width: int, time: int) -> Grid:
    """All columns, in more cells than `width` where they need them."""
    return fit(count, max(width, MARGIN + time + 1 + 2 * EDGE + (max(1, count) - 1) * NARROWEST), time)


def towards(grid: Grid, source: int, target: int) -> int:
    """The first column to show so that both ends of an arrow are seen, moving no further than needed."""
    low, high = min(source, target), max(source, target)
    shown = len(grid.centres)
    first = grid.first
    if high >= first + shown:
        first = high - shown + 1
    return min(first, low) if low < first else first
