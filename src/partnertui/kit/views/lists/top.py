"""The line above a list: title or tabs with their counts, and where the cursor is."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.symbols import Symbols
from partnertui.kit.theme import Palette


class TopLine(Widget):
    """Title, tabs with counts at the left; row number, count and state at the right."""

    DEFAULT_CSS = "TopLine { height: 1; width: 1fr; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: int) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, palette: Palette, symbols: Symbols, title: str, **names: Any) -> None:
        super().__init__(**names)
        self.palette, self.symbols, self.title = palette, symbols, title
        self.tabs: tuple[str, ...] = ()
        self.counts: tuple[str, ...] = ()
        self.tab = 0
        self.right: tuple[str, str] = ("", "muted")

    def show(self, **changes: Any) -> None:
        """Changes title, tabs, counts or tab; paints only what differs."""
        if any(getattr(self, name) != value for name, value in changes.items()):
            for name, value in changes.items():
                setattr(self, name, value)
            self.refresh()

    def say(self, text: str, role: str = "muted") -> None:
        """Sets the words at the right."""
        if (text, role) != self.right:
            old, self.right = self.right, (text, role)
            wide = min(self.size.width, max(cell_len(old[0]), cell_len(text)) + 1)
            self.refresh(Region(self.size.width - wide, 0, wide, 1))

    def pieces(self) -> list[tuple[str, str, int]]:
        """Text, role and tab (-1 for none) of what stands at the left."""
        pieces = [(f" {self.title} ", "title", -1)]
        narrow = self.size.width < 90 and sum(len(name) + 9 for name in self.tabs) > self.size.width // 2
        for place, name in enumerate(self.tabs):
            count = self.counts[place] if place < len(self.counts) and not narrow else ""
            role = "menu-current" if place == self.tab else "muted"
            pieces += [(f" {name}{' ' + count if count else ''} ", role, place)]
        return pieces

    def render_line(self, y: int) -> Strip:
        """The whole line."""
        width = self.size.width
        text, role = self.right
        right = f"{text} "
        segments = [Segment(piece, self.palette.style(look)) for piece, look, _ in self.pieces()]
        room = max(0, width - cell_len(right))
        left = Strip(segments).adjust_cell_length(room, self.palette.style("text"))
        return Strip([*left, Segment(right, self.palette.style(role))]).adjust_cell_length(
            width, self.palette.style("text")
        )

    def on_click(self, event: events.Click) -> None:
        """Chooses the tab under the mouse."""
        x = 0
        for text, _, tab in self.pieces():
            if x <= event.x < x + cell_len(text) and tab >= 0:
                self.post_message(self.Chosen(tab))
            x += cell_len(text)
