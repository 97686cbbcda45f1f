"""A dialog for text that must not be wrapped, such as a ladder; scrolls horizontally."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services

STEP = 20
"""Cells that a key shifts the text by."""


class ShiftedLines(LineView):
    """Lines of any length, of which a part is in view."""

    def __init__(self, services: Services, text: str) -> None:
        super().__init__(services, one_side=True)
        self.texts = block(text, len(text) + 1).expandtabs(8).split("\n")
        self.widest = max(map(cell_len, self.texts), default=0)
        self.shift = 0

    def sideways(self, by: int) -> None:
        """Shifts the text; the last column stays in view."""
        self.shift = max(0, min(self.shift + by * STEP, self.widest - self.full_width))
        self.show(self.part())

    def part(self) -> list[Line]:
        """The part that is in view."""
        return [self._line(text) for text in self.texts]

    def _line(self, text: str) -> Line:
        if not text:
            return BLANK
        shown = text[self.shift :] if text.isascii() else _behind(text, self.shift)
        return Line(((set_cell_size(shown, self.full_width), ""),), copy=text)


class WideTextDialog(LinesDialog):
    """A text as it is; left and right shift it where it is wider than the dialog."""

    DEFAULT_CSS = "WideTextDialog > Vertical { width: 100%; max-width: 100%; height: 90%; }"

    def __init__(self, services: Services, heading: str, text: str) -> None:
        shifted = ShiftedLines(services, text)
        super().__init__(services, heading, lambda width: shifted.part())
        self.body = shifted


def _behind(text: str, cells: int) -> str:
    """The text from a column on."""
    for index, char in enumerate(text):
        if cells <= 0:
            return text[index:]
        cells -= cell_len(char)
    return ""
