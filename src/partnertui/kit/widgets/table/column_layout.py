"""Which columns are on the screen, and how wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from partnertui.kit.declare.page import Column

GAP = 2
"""Blank cells between columns."""
WIDEST = 60


@dataclass(frozen=True)
class Slot:
    """A column at its place: x and width in cells, inside the table."""

    column: Column
    x: int
    width: int

    @property
    def end(self) -> int:
        """The first cell behind it."""
        return self.x + self.width


@dataclass(frozen=True)
class Arrangement:
    """The columns that are on the screen, and how many are hidden to either side."""

    slots: tuple[Slot, ...]
    left: int
    right: int

    def at(self, x: int) -> Slot | None:
        """The slot under a cell, its gap included."""
        return next((slot for slot in self.slots if slot.x <= x < slot.end + GAP), None)


def arrange(
    columns: Sequence[Column],
    width: int,
    *,
    skip: int = 0,
    widths: Mapping[str, int] | None = None,
    needs: Mapping[str, int] | None = None,
    edge: int = 2,
) -> Arrangement:
    """Places columns from the left: the first stays, `skip` of the others are scrolled out.

    widths: what the agent has set, in cells; needs: what the rows at hand need, at most WIDEST.
    Spare width goes to flexible columns that need it; the last column may be cut.
    """
    if not columns:
        return Arrangement((), 0, 0)
    own, needs = widths or {}, needs or {}
    # the first column names the row, so it stays while the others scroll
    sticky, rest = columns[0], columns[1:]
    skip = max(0, min(skip, len(rest) - 1)) if rest else 0
    room = width - edge
    chosen: list[tuple[Column, int]] = []
    for column in (sticky, *rest[skip:]):
        cells = own.get(column.name) or _natural(column, needs)
        # a column cut to less than three quarters says nothing any more
        if chosen and room < min(cells, max(6, cells * 3 // 4)):
            break
        chosen.append((column, min(cells, max(room, 1))))
        room -= cells + GAP
    spread = _spread(chosen, max(0, room + GAP), own, needs)
    slots, x = [], edge
    for column, cells in spread:
        slots.append(Slot(column, x, cells))
        x += cells + GAP
    return Arrangement(tuple(slots), skip, len(columns) - 1 - skip - (len(chosen) - 1))


def _natural(column: Column, needs: Mapping[str, int]) -> int:
    least = len(column.heading) + 2
    need = needs.get(column.name)
    return column.cells if need is None else max(least, min(need, column.cells))


def _spread(
    chosen: list[tuple[Column, int]], spare: int, own: Mapping[str, int], needs: Mapping[str, int]
) -> list[tuple[Column, int]]:
    wants = {
        column.name: min(WIDEST, needs.get(column.name, 0)) - cells
        for column, cells in chosen
        if column.kind.flex and column.name not in own
    }
    total = sum(max(0, want) for want in wants.values())
    if not spare or not total:
        return chosen
    share = min(1.0, spare / total)
    return [(column, cells + int(max(0, wants.get(column.name, 0)) * share)) for column, cells in chosen]
