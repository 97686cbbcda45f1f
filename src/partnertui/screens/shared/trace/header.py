"""The lines above the ladder: who called whom, what is shown, and the verdict."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message as TextualMessage
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import Services
from partnertui.kit.widgets.table.paint import fit

Run = tuple[str, str]


class TraceHeader(Widget):
    """A title with the state at its right, then lines of words; as high as it needs."""

    DEFAULT_CSS = "TraceTop { height: 1; width: 1fr; }"

    class Clicked(TextualMessage):
        """The verdict was clicked."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.title: tuple[Run, ...] = ()
        self.right: Run = ("", "muted")
        self.lines: tuple[Run, ...] = ()

    def show(self, title: tuple[Run, ...], right: Run, lines: tuple[Run, ...]) -> None:
        """Takes other words; paints only if they differ."""
        if (title, right, lines) != (self.title, self.right, self.lines):
            if len(lines) != len(self.lines):
                self.styles.height = 1 + len(lines)
            self.title, self.right, self.lines = title, right, lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The title, or one of the lines."""
        palette, width = self.services.palette, self.size.width
        if y:
            text, role = self.lines[y - 1] if y <= len(self.lines) else ("", "")
            return Strip([Segment(f" {text}", palette.style(role))]).adjust_cell_length(width, palette.style("text"))
        right = f" {self.right[0]} " if self.right[0] else ""
        room = max(0, width - cell_len(right))
        segments = [Segment(" ", palette.style("text"))]
        left = room - 1
        for text, role in self.title:
            shown = text if cell_len(text) <= left else fit(text, max(0, left), "left", self.services.symbols.cut)
            segments.append(Segment(shown, palette.style(role)))
            left -= cell_len(shown)
            if left <= 0:
                break
        strip = Strip(segments).adjust_cell_length(room, palette.style("text"))
        return Strip([*strip, Segment(right, palette.style(self.right[1]))]).adjust_cell_length(
            width, palette.style("text")
        )

    def on_click(self, event: events.Click) -> None:
        """The words of the verdict lead to all of it."""
        event.stop()
        if event.y:
            self.post_message(self.Clicked())
