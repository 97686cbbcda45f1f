"""The lines below a form's fields: help, a preview or warning, or the error."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services


class FormStatus(Widget):
    """A blank line, then two lines of text; three lines where they need the room."""

    DEFAULT_CSS = "FormStatus { height: 3; width: 1fr; dock: bottom; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.help = self.preview = self.warning = ""
        self.message: tuple[str, str] = ("", "")

    def show_message(self, text: str, role: str = "") -> None:
        """Shows a sentence instead of the help; "" shows the help again."""
        if self.message != (text, role):
            self.message = (text, role)
            self.refresh()

    def _lines(self, width: int) -> list[tuple[str, str]]:
        if self.message[0]:
            return [
                (line, self.message[1]) for line in textwrap.wrap(one_line(self.message[0], 500), max(20, width - 1))
            ]
        room = max(20, width - 1)
        text, role = (self.warning, "warn") if self.warning else (self.preview, "info")
        first, *rest = textwrap.wrap(one_line(text, 500), room) or [""]
        found = [(first, role)] if first else []
        if rest:
            found.append((fit(" ".join(rest), room, "left", self.services.symbols.cut).rstrip(), role))
        return found + [(line, "muted") for line in textwrap.wrap(one_line(self.help, 500), room)]

    def render_line(self, y: int) -> Strip:
        """Text, below one blank line where there is room for one."""
        palette, width = self.services.palette, self.size.width
        lines = self._lines(width)
        index = y - (len(lines) < self.size.height)
        text, role = lines[index] if 0 <= index < len(lines) else ("", "")
        return Strip([Segment(f" {one_line(text)}", palette.style(role))]).adjust_cell_length(
            width, palette.style("text")
        )
