"""The ladder as a widget: participants stay on top, a cursor over messages, only what is seen is painted."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message as TextualMessage
from textual.strip import Strip
from textual.widget import Widget

from partnertui.calls.model import Trace
from partnertui.kit.shell.services import Services
from partnertui.ladder.grid import Grid, fit, towards
from partnertui.ladder.layout import layout
from partnertui.ladder.lines import heading, render_row
from partnertui.ladder.model import Ladder, Options, Row, RowKind
from partnertui.ladder.symbols import ASCII, UNICODE
from partnertui.ladder.times import Clock, time_width, times_of

HEAD = 2
NOTHING = Ladder((), (), 0)


class LadderWidget(Widget, can_focus=True):
    """One trace. `cursor` is a row; `first` the leftmost column where not all fit."""

    DEFAULT_CSS = "LadderWidget { width: 1fr; height: 1fr; }"

    class Moved(TextualMessage):
        """The cursor is on another row."""

    class Opened(TextualMessage):
        """A row was opened: double click."""

    class Menu(TextualMessage):
        """The menu was asked for: right click."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services, self.palette = services, services.palette
        self.signs = ASCII if services.symbols.line == "-" else UNICODE
        self.ladder = NOTHING
        self.clock = Clock.SINCE_START
        self.cursor = self.top = self.first = 0
        self.marked: int | None = None
        """Place of the message that others are compared with."""
        self.words: tuple[tuple[str, str], ...] = ()
        self._times: list[str] = []
        self._grid: Grid | None = None
        self._lines: dict[tuple[int, str, bool], Strip] = {}

    # what is shown

    def show(self, trace: Trace, names: Mapping[str, str], options: Options) -> None:
        """Takes a trace; the cursor stays on its message, or goes to the nearest one after it."""
        row = self.row
        self.ladder = layout(trace, names, options)
        self.cursor = self._nearest(row)
        self.words = ()
        self.set_clock(self.clock)
        self.follow()

    @property
    def at_end(self) -> bool:
        """True where the cursor stands on the last row that it can."""
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
        """The next row that the cursor can stand on."""
        rows = self.ladder.rows
        while 0 <= number < len(rows) and not rows[number].stops:
            number += step
        return max(0, min(number, len(rows) - 1))

    def set_clock(self, clock: Clock) -> None:
        """Shows other times."""
        self.clock = clock
        self._times = times_of(self.ladder, clock)
        self.repaint()

    def say(self, *lines: tuple[str, str]) -> None:
        """Shows words instead of rows: pairs of text and colour role."""
        self.ladder, self._times, self.words = NOTHING, [], lines
        self.repaint()

    def repaint(self) -> None:
        """Forgets painted lines and paints anew."""
        self._grid = None
        self._lines.clear()
        self.refresh()

    @property
    def grid(self) -> Grid:
        """Where the columns stand now."""
        if self._grid is None or self._grid.width != self.size.width:
            self._lines.clear()
            width = time_width(self._times)
            self._grid = fit(len(self.ladder.participants), self.size.width, width, self.first)
            self.first = self._grid.first
        return self._grid

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        rows = self.ladder.rows
        return rows[self.cursor] if self.cursor < len(rows) and rows[self.cursor].stops else None

    @property
    def height(self) -> int:
        """Rows that fit below the participants."""
        return max(1, self.size.height - HEAD)

    # painting

    def render_line(self, y: int) -> Strip:
        """Participants, a row, or words where there is none."""
        if not self.size.width:
            return Strip([])
        if not self.ladder.rows:
            return self._word_line(y - 1)
        if y < HEAD:
            return self._strip(heading(self.grid, self.ladder.participants, self.signs, self.clock.value)[y], "header")
        number = self.top + y - HEAD
        if number < len(self.ladder.rows):
            return self._row_line(number)
        return Strip.blank(self.size.width, self.palette.style("text"))

    def _word_line(self, place: int) -> Strip:
        width = max(20, self.size.width - 4)
        lines = [(part, role) for text, role in self.words for part in wrap(text, width)]
        text, role = lines[place] if 0 <= place < len(lines) else ("", "")
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
            pieces = render_row(self.grid, row, self._times[number], self.signs)
            if marked:
                pieces[0] = (pieces[0][0][:1] + self.services.symbols.cursor, "mark")
            if under == "cursor":
                pieces = [("".join(text for text, _ in pieces), "cursor")]
            line = self._lines[key] = self._strip(pieces, under)
        return line

    def _strip(self, pieces: list[tuple[str, str]], under: str) -> Strip:
        segments = [Segment(text, self.palette.style(role, under)) for text, role in pieces]
        return Strip(segments).adjust_cell_length(self.size.width, self.palette.style("", under))

    def _refresh_row(self, number: int) -> None:
        y = number - self.top + HEAD
        if HEAD <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # moving

    def move(self, by: int) -> None:
        """Moves over messages and streams; at either end the view scrolls to what is left."""
        step, place, ahead = (1 if by > 0 else -1), self.cursor, self.cursor
        rows = self.ladder.rows
        for _ in range(abs(by)):
            ahead += step
            while 0 <= ahead < len(rows) and not rows[ahead].stops:
                ahead += step
            if not 0 <= ahead < len(rows):
                break
            place = ahead
        self.go(place)

    def go(self, number: int) -> None:
        """Puts the cursor on a row and shows it, with both ends of its arrow."""
        if not self.ladder.rows:
            return
        last = len(self.ladder.rows) - 1
        found = self._stop(max(0, min(number, last)), 1)
        old, self.cursor = self.cursor, found if self.ladder.rows[found].stops else self._stop(last, -1)
        if not self.follow():
            self._refresh_row(old)
            self._refresh_row(self.cursor)
        self.post_message(self.Moved())

    def follow(self) -> bool:
        """Scrolls until the cursor's row is seen; True where anything had to move."""
        rows, height, top = self.ladder.rows, self.height, self.top
        last = self.cursor
        while last + 1 < len(rows) and rows[last + 1].kind == RowKind.SDP:
            last += 1
        if self.cursor < top:
            top = max(0, min(self.cursor - 1, top - height // 2))
        elif last >= top + height:
            top = max(last - height + 1, top + height // 2)
        top = max(0, min(top, self.cursor, len(rows) - height))
        row = self.row
        first = towards(self.grid, row.source, row.target) if row is not None and self.size.width else self.first
        if first != self.first:
            self.first, self.top = first, top
            self.repaint()
            return True
        moved, self.top = top != self.top, top
        if moved:
            self.refresh()
        return moved

    def scroll_rows(self, by: int) -> None:
        """Moves the view, as a wheel does; the cursor stays."""
        top = max(0, min(self.top + by, len(self.ladder.rows) - self.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def sideways(self, by: int) -> None:
        """Moves over the columns that do not fit."""
        old = self.first
        self.first = max(0, self.first + by)
        self._grid = None
        if self.grid.first != old:
            self.repaint()

    # keys and mouse

    def on_key(self, event: events.Key) -> None:
        """Cursor keys; everything else is an action of the registry."""
        page = max(1, self.height - 2)
        if event.key in {"up", "down"}:
            self.move(-1 if event.key == "up" else 1)
        elif event.key in {"pageup", "pagedown"}:
            self.go(self.cursor + (page if event.key == "pagedown" else -page))
        elif event.key in {"left", "right"}:
            self.sideways(-1 if event.key == "left" else 1)
        else:
            return
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, two open the message, the right button the menu."""
        event.stop()
        number = self.top + event.y - HEAD
        if event.y < HEAD or number >= len(self.ladder.rows):
            return
        self.go(number if self.ladder.rows[number].stops else self._stop(number, -1))
        if event.button == 3:
            self.post_message(self.Menu())
        elif event.chain == 2:
            self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the view by three rows."""
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the view by three rows."""
        event.stop()
        self.scroll_rows(-3)

    def on_resize(self) -> None:
        """Shows the cursor's row in the new size; columns are fitted when they are painted."""
        self.follow()

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Shows the cursor as resting."""
        self._refresh_row(self.cursor)
