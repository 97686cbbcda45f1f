"""The table as a widget: paints the window of rows and moves the cursor."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from partnertui.domain.symbols import UNICODE, Symbols
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.column_layout import WIDEST, Arrangement, arrange, by_priority
from partnertui.kit.widgets.table.painter import Heading, Painter
from partnertui.kit.widgets.table.row_window import Window
from partnertui.kit.widgets.viewport import ScrollWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Column
    from partnertui.kit.theme import Palette

MARGIN = 60
"""Rows from the window's end at which more are requested."""


def _cells(text: str) -> int:
    # ASCII needs no measuring of cells, and nearly every cell is ASCII
    return len(text) if text.isascii() else cell_len(text)


# Not Textual's DataTable: that needs 17 s for 100,000 rows (docs/architecture.md).
class RowTable(ScrollWidget):
    """Rows of a list of any length. The first line is the heading."""

    first_line = 1
    DEFAULT_CSS = "RowTable { width: 1fr; height: 1fr; }"

    class Moved(Message):
        """The cursor is on another row, or the view scrolled."""

    class Short(Message):
        """The end of the window is near: rows are needed in that direction (-1 before, 1 after)."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    def __init__(self, palette: Palette, symbols: Symbols = UNICODE) -> None:
        super().__init__()
        self.palette, self.symbols = palette, symbols
        self.window = Window()
        self.columns: tuple[Column, ...] = ()
        """As they are placed: what does not fit comes last."""
        self._declared: tuple[Column, ...] = ()
        self._by_priority = True
        self._fitting = 0
        self.widths: dict[str, int] = {}
        self.heading = Heading("", False, frozenset(), "")
        self.row_role: Callable[[Row], str] = lambda row: ""
        self.message_lines: tuple[tuple[str, str], ...] = ()
        self._message: tuple[tuple[str, str], ...] = ()
        self.skip = 0
        self.current = 0
        self._needs: dict[str, int] = {}
        self._painter: Painter | None = None
        self._lines: dict[tuple[Hashable, str, bool], Strip] = {}

    # what is shown

    def set_columns(
        self, columns: Sequence[Column], row_role: Callable[[Row], str], *, by_priority: bool = True
    ) -> None:
        """Takes the columns to show, in order; the first stays while the others scroll.

        by_priority: those of low priority give way where it is narrow; False keeps the order as it is.
        """
        column = self.column
        self.columns = self._declared = tuple(columns)
        self.row_role, self._by_priority = row_role, by_priority
        self.current = self._index(column)
        self.skip = 0
        self.repaint()

    def _index(self, column: Column | None) -> int:
        """Where a column is now; the first one if it is gone."""
        return self.columns.index(column) if column in self.columns else 0

    def _order(self) -> None:
        """Decides which columns come first at this width; not while others are scrolled out."""
        if not self._by_priority:
            self._fitting = 0
        elif not self.skip:
            column = self.column
            self.columns, self._fitting = by_priority(
                self._declared, self.size.width, widths=self.widths, needs=self._needs
            )
            self.current = self._index(column)

    def repaint(self, *, measure: bool = True, grow: bool = False) -> None:
        """Drops painted lines and repaints with widths for the current rows; `grow` makes no column narrower."""
        if grow:
            known = self._needs
            self._needs = {name: max(cells, known.get(name, 0)) for name, cells in self._measure().items()}
        elif measure:
            self._needs = self._measure()
        self._painter = None
        self._lines.clear()
        self.refresh()

    def show_message(self, *lines: tuple[str, str]) -> None:
        """Shows text instead of rows: pairs of text and colour role."""
        self._message = lines
        self._wrap()

    def _wrap(self) -> None:
        """Wraps the message to the current width; it may be set before there is one."""
        width = max(20, self.size.width - 4)
        self.message_lines = tuple((part, role) for text, role in self._message for part in wrap(text, width))
        self.refresh()

    def _measure(self) -> dict[str, int]:
        needs: dict[str, int] = {}
        for column in self.columns:
            # The first rows alone: a longer value further down widens its column when it is painted (`_widen`).
            texts = (one_line(column.kind.text(row.get(column.name), row)) for row in self.window.rows[:100])
            needs[column.name] = min(WIDEST, max(map(_cells, texts), default=column.cells))
        return needs

    @property
    def painter(self) -> Painter:
        """The painter for the current size and columns."""
        if self._painter is None:
            self._order()
            arrangement = arrange(
                self.columns,
                self.size.width,
                skip=self.skip,
                fitting=self._fitting,
                widths=self.widths,
                needs=self._needs,
            )
            self._painter = Painter(self.palette, self.symbols, arrangement, self.size.width, self.row_role)
            self.skip = arrangement.left
        return self._painter

    @property
    def arrangement(self) -> Arrangement:
        """The columns on the screen."""
        return self.painter.arrangement

    @property
    def column(self) -> Column | None:
        """The current column, which filtering, sorting and copying work on."""
        return self.columns[self.current] if self.columns else None

    # painting

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or the message if there are no rows."""
        if not self.size.width:
            return Strip([])
        if y == 0:
            return self.painter.heading(self.heading)
        index = self.window.top + y - 1
        if index < len(self.window.rows):
            return self._row_line(index)
        index = y - 1 - len(self.window.rows)
        if not self.window.rows and 1 <= index <= len(self.message_lines):
            return self.painter.message(*self.message_lines[index - 1])
        return Strip.blank(self.size.width, self.palette.style("text"))

    def _row_line(self, index: int) -> Strip:
        row = self.window.rows[index]
        marked = row["id"] in self.window.marks
        under = "mark" if marked else "text"
        if index == self.window.cursor:
            under = "cursor" if self.has_focus else "cursor-blurred"
        key = (row["id"], under, marked)
        line = self._lines.get(key)
        if line is None:
            # Cleared whole: what is in view is painted again in one frame, and no order of use has to be kept.
            if len(self._lines) > 2000:
                self._lines.clear()
            line = self._lines[key] = self.painter.row(row, under, marked)
            if self.painter.cut:
                self._widen(self.painter.cut)
        return line

    def _widen(self, cut: dict[str, int]) -> None:
        """Gives columns the cells that a row not measured before needs, after this paint."""
        wanted = {name: min(WIDEST, cells) for name, cells in cut.items() if name not in self.widths}
        cut.clear()
        if any(cells > self._needs.get(name, 0) for name, cells in wanted.items()):
            self._needs |= {name: max(cells, self._needs.get(name, 0)) for name, cells in wanted.items()}
            # Not at once: this runs inside a paint, and repaint() drops the painter and the lines that it is using.
            self.call_after_refresh(self.repaint, measure=False)

    def tick(self) -> None:
        """Repaints the cells that change with the clock."""
        slots = [slot for slot in self.arrangement.slots if slot.column.kind.live]
        if slots and self.window.rows:
            self._lines.clear()
            shown = min(self.visible_lines, len(self.window.rows) - self.window.top)
            self.refresh(*(Region(slot.x, 1, slot.width, shown) for slot in slots))

    def on_resize(self) -> None:
        """Fits columns to the new width and keeps the cursor in view."""
        self._painter = None
        self._lines.clear()
        self._wrap()
        self.window.follow(self.visible_lines)
        self._ask()

    # moving

    @property
    def viewport(self) -> Window:
        """The rows, with their cursor."""
        return self.window

    def cursor_moved(self, before: int, scrolled: bool) -> None:
        """Repaints what changed, and asks for more rows near either end."""
        super().cursor_moved(before, scrolled)
        self._ask()
        self.post_message(self.Moved())

    def _ask(self) -> None:
        window = self.window
        if window.more_after and window.top + self.visible_lines + MARGIN >= len(window.rows):
            self.post_message(self.Short(1))
        elif window.more_before and window.top < MARGIN:
            self.post_message(self.Short(-1))

    def mark(self) -> None:
        """Marks the row under the cursor and goes to the next one."""
        self.window.toggle()
        self.refresh_line(self.window.cursor)
        self.move(1)

    def unmark(self) -> None:
        """Removes all marks."""
        self.window.marks.clear()
        self.refresh()

    def sideways(self, by: int) -> None:
        """Makes the next column to the left or right the current one, scrolling it into view."""
        if not self.columns:
            return
        self.current = max(0, min(len(self.columns) - 1, self.current + by))
        shown = {slot.column.name for slot in self.arrangement.slots}
        skip = self.skip
        for _ in self.columns:  # bounded: before the first layout, or where nothing fits, no column is ever shown
            if not self.current or self.columns[self.current].name in shown:
                break
            self.skip += 1 if self.current > self.skip else -1
            self._painter = None
            shown = {slot.column.name for slot in self.arrangement.slots}
        if self.current <= 1 and self.skip:
            self.skip, self._painter = 0, None
        self.show_heading(current=self.columns[self.current].name)
        if skip != self.skip:
            self.repaint(measure=False)

    def show_heading(
        self,
        *,
        current: str | None = None,
        sort: str | None = None,
        descending: bool | None = None,
        filtered: frozenset[str] | None = None,
    ) -> None:
        """Changes what the heading line shows; None keeps it."""
        old = self.heading
        self.heading = Heading(
            old.sort if sort is None else sort,
            old.descending if descending is None else descending,
            old.filtered if filtered is None else filtered,
            old.current if current is None else current,
        )
        self.refresh(Region(0, 0, self.size.width, 1))

    def resize_column(self, by: int, name: str = "") -> None:
        """Makes a column (the current one) wider or narrower by cells."""
        name = name or self.heading.current
        shown = {slot.column.name: slot.width for slot in self.arrangement.slots}
        column = next((column for column in self.columns if column.name == name), None)
        if column is not None:
            width = self.widths.get(name) or shown.get(name) or column.cells
            self.widths[name] = max(4, min(200, width + by))
            self.repaint(measure=False)
