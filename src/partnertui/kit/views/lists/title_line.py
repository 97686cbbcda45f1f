"""The line above a list: title or tabs with their counts, and where the cursor is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

    from partnertui.domain.symbols import Symbols
    from partnertui.kit.theme import Palette


def _thousands(match: re.Match[str]) -> str:
    whole, tenth = match.groups()
    return f"{whole}k" if len(whole) > 1 else f"{whole}.{tenth}k"


class TopLine(Widget):
    """Title, tabs with counts at the left; row number, count and state at the right."""

    DEFAULT_CSS = "TopLine { height: 1; width: 1fr; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: int) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, palette: Palette, symbols: Symbols, title: str) -> None:
        super().__init__()
        self.palette, self.symbols, self.title = palette, symbols, title
        self.tabs: tuple[str, ...] = ()
        self.counts: tuple[str, ...] = ()
        self.tab = 0
        self.right: tuple[str, str] = ("", "muted")

    def show(
        self,
        *,
        title: str | None = None,
        tabs: tuple[str, ...] | None = None,
        counts: tuple[str, ...] | None = None,
        tab: int | None = None,
    ) -> None:
        """Changes title, tabs, counts or the current tab; None keeps one. Repaints only if something differs."""
        before = (self.title, self.tabs, self.counts, self.tab)
        self.title = self.title if title is None else title
        self.tabs = self.tabs if tabs is None else tabs
        self.counts = self.counts if counts is None else counts
        self.tab = self.tab if tab is None else tab
        if (self.title, self.tabs, self.counts, self.tab) != before:
            self.refresh()

    def show_status(self, text: str, role: str = "muted") -> None:
        """Sets the text at the right."""
        if (text, role) != self.right:
            before, old = self.pieces(), self.right[0]
            self.right = (text, role)
            if self.pieces() != before:
                self.refresh()
                return
            # Most cursor steps change these cells alone; all of the line would be sent to the terminal again otherwise.
            wide = min(self.size.width, max(cell_len(old), cell_len(text)) + 1)
            self.refresh(Region(self.size.width - wide, 0, wide, 1))

    def pieces(self) -> list[tuple[str, str, int]]:
        """Text, role and tab (-1 for none) of the pieces at the left: closer together where it is narrow."""
        room = self.size.width - cell_len(self.right[0]) - 1
        for counts, gap, title in ((self.counts, " ", True), (self._short, " ", True), (self._short, "", True)):
            pieces = self._pieces(counts, gap, title)
            if sum(cell_len(text) for text, _, _ in pieces) <= room:
                return pieces
        return self._pieces(self._short, "", not self.tabs)  # a long title is cut; one with tabs makes room for them

    def _pieces(self, counts: tuple[str, ...], gap: str, title: bool) -> list[tuple[str, str, int]]:
        pieces = [(f" {self.title} ", "title", -1)] if title else []
        for index, name in enumerate(self.tabs):
            count = f" {counts[index]}" if index < len(counts) and counts[index] else ""
            role = "menu-current" if index == self.tab else "muted"
            pieces.append((f"{gap}{name}{count} ", role, index))
        return pieces

    @property
    def _short(self) -> tuple[str, ...]:
        """The counts with thousands as k."""
        return tuple(re.sub(r"(\d+),(\d)\d\d\b", _thousands, count) for count in self.counts)

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
