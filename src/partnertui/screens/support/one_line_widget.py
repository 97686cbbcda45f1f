"""A widget of one line of styled text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services


class OneLine(Widget):
    """A line that stays where it is."""

    DEFAULT_CSS = "OneLine { height: 1; width: 1fr; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services, self.line = services, BLANK

    def show(self, line: Line) -> None:
        """Repaints only if it differs."""
        if line != self.line:
            self.line = line
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        palette = self.services.palette
        pieces = [Segment(one_line(text), palette.style(role)) for text, role in self.line.pieces]
        return Strip([Segment(" ", palette.style("text")), *pieces]).adjust_cell_length(
            self.size.width, palette.style("text")
        )
