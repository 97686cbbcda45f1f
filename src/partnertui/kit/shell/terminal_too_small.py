"""The screen that covers everything while the terminal is too small."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.terminal import LEAST

if TYPE_CHECKING:
    from partnertui.kit.shell.services import AppServices


class TooSmall(Widget):
    """Covers everything while the terminal is too small, and says how large it must be."""

    DEFAULT_CSS = """
    TooSmall { layer: over; width: 100%; height: 100%; display: none; }
    """

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services

    def render_line(self, y: int) -> Strip:
        """Two sentences in the middle, on as many lines as they need."""
        size, palette = self.app.size, self.services.palette
        sentences = (
            f"This terminal is {size.width}x{size.height}; partnertui needs {LEAST[0]}x{LEAST[1]}.",
            self.services.keymap.fill("Enlarge it, or reduce the font size. {key:app.quit} quits."),
        )
        lines = [line for sentence in sentences for line in textwrap.wrap(sentence, max(size.width, 1))]
        at = y - max(0, (size.height - len(lines) + 1) // 2)
        text = (lines[at] if 0 <= at < len(lines) else "").center(size.width)
        return Strip([Segment(text, palette.style("warn"))])
