"""The widget above the ladder: title, status, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import Services
from partnertui.kit.widgets.table.painter import fit

Run = tuple[str, str]
"""Text and its colour role."""


@dataclass(frozen=True)
class HeaderContent:
    """The title, the status at its right, and the lines below."""

    title: tuple[Run, ...] = ()
    status: Run = ("", "muted")
    lines: tuple[Run, ...] = ()


class TraceHeader(Widget):
    """A title with a status at its right, then lines of text; as high as it needs to be."""

    DEFAULT_CSS = "TraceHeader { height: 1; width: 1fr; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.content = HeaderContent()

    def show(self, content: HeaderContent) -> None:
        """Show other content; repaints only if it differs."""
        if content != self.content:
            if len(content.lines) != len(self.content.lines):
                self.styles.height = 1 + len(content.lines)
            self.content = content
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The title, or one of the lines."""
        palette, width, content = self.services.palette, self.size.width, self.content
        if y:
            text, role = content.lines[y - 1] if y <= len(content.lines) else ("", "")
            return Strip([Segment(f" {text}", palette.style(role))]).adjust_cell_length(width, palette.style("text"))
        status = f" {content.status[0]} " if content.status[0] else ""
        room = max(0, width - cell_len(status))
        segments = [Segment(" ", palette.style("text"))]
        left = room - 1
        for text, role in content.title:
            shown = text if cell_len(text) <= left else fit(text, max(0, left), "left", self.services.symbols.cut)
            segments.append(Segment(shown, palette.style(role)))
            left -= cell_len(shown)
            if left <= 0:
                break
        strip = Strip(segments).adjust_cell_length(room, palette.style("text"))
        return Strip([*strip, Segment(status, palette.style(content.status[1]))]).adjust_cell_length(
            width, palette.style("text")
        )

    def on_click(self, event: events.Click) -> None:
        """A click on the verdict opens it in full."""
        event.stop()
        if event.y:
            self.services.run_by_id("trace.verdict")
