"""A widget of styled lines in one or two columns, with a cursor over the lines that have a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from partnertui.kit.declare.actions import Services

TWO_COLUMNS = 104
"""Cells from which facts and lists are shown side by side."""
LONGEST = 1000
"""Characters of a piece that are painted. They are cleaned here, too: one forgotten call must not reach a terminal."""
GUTTER = 3
RIGHT_CELLS = 44
"""Cells of the right side that a long value on the left can't take."""


class LinesViewport(Viewport):
    """Two sides of lines that scroll together; the cursor is on one of them."""

    lead = 1  # a heading above the cursor's line stays in view

    def __init__(self) -> None:
        self.sides: tuple[Sequence[Line], Sequence[Line]] = ((), ())
        self.side = 0

    def count(self) -> int:
        """Lines of the side with the cursor."""
        return len(self.sides[self.side])

    def selectable(self, index: int) -> bool:
        """Whether the line leads somewhere or can be copied."""
        return self.sides[self.side][index].selectable

    def last_top(self, height: int) -> int:
        """The longer side decides how far the view scrolls."""
        return max(0, max(len(side) for side in self.sides) - height)

    def scroll(self, by: int, height: int) -> bool:
        """Moves the view; the cursor stays on its line, in view or not, because not every line can have it."""
        top = max(0, min(self.top + by, self.last_top(height)))
        scrolled, self.top = top != self.top, top
        return scrolled

    @property
    def line(self) -> Line:
        """The line under the cursor."""
        lines = self.sides[self.side]
        return lines[self.cursor] if 0 <= self.cursor < len(lines) else BLANK


class LineView(ScrollWidget):
    """Lines with a cursor, left and right; the right side follows the left one without room for both, or `one_side`."""

    DEFAULT_CSS = "LineView { width: 1fr; height: 1fr; }"

    class Followed(Message):
        """A line was opened."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    class Resized(Message):
        """Lines must be made for another width."""

    def __init__(self, services: Services, one_side: bool = False) -> None:
        super().__init__()
        self.services, self.one_side = services, one_side
        self.left_cells = 0
        """Cells that the left side asks for; it has at least half, and leaves RIGHT_CELLS to the right one."""
        self.lines = LinesViewport()

    @property
    def viewport(self) -> LinesViewport:
        """The lines."""
        return self.lines

    @property
    def line(self) -> Line:
        """The line under the cursor."""
        return self.lines.line

    @property
    def wide(self) -> bool:
        """True if both sides fit."""
        return not self.one_side and self.size.width >= TWO_COLUMNS

    def widths(self) -> tuple[int, int]:
        """Cells of the left and the right side."""
        width = self.full_width
        if not self.wide:
            return width, width
        left = max((width - GUTTER) // 2, min(self.left_cells, width - GUTTER - RIGHT_CELLS))
        return left, width - GUTTER - left

    @property
    def full_width(self) -> int:
        """Cells of a line with nothing beside it."""
        return max(20, self.size.width - 2)

    def show(self, left: Sequence[Line], right: Sequence[Line] = ()) -> None:
        """Takes other lines; the cursor stays where it can."""
        self.lines.sides = (left, right) if self.wide else ((*left, *right), ())
        if not self.lines.count():
            self.lines.side = 0
        self.lines.settle(self.visible_lines)
        self.refresh()

    def sideways(self, by: int) -> None:
        """Goes to the other side, at the height of the view."""
        if self.lines.sides[1]:
            self.lines.side, self.lines.cursor = int(by > 0), self.lines.top
            self.lines.settle(self.visible_lines)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of both sides."""
        palette = self.services.palette
        index = self.lines.top + y
        left, right = self.widths()
        both = self.wide and index < len(self.lines.sides[1])
        segments = [Segment(" ", palette.style("text")), *self._side(0, index, left if both else self.full_width)]
        if both:
            segments += [Segment(" " * GUTTER, palette.style("text")), *self._side(1, index, right)]
        strip = Strip(segments)
        sign = self._more(y)
        if not sign:
            return strip.adjust_cell_length(self.size.width, palette.style("text"))
        cut = strip.adjust_cell_length(self.size.width - 1, palette.style("text"))
        return Strip([*cut, Segment(sign, palette.style("muted"))])

    def _more(self, y: int) -> str:
        """A sign at the edge if lines go on above or below."""
        symbols, height = self.services.symbols, self.size.height
        if y == 0 and self.lines.top > 0:
            return symbols.up
        return symbols.down if y == height - 1 and self.lines.top < self.lines.last_top(height) else ""

    def _side(self, side: int, index: int, width: int) -> Strip:
        palette, lines = self.services.palette, self.lines.sides[side]
        line = lines[index] if index < len(lines) else BLANK
        current = side == self.lines.side and index == self.lines.cursor and line.selectable
        under = ("cursor" if self.has_focus else "cursor-blurred") if current else "text"
        if current:
            segments = [
                Segment(one_line("".join(text for text, _ in line.pieces), LONGEST), palette.style(under, under))
            ]
        else:
            segments = [Segment(one_line(text, LONGEST), palette.style(role)) for text, role in line.pieces]
        return Strip(segments).adjust_cell_length(width, palette.style("", under))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the line that has it, on a link or twice, it opens the line."""
        left = self.widths()[0]
        index = self.lines.top + event.y
        side = 1 if self.wide and index < len(self.lines.sides[1]) and event.x > left + GUTTER // 2 else 0
        lines = self.lines.sides[side]
        if index >= len(lines) or not lines[index].selectable:
            return
        again = (side, index) == (self.lines.side, self.lines.cursor)
        self.lines.side, self.lines.cursor = side, index
        self.refresh()
        opens = lines[index].target or lines[index].key
        if opens and (again or event.chain == 2 or lines[index].pieces[-1][1] == "link"):
            self.post_message(self.Followed(lines[index]))

    def on_resize(self) -> None:
        """Asks for lines of the new width."""
        self.post_message(self.Resized())
