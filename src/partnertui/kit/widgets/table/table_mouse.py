"""What the mouse does on a table: rows, headings, column edges, wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from partnertui.kit.widgets.table.row_table import RowTable

if TYPE_CHECKING:
    from textual import events

    from partnertui.kit.declare.kinds import Row


class Table(RowTable):
    """A table that takes the mouse, too."""

    DEFAULT_CSS = ""

    class Opened(Message):
        """A row was opened: double click."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Menu(Message):
        """The context menu was asked for: right click, or a click on an ID."""

    class Heading(Message):
        """A heading was clicked: to sort, or on its arrow to filter."""

        def __init__(self, column: str, arrow: bool) -> None:
            super().__init__()
            self.column, self.arrow = column, arrow

    _dragged: tuple[str, int] | None = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes hold of a column's edge in the heading."""
        slot = self.arrangement.at(event.x) if event.y == 0 else None
        if slot is not None and event.x >= slot.end:
            self._dragged = (slot.column.name, event.screen_x)
            # Without it a button released beside the heading is never heard, and the drag goes on.
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drags the column's edge."""
        if self._dragged is not None:
            name, start = self._dragged
            if event.screen_x != start:
                self._dragged = (name, event.screen_x)
                self.resize_column(event.screen_x - start, name)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Lets the column's edge go."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Rows: cursor, mark (ctrl), menu, open. Headings: sort, filter."""
        event.stop()
        slot = self.arrangement.at(event.x)
        if event.y == 0:
            if slot is not None and event.x < slot.end:
                arrow = event.x >= slot.end - 1 or event.button == 3
                self.post_message(self.Heading(slot.column.name, arrow))
            return
        index = self.window.top + event.y - 1
        if index >= len(self.window.rows):
            return
        self.go(index)
        if event.ctrl:
            self.mark()
        elif event.button == 3 or (slot is not None and slot.column.name == "id" and event.chain == 1):
            self.post_message(self.Menu())
        elif event.chain == 2 and self.window.row is not None:
            self.post_message(self.Opened(self.window.row))
