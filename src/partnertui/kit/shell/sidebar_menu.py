"""The menu at the left: screens by group; it folds away on a narrow terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.catalog import ScreenEntry
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.widgets.dialog import move_actions, run_key
from partnertui.kit.widgets.table.painter import fit
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from partnertui.kit.shell.services import AppServices


class MenuViewport(Viewport):
    """Screens and group headings; the cursor stops on screens alone."""

    lead = 1  # the heading above the first screen of a group stays in view

    def __init__(self) -> None:
        self.lines: Sequence[ScreenEntry | str] = ()

    def count(self) -> int:
        """Screens and headings."""
        return len(self.lines)

    def selectable(self, index: int) -> bool:
        """Whether it is a screen."""
        return isinstance(self.lines[index], ScreenEntry)


class Menu(ScrollWidget):
    """One line a screen."""

    DEFAULT_CSS = "Menu { width: 22; height: 1fr; }"

    class Chosen(Message):
        """A screen was chosen."""

        def __init__(self, screen: str) -> None:
            super().__init__()
            self.screen_id = screen

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services
        self.entries = MenuViewport()
        self._shown_for: tuple[str | None, int] | None = None

    @property
    def viewport(self) -> MenuViewport:
        """Screens and headings."""
        return self.entries

    def list_screens(self) -> None:
        """Lists the screens that the operator may see, if role or height changed; headings need room for them."""
        role = self.services.operator.role if self.services.operator else None
        if (role, self.size.height) != self._shown_for:
            self._shown_for = (role, self.size.height)
            self.entries.lines = self._lines(role)
            self.entries.settle(self.visible_lines)
        self.refresh()

    def _lines(self, role: str | None) -> list[ScreenEntry | str]:
        visible = self.services.catalog.visible(role)
        lines: list[ScreenEntry | str] = []
        for group, screens in self.services.catalog.groups().items():
            shown = [screen for screen in screens if screen.id in visible and screen.entry.menu]
            if shown:
                lines += [group, *shown]
        if self.size.height and len(lines) > self.size.height:
            lines = [line for line in lines if not isinstance(line, str)]
        return lines

    def on_resize(self) -> None:
        """Headings come and go with the height."""
        self.list_screens()

    def render_line(self, y: int) -> Strip:
        """A heading or a screen."""
        palette, width, index = self.services.palette, self.size.width, self.entries.top + y
        blank = palette.style("", "menu")
        if index >= self.entries.count():
            return Strip.blank(width, blank)
        line = self.entries.lines[index]
        if isinstance(line, str):
            return Strip([Segment(f" {line.upper()}", palette.style("muted", "menu"))]).adjust_cell_length(width, blank)
        location = self.services.location()
        current = location is not None and location.screen == line.id
        more_below = y == self.size.height - 1 and index + 1 < self.entries.count()
        under = "cursor" if self.has_focus and index == self.entries.cursor else "menu-current" if current else "menu"
        key = f"{key_label(line.entry.key):>2}{self.services.symbols.down if more_below else ' '}"
        text = fit(f"  {line.entry.title}", width - 3, "left", self.services.symbols.cut)
        quiet = palette.style("muted" if under == "menu" else "", under)
        return Strip([Segment(text, palette.style("", under)), Segment(key, quiet)])

    def actions(self) -> tuple[Action, ...]:
        """Open, move, leave."""
        return MENU_ACTIONS

    def leave(self) -> None:
        """Gives the keyboard back to the view."""
        view = self.services.view_stack.view
        if view is not None:
            view.focus_main()

    def choose(self, index: int) -> None:
        """Opens a screen."""
        line = self.entries.lines[index] if index < self.entries.count() else ""
        if isinstance(line, ScreenEntry):
            self.post_message(self.Chosen(line.id))

    def on_focus(self) -> None:
        """The cursor starts on the screen in front."""
        location = self.services.location()
        for index, line in enumerate(self.entries.lines):
            if isinstance(line, ScreenEntry) and (location is None or line.id == location.screen):
                self.go(index)
                break
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """The menu's own actions come before those of the view."""
        run_key(event, MENU_ACTIONS, ActionContext(self.services, focused=self))

    def on_click(self, event: events.Click) -> None:
        """A click opens."""
        self.choose(self.entries.top + event.y)


def _menu(context: ActionContext) -> Menu:
    return context.front(Menu)


MENU_ACTIONS = (
    Action(
        "menu.open", "Open the screen", lambda c: _menu(c).choose(_menu(c).entries.cursor), ("enter",), palette=False
    ),
    *(action for action in move_actions("menu", _menu) if action.verb not in {"left", "right"}),
    Action("menu.close", "Back to the view", lambda c: _menu(c).leave(), ("escape", "right", "tab"), palette=False),
)
