"""The ladder widget: participants stay on top, the cursor moves over messages, only visible rows are painted."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from rich.segment import Segment
from textual import events
from textual.message import Message as TextualMessage
from textual.strip import Strip

from partnertui.calls.trace_model import Trace
from partnertui.kit.declare.actions import Services
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport
from partnertui.ladder.column_positions import Grid, fit, towards
from partnertui.ladder.ladder_rows import layout
from partnertui.ladder.lines import heading, render_row
from partnertui.ladder.model import Ladder, Options, Row, RowKind
from partnertui.ladder.time_column import Clock, time_width, times_of

HEAD = 2
NOTHING = Ladder((), (), 0)


class LadderViewport(Viewport):
    """The rows of a ladder; the cursor stops on messages and streams."""

    lead = 1  # the row above the cursor stays in view

    def __init__(self) -> None:
        self.ladder = NOTHING

    def count(self) -> int:
        """Rows of the ladder."""
        return len(self.ladder.rows)

    def selectable(self, index: int) -> bool:
        """Whether the row is a message or a stream."""
        return self.ladder.rows[index].stops

    def follow(self, height: int) -> bool:
        """Scrolls the cursor's row into view, with the SDP lines below it. True if the view scrolled."""
        rows, last = self.ladder.rows, self.cursor
        while last + 1 < len(rows) and rows[last + 1].kind == RowKind.SDP:
            last += 1
        before = self.top
        if self.cursor >= self.top and last >= self.top + height:
            top = max(last - height + 1, self.top + height // 2)
            self.top = max(0, min(top, self.cursor, self.last_top(height)))
        else:
            super().follow(height)
        return self.top != before

    def scroll(self, by: int, height: int) -> bool:
        """Moves the view; the cursor stays on its row, in view or not. True if the view moved."""
        top = max(0, min(self.top + by, self.last_top(height)))
        scrolled, self.top = top != self.top, top
        return scrolled


class LadderWidget(ScrollWidget):
    """Shows one trace; `first_column` is the leftmost participant if not all fit."""

    first_line = HEAD

    DEFAULT_CSS = "LadderWidget { width: 1fr; height: 1fr; }"

    class Moved(TextualMessage):
        """The cursor moved to another row."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services, self.palette = services, services.palette
        self.symbols = services.symbols
        self.rows = LadderViewport()
        self.clock = Clock.SINCE_START
        self.first_column = 0
        self.marked: int | None = None
        """Index of the message that others are compared with."""
        self.notice: tuple[tuple[str, str], ...] = ()
        self._times: list[str] = []
        self._grid: Grid | None = None
        self._lines: dict[tuple[int, str, bool], Strip] = {}

    @property
    def viewport(self) -> LadderViewport:
        """The rows, with their cursor."""
        return self.rows

    @property
    def ladder(self) -> Ladder:
        """What is shown."""
        return self.rows.ladder

    @property
    def cursor(self) -> int:
        """The row with the cursor."""
        return self.rows.cursor

    # what is shown

    def show(self, trace: Trace, names: Mapping[str, str], options: Options) -> None:
        """Show a trace; the cursor stays on its message, or moves to the nearest one after it."""
        row = self.row
        self.rows.ladder = layout(trace, names, options)
        self.rows.cursor = self._nearest(row)
        self.notice = ()
        self.set_clock(self.clock)
        self.follow()

    @property
    def at_end(self) -> bool:
        """True if the cursor is on the last row it can reach."""
        return self.cursor == self._stop(len(self.ladder.rows) - 1, -1)

    def _nearest(self, old: Row | None) -> int:
        rows = self.ladder.rows
        if old is None:
            return self._stop(0, 1)
        if old.kind == RowKind.MESSAGE and old.index in self.ladder.rows_of:
            return self.ladder.rows_of[old.index]
        after = next((n for n, row in enumerate(rows) if row.stops and row.time_us >= old.time_us), len(rows) - 1)
        return self._stop(max(0, after), -1)

    def _stop(self, number: int, step: int) -> int:
        """The next row the cursor can be on."""
        rows = self.ladder.rows
        while 0 <= number < len(rows) and not rows[number].stops:
            number += step
        return max(0, min(number, len(rows) - 1))

    def set_clock(self, clock: Clock) -> None:
        """Show other times."""
        self.clock = clock
        self._times = times_of(self.ladder, clock)
        self.repaint()

    def show_notice(self, *lines: tuple[str, str]) -> None:
        """Show text instead of rows: pairs of text and colour role."""
        self.rows.ladder, self._times, self.notice = NOTHING, [], lines
        self.repaint()

    def repaint(self) -> None:
        """Discard painted lines and repaint."""
        self._grid = None
        self._lines.clear()
        self.refresh()

    @property
    def grid(self) -> Grid:
        """The current columns."""
        if self._grid is None or self._grid.width != self.size.width:
            self._lines.clear()
            width = time_width(self._times)
            self._grid = fit(len(self.ladder.participants), self.size.width, width, self.first_column)
            self.first_column = self._grid.first
        return self._grid

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        rows = self.ladder.rows
        return rows[self.cursor] if self.cursor < len(rows) and rows[self.cursor].stops else None

    # painting

    def render_line(self, y: int) -> Strip:
        """Participants, a row, or the notice if there are none."""
        if not self.size.width:
            return Strip([])
        if not self.ladder.rows:
            return self._notice_line(y - 1)
        if y < HEAD:
            return self._strip(
                heading(self.grid, self.ladder.participants, self.symbols, self.clock.value)[y], "header"
            )
        number = self.rows.top + y - HEAD
        if number < len(self.ladder.rows):
            return self._row_line(number)
        return Strip.blank(self.size.width, self.palette.style("text"))

    def _notice_line(self, index: int) -> Strip:
        width = max(20, self.size.width - 4)
        lines = [(part, role) for text, role in self.notice for part in wrap(text, width)]
        text, role = lines[index] if 0 <= index < len(lines) else ("", "")
        return self._strip([(f"  {text}", role)], "text")

    def _row_line(self, number: int) -> Strip:
        row = self.ladder.rows[number]
        marked = row.kind == RowKind.MESSAGE and row.index == self.marked
        under = "mark" if marked else "text"
        if number == self.cursor and row.stops:
            under = "cursor" if self.has_focus else "cursor-blurred"
        key = (number, under, marked)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) > 2000:
                self._lines.clear()
            pieces = render_row(self.grid, row, self._times[number], self.symbols)
            if marked:
                pieces[0] = (pieces[0][0][:1] + self.services.symbols.cursor, "mark")
            # As in tables: two rows change at a cursor step, and every colour in them is 20 bytes.
            if under == "cursor":
                pieces = [("".join(text for text, _ in pieces), "cursor")]
            line = self._lines[key] = self._strip(pieces, under)
        return line

    def _strip(self, pieces: list[tuple[str, str]], under: str) -> Strip:
        segments = [Segment(text, self.palette.style(role, under)) for text, role in pieces]
        return Strip(segments).adjust_cell_length(self.size.width, self.palette.style("", under))

    # moving

    def cursor_moved(self, before: int, scrolled: bool) -> None:
        """Shows the cursor's row with both ends of its arrow."""
        if self.fit_columns():
            self.repaint()
        else:
            super().cursor_moved(before, scrolled)
        self.post_message(self.Moved())

    def fit_columns(self) -> bool:
        """Scrolls sideways until both ends of the cursor's arrow are in view; True if that was needed."""
        row = self.row
        if row is None or not self.size.width:
            return False
        first = towards(self.grid, row.source, row.target)
        moved, self.first_column = first != self.first_column, first
        return moved

    def follow(self) -> None:
        """Brings the cursor's row into view."""
        scrolled = self.rows.follow(self.visible_lines)
        if self.fit_columns():
            self.repaint()
        elif scrolled:
            self.refresh()

    def sideways(self, by: int) -> None:
        """Scroll to columns that don't fit."""
        old = self.first_column
        self.first_column = max(0, self.first_column + by)
        self._grid = None
        if self.grid.first != old:
            self.repaint()

    # mouse

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click opens the message, a right click the menu."""
        event.stop()
        number = self.rows.top + event.y - HEAD
        if event.y < HEAD or number >= len(self.ladder.rows):
            return
        self.go(self._stop(number, -1))
        if event.button == 3:
            self.services.run_by_id("app.actions")
        elif event.chain == 2:
            self.services.run_by_id("trace.open")

    def on_resize(self) -> None:
        """Keep the cursor's row visible; columns are fitted when painted."""
        self.follow()
