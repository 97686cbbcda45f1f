"""The lines of a record as a widget: one or two columns of blocks, a cursor over what leads somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.shell.services import Services
from partnertui.kit.widgets.styled_lines import BLANK, Line

TWO_COLUMNS = 104
"""Cells from which facts and lists stand side by side."""
GUTTER = 3


class RecordBody(Widget, can_focus=True):
    """Lines with a cursor, left and right; right follows left where there is no room for both, or with `one_side`."""

    DEFAULT_CSS = "RecordBody { width: 1fr; height: 1fr; }"

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
        self.sides: tuple[Sequence[Line], Sequence[Line]] = ((), ())
        self.side = 0
        self.cursor = 0
        self.top = 0

    @property
    def wide(self) -> bool:
        """True where both sides fit."""
        return not self.one_side and self.size.width >= TWO_COLUMNS

    def widths(self) -> tuple[int, int]:
        """Cells of the left and the right side."""
        width = max(20, self.size.width - 2)
        if not self.wide:
            return width, width
        left = (width - GUTTER) // 2
        return left, width - GUTTER - left

    def show(self, left: Sequence[Line], right: Sequence[Line]) -> None:
        """Takes other lines; the cursor stays where it can."""
        self.sides = (left, right) if self.wide else ((*left, *right), ())
        if not self.sides[self.side]:
            self.side = 0
        self._settle()
        self.refresh()

    @property
    def line(self) -> Line:
        """The line under the cursor."""
        lines = self.sides[self.side]
        return lines[self.cursor] if 0 <= self.cursor < len(lines) else BLANK

    def _settle(self) -> None:
        lines = self.sides[self.side]
        self.cursor = max(0, min(self.cursor, len(lines) - 1))
        if lines and not self.line.stops:
            later = next((i for i in range(self.cursor, len(lines)) if lines[i].stops), None)
            earlier = next((i for i in range(self.cursor, -1, -1) if lines[i].stops), self.cursor)
            self.cursor = later if later is not None else earlier
        self._follow()

    def _follow(self) -> bool:
        height, top = max(1, self.size.height), self.top
        if self.cursor < top:
            top = max(0, min(self.cursor - 1, top - height // 2))
        elif self.cursor >= top + height:
            top = max(self.cursor - height + 1, top + height // 2)
        longest = max(len(side) for side in self.sides)
        top = max(0, min(top, longest - height))
        moved, self.top = top != self.top, top
        return moved

    def move(self, by: int) -> None:
        """Moves over lines that lead somewhere; at either end the view scrolls on."""
        lines, old = self.sides[self.side], self.cursor
        step, place = (1 if by > 0 else -1), self.cursor
        for _ in range(abs(by)):
            ahead = place + step
            while 0 <= ahead < len(lines) and not lines[ahead].stops:
                ahead += step
            if not 0 <= ahead < len(lines):
                break
            place = ahead
        self.cursor = place
        if place == old:
            self.scroll_lines(by)
        elif self._follow():
            self.refresh()
        else:
            for index in (old, place):
                self.refresh(Region(0, index - self.top, self.size.width, 1))

    def scroll_lines(self, by: int) -> None:
        """Moves the view."""
        longest = max(len(side) for side in self.sides)
        self.top = max(0, min(self.top + by, longest - self.size.height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of both sides."""
        palette = self.services.palette
        index = self.top + y
        left, right = self.widths()
        segments = [Segment(" ", palette.style("text")), *self._side(0, index, left)]
        if self.wide:
            segments += [Segment(" " * GUTTER, palette.style("text")), *self._side(1, index, right)]
        strip = Strip(segments)
        sign = self._more(y)
        if not sign:
            return strip.adjust_cell_length(self.size.width, palette.style("text"))
        cut = strip.adjust_cell_length(self.size.width - 1, palette.style("text"))
        return Strip([*cut, Segment(sign, palette.style("muted"))])

    def _more(self, y: int) -> str:
        """A sign at the edge where lines go on above or below."""
        longest, symbols = max(len(side) for side in self.sides), self.services.symbols
        if y == 0 and self.top > 0:
            return symbols.up
        return symbols.down if y == self.size.height - 1 and self.top + self.size.height < longest else ""

    def _side(self, side: int, index: int, width: int) -> Strip:
        palette, lines = self.services.palette, self.sides[side]
        line = lines[index] if index < len(lines) else BLANK
        current = side == self.side and index == self.cursor and line.stops
        under = ("cursor" if self.has_focus else "cursor-blurred") if current else "text"
        if current:
            segments = [Segment("".join(text for text, _ in line.pieces), palette.style(under, under))]
        else:
            segments = [Segment(text, palette.style(role)) for text, role in line.pieces]
        return Strip(segments).adjust_cell_length(width, palette.style("", under))

    def on_key(self, event: events.Key) -> None:
        """Arrows, pages, ends, and across."""
        page = max(1, self.size.height - 2)
        moves: dict[str, Any] = {
            "up": -1,
            "down": 1,
            "pageup": -page,
            "pagedown": page,
            "home": -9999,
            "end": 9999,
        }
        if event.key in moves:
            self.move(moves[event.key])
        elif event.key in {"left", "right"} and self.sides[1]:
            self.side = 0 if event.key == "left" else 1
            self.cursor = self.top
            self._settle()
            self.refresh()
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the line it stands on, or twice, it opens."""
        left = self.widths()[0]
        side = 1 if self.wide and event.x > left + GUTTER // 2 else 0
        index = self.top + event.y
        lines = self.sides[side]
        if index < len(lines) and lines[index].stops:
            again = (side, index) == (self.side, self.cursor)
            self.side, self.cursor = side, index
            self.refresh()
            if (again or event.chain == 2 or lines[index].pieces[-1][1] == "link") and lines[index].target:
                self.post_message(self.Followed(lines[index]))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        self.scroll_lines(-3)

    def on_resize(self) -> None:
        """Asks for lines of the new width."""
        self.post_message(self.Resized())

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self.refresh()

    def on_blur(self) -> None:
        """Shows the cursor as resting."""
        self.refresh()
