"""The lines below the fields: what saving will do, and help, or what went wrong."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_text import one_line


class FormStatus(Widget):
    """A blank line, then two lines of words."""

    DEFAULT_CSS = "FormStatus { height: 3; width: 1fr; dock: bottom; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.help = self.preview = ""
        self.said: tuple[str, str] = ("", "")

    def say(self, text: str, role: str = "") -> None:
        """Shows a sentence instead of the help; nothing shows the help again."""
        if self.said != (text, role):
            self.said = (text, role)
            self.refresh()

    def _lines(self, width: int) -> list[tuple[str, str]]:
        if self.said[0]:
            return [(line, self.said[1]) for line in textwrap.wrap(one_line(self.said[0], 500), max(20, width - 1))]
        found: list[Any] = [(self.preview, "info")] if self.preview else []
        return found + [(line, "muted") for line in textwrap.wrap(one_line(self.help, 500), max(20, width - 1))]

    def render_line(self, y: int) -> Strip:
        """Words, below one blank line."""
        palette, width = self.services.palette, self.size.width
        lines = self._lines(width)
        text, role = lines[y - 1] if 0 < y <= len(lines) else ("", "")
        return Strip([Segment(f" {one_line(text)}", palette.style(role))]).adjust_cell_length(
            width, palette.style("text")
        )
