"""The tabs of a dialog on one line; a tab with an error on it is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from textual import events

    from partnertui.kit.declare.actions import Services


class TabBar(Widget):
    """One line. The dialog handles the keys; a click goes to a tab."""

    DEFAULT_CSS = "TabBar { height: 1; width: 1fr; margin-bottom: 1; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.chosen = tab

    def __init__(self, services: Services, tabs: tuple[str, ...]) -> None:
        super().__init__()
        self.services, self.tabs = services, tabs
        self.current = tabs[0] if tabs else ""
        self.bad: frozenset[str] = frozenset()

    def show(self, current: str, bad: frozenset[str]) -> None:
        """Marks the current tab and those with an error."""
        if (current, bad) != (self.current, self.bad):
            self.current, self.bad = current, bad
            self.refresh()

    def _labels(self) -> list[tuple[str, str]]:
        """Tab and label; if they don't fit, all but the current one are cut, visibly, to a word or a few letters."""
        full = [(tab, f" {one_line(tab)}{self._sign(tab)} ") for tab in self.tabs]
        if self._fits(full):
            return full
        words = [
            (tab, label if tab == self.current else f" {self._first_word(tab)}{self._sign(tab)} ")
            for tab, label in full
        ]
        if self._fits(words):
            return words
        own = next((cell_len(label) for tab, label in full if tab == self.current), 0)
        room = max(1, (self.size.width - own - 1) // max(1, len(full) - 1) - 3)

        def short(tab: str) -> str:
            sign = "!" if tab in self.bad else ""
            return f" {fit(one_line(tab), room - len(sign), 'left', self.services.symbols.cut).rstrip()}{sign} "

        return [(tab, label if tab == self.current else short(tab)) for tab, label in full]

    def _first_word(self, tab: str) -> str:
        first, *rest = one_line(tab).split()
        return f" {first}{self.services.symbols.cut * bool(rest)}{self._sign(tab)} "

    def _fits(self, labels: list[tuple[str, str]]) -> bool:
        return sum(cell_len(label) + 1 for _, label in labels) <= self.size.width + 1

    def _sign(self, tab: str) -> str:
        return " !" if tab in self.bad else ""

    def render_line(self, y: int) -> Strip:
        """All tabs."""
        palette = self.services.palette
        segments: list[Segment] = []
        for tab, label in self._labels():
            under = "cursor" if tab == self.current else "header"
            role = "" if tab == self.current else "bad" if tab in self.bad else "header"
            segments += [Segment(label, palette.style(role, under)), Segment(" ", palette.style("text"))]
        return Strip(segments).adjust_cell_length(self.size.width, palette.style("text"))

    def on_click(self, event: events.Click) -> None:
        """Goes to the tab."""
        x = 0
        for tab, label in self._labels():
            if x <= event.x < x + cell_len(label):
                self.post_message(self.Chosen(tab))
            x += cell_len(label) + 1
