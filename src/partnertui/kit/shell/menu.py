"""The menu at the left: screens by group; folds away on a narrow terminal."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import key_words
from partnertui.kit.declare.catalog import ScreenEntry
from partnertui.kit.shell.services import Services
from partnertui.kit.widgets.table.paint import fit

WIDTH = 22


class Menu(Widget, can_focus=True):
    """One line a screen. The arrows move, Enter opens."""

    DEFAULT_CSS = """
    Menu { width: 22; height: 1fr; }
    """

    class Chosen(Message):
        """A screen was chosen."""

        def __init__(self, screen: str) -> None:
            super().__init__()
            self.chosen = screen

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.cursor = 0
        self.top = 0
        self.lines: list[ScreenEntry | str] = []

    def on_mount(self) -> None:
        """Lists the screens."""
        self.list_screens()

    def list_screens(self) -> None:
        """Lists the screens that the operator may see; headings go where there is no room for them."""
        role = self.services.operator.role if self.services.operator else None
        visible = self.services.catalog.visible(role)
        groups = self.services.catalog.groups()
        lines: list[ScreenEntry | str] = []
        for group, screens in groups.items():
            shown: list[ScreenEntry | str] = [
                listed for listed in screens if listed.id in visible and listed.entry.menu
            ]
            if shown:
                lines += [group, *shown]
        if self.size.height and len(lines) > self.size.height:
            lines = [line for line in lines if not isinstance(line, str)]
        self.lines = lines
        self.refresh()

    def on_resize(self) -> None:
        """Headings come and go with the height."""
        self.list_screens()

    def render_line(self, y: int) -> Strip:
        """A heading or a screen."""
        palette, width, index = self.services.palette, self.size.width, self.top + y
        blank = palette.style("", "menu")
        if index >= len(self.lines):
            return Strip.blank(width, blank)
        line = self.lines[index]
        if isinstance(line, str):
            return Strip([Segment(f" {line.upper()}", palette.style("muted", "menu"))]).adjust_cell_length(width, blank)
        location = self.services.view_stack.location
        current = location is not None and location.screen == line.id
        goes_on = y == self.size.height - 1 and index + 1 < len(self.lines)
        under = "cursor" if self.has_focus and index == self.cursor else "menu-current" if current else "menu"
        key = key_words(line.entry.key)
        text = fit(f"  {line.entry.title}", width - 3, "left", self.services.symbols.cut)
        style = palette.style("", under)
        return Strip(
            [
                Segment(text, style),
                Segment(
                    f"{key:>2}{self.services.symbols.down if goes_on else ' '}",
                    palette.style("muted" if under == "menu" else "", under),
                ),
            ]
        )

    def move(self, by: int) -> None:
        """Moves over screens, past headings."""
        place = self.cursor + by
        while 0 <= place < len(self.lines) and isinstance(self.lines[place], str):
            place += 1 if by > 0 else -1
        if 0 <= place < len(self.lines):
            self.cursor = place
        self.top = max(min(self.top, max(0, self.cursor - 1)), self.cursor - self.size.height + 1)
        self.refresh()

    def on_focus(self) -> None:
        """The cursor starts on the screen in front."""
        location = self.services.view_stack.location
        for index, line in enumerate(self.lines):
            if isinstance(line, ScreenEntry) and (location is None or line.id == location.screen):
                self.cursor = index
                break
        self.refresh()

    def on_blur(self) -> None:
        """Takes the cursor away."""
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Arrows, Enter; right goes back to the stage."""
        moves = {"up": -1, "down": 1}
        if event.key in moves:
            self.move(moves[event.key])
        elif event.key == "enter":
            self._choose(self.cursor)
        elif event.key in {"right", "escape", "tab"} and self.services.view_stack.view is not None:
            self.services.view_stack.view.focus_main()
        else:
            return
        event.stop()
        event.prevent_default()

    def _choose(self, index: int) -> None:
        line = self.lines[index] if index < len(self.lines) else ""
        if isinstance(line, ScreenEntry):
            self.post_message(self.Chosen(line.id))

    def on_click(self, event: events.Click) -> None:
        """A click opens."""
        self._choose(self.top + event.y)

    def on_mouse_scroll_down(self, event: Any) -> None:
        """The wheel scrolls."""
        self.top = max(0, min(self.top + 1, len(self.lines) - self.size.height))
        self.refresh()

    def on_mouse_scroll_up(self, event: Any) -> None:
        """The wheel scrolls."""
        self.top = max(0, self.top - 1)
        self.refresh()
