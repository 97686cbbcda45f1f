"""Renders rows and headings as lines of few segments: every segment costs bytes on a slow link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.column_layout import GAP, Arrangement, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.style import Style

    from partnertui.domain.symbols import Symbols
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.theme import Palette

Run = tuple[str, str]
"""A text and its colour role."""


@dataclass(frozen=True)
class Heading:
    """What the heading line says besides the titles."""

    sort: str
    descending: bool
    filtered: frozenset[str]
    current: str


@dataclass(frozen=True)
class Painter:
    """Paints lines of one arrangement with one palette."""

    palette: Palette
    symbols: Symbols
    arrangement: Arrangement
    width: int
    row_role: Callable[[Row], str]
    cut: dict[str, int] = field(default_factory=dict)
    """Cells that values needed which can't be cut, by the column's name: half a number is a wrong number."""

    def row(self, row: Row, under: str, marked: bool) -> Strip:
        """A row on the background of role `under`; the cursor's row is one colour, to be cheap to move."""
        sign = self.symbols.mark if marked else self.symbols.note if row.get("note_count") else " "
        plain = self.row_role(row)
        runs: list[Run] = [(f"{sign} ", "mark" if marked else "accent" if sign != " " else plain)]
        for slot in self.arrangement.slots:
            value = row.get(slot.column.name)
            whole = one_line(slot.column.kind.text(value, row))
            if len(whole) > slot.width and not slot.column.kind.flex:
                self.cut[slot.column.name] = max(len(whole), self.cut.get(slot.column.name, 0))
            text = fit(whole, slot.width, slot.column.kind.align, self.symbols.cut)
            role = "" if plain else slot.column.kind.role(value, row)
            runs.append((text + " " * GAP, role or plain))
        # two rows change at a cursor step, and every colour in them is 20 bytes
        if under == "cursor":
            runs = [("".join(text for text, _ in runs), "cursor")]
        return self.line(runs, under)

    def heading(self, heading: Heading) -> Strip:
        """Titles, with the sort mark and the arrow of the filter beside them."""
        left = self.symbols.more_left if self.arrangement.left else " "
        runs: list[Run] = [(f"{left} ", "header-key")]
        for slot in self.arrangement.slots:
            runs.extend(self._title(slot, heading))
        strip = self.line(runs, "header")
        if not self.arrangement.right:
            return strip
        mark = Segment(self.symbols.more_right, self.palette.style("header-key", "header"))
        return Strip([*strip.crop(0, self.width - 1), mark], self.width)

    def _title(self, slot: Slot, heading: Heading) -> Iterable[Run]:
        name = slot.column.name
        sign = (self.symbols.down if heading.descending else self.symbols.up) if name == heading.sort else ""
        room = max(1, slot.width - len(sign) - 1)
        text = fit(slot.column.heading, room, "left", self.symbols.cut).rstrip()
        blank = " " * (room - cell_len(text))
        role = "header-key" if name == heading.current else "header"
        if slot.column.kind.align == "right":
            yield blank, "header"
            yield text + sign, role
        else:
            yield text + sign, role
            yield blank, "header"
        filtered = name in heading.filtered
        yield (
            self.symbols.arrow,
            "accent" if filtered else "header-key" if name == heading.current else "muted",
        )
        yield " " * GAP, "header"

    def line(self, runs: Iterable[Run], under: str) -> Strip:
        """A line of full width from runs of text; neighbours of one colour become one segment."""
        segments: list[Segment] = []
        texts: list[str] = []
        last: Style | None = None
        for text, role in runs:
            style = self.palette.style(role, under)
            # the palette hands out one object a style, so identity is enough
            if style is not last and texts:
                segments.append(Segment("".join(texts), last))
                texts = []
            texts.append(text)
            last = style
        segments.append(Segment("".join(texts), last))
        return Strip(segments).adjust_cell_length(self.width, self.palette.style("", under))

    def message(self, text: str, role: str) -> Strip:
        """A line of text in place of rows."""
        return self.line([("  " + one_line(text), role)], "text")


def fit(text: str, width: int, align: str, cut: str) -> str:
    """A text in just `width` cells; what does not fit ends in the cut sign."""
    # ASCII needs no measuring of cells, and nearly every cell is ASCII
    if text.isascii():
        size = len(text)
        if size > width:
            return text[: width - 1] + cut
        return text.rjust(width) if align == "right" else text.ljust(width)
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + cut
    return " " * (width - size) + text if align == "right" else text + " " * (width - size)
