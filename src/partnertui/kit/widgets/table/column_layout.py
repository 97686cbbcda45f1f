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
SHORT = 12
"""Cells of a text that is never cut where others could be."""


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


def by_priority(
    columns: Sequence[Column],
    width: int,
    *,
    widths: Mapping[str, int] | None = None,
    needs: Mapping[str, int] | None = None,
    edge: int = 2,
) -> tuple[tuple[Column, ...], int]:
    """The columns in the order in which they are placed: those that fit, chosen by priority, then the rest. And how
    many fit.

    Texts are made narrower for columns of the first priority only.
    """
    if not columns:
        return (), 0
    own, needs = widths or {}, needs or {}
    fitting = {columns[0].name}
    room = width - edge - _least(columns[0], own, needs)
    spared = _whole(columns[0], own, needs) - _least(columns[0], own, needs)
    # a column without a value in any row at hand is worth less than its neighbours
    for column in sorted(columns[1:], key=lambda column: (column.priority, needs.get(column.name) == 0)):
        least, whole = _least(column, own, needs), _whole(column, own, needs)
        first = column.priority == 1
        if (least if first else whole + spared) + GAP <= room:
            fitting.add(column.name)
            room -= (least if first else whole) + GAP
            spared += whole - least if first else 0
    ordered = (*(c for c in columns if c.name in fitting), *(c for c in columns if c.name not in fitting))
    return ordered, len(fitting)


def arrange(
    columns: Sequence[Column],
    width: int,
    *,
    skip: int = 0,
    fitting: int = 0,
    widths: Mapping[str, int] | None = None,
    needs: Mapping[str, int] | None = None,
    edge: int = 2,
) -> Arrangement:
    """Places columns from the left: the first stays, `skip` of the others are scrolled out.

    fitting: how many `by_priority` found to fit; 0 places as many as there is room for.
    widths: what the agent has set, in cells; needs: what the rows at hand need, at most WIDEST.
    Spare width goes to texts that need it; the last column may be cut.
    """
    if not columns:
        return Arrangement((), 0, 0)
    own, needs = widths or {}, needs or {}
    # the first column names the row, so it stays while the others scroll
    sticky, rest = columns[0], columns[1:]
    skip = max(0, min(skip, len(rest) - 1)) if rest else 0
    room = width - edge
    chosen: list[tuple[Column, int]] = []
    if fitting and not skip:
        tight = [(column, _least(column, own, needs)) for column in columns[:fitting]]
        chosen = [(tight[0][0], min(tight[0][1], max(room, 1))), *tight[1:]]
        room -= sum(cells + GAP for _, cells in chosen)
    else:
        for column in (sticky, *rest[skip:]):
            cells = _whole(column, own, needs)
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
    """What the rows at hand need: a text at most its declared width, everything else whole (half a number is wrong)."""
    least, need = len(column.heading) + 2, needs.get(column.name)
    if need is None:
        return column.cells
    return max(least, min(need, column.cells) if column.kind.flex else min(need, WIDEST))


def _whole(column: Column, own: Mapping[str, int], needs: Mapping[str, int]) -> int:
    return own.get(column.name) or _natural(column, needs)


def _least(column: Column, own: Mapping[str, int], needs: Mapping[str, int]) -> int:
    if column.name in own:
        return own[column.name]
    natural = _natural(column, needs)
    if not column.kind.flex or natural <= SHORT:
        return natural
    # a text cut to less than three quarters says nothing any more
    return max(SHORT, len(column.heading) + 2, natural * 3 // 4)


def _spread(
    chosen: list[tuple[Column, int]], spare: int, own: Mapping[str, int], needs: Mapping[str, int]
) -> list[tuple[Column, int]]:
    """Gives spare cells to the texts: first up to their declared width, then up to what they need."""
    for limit in (_natural, lambda column, needs: min(WIDEST, needs.get(column.name, 0))):
        wants = {
            column.name: max(0, limit(column, needs) - cells)
            for column, cells in chosen
            if column.kind.flex and column.name not in own
        }
        total = sum(wants.values())
        if spare > 0 and total:
            share = min(1.0, spare / total)
            given = {name: int(want * share) for name, want in wants.items()}
            chosen = [(column, cells + given.get(column.name, 0)) for column, cells in chosen]
            spare -= sum(given.values())
    return chosen
