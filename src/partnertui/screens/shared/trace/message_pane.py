"""The pane with the raw message: lines that scroll below a fixed title of two lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import events
from textual.message import Message as TextualMessage
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.paint import fit
from partnertui.screens.shared.trace.message_lines import Piece

HEAD = 2


class MessagePane(Widget, can_focus=True):
    """Shows what's under the ladder's cursor in full. `make` returns the lines for a width."""

    DEFAULT_CSS = "MessagePane { width: 1fr; height: 1fr; }"

    class Step(TextualMessage):
        """Another message is wanted: the next (1) or the previous (-1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services, self.palette = services, services.palette
        self.title: tuple[str, str] = ("", "")
        self.make: Callable[[int], list[list[Piece]]] = lambda width: []
        self.lines: Sequence[list[Piece]] = ()
        self.top = self._made = 0

    def show(self, title: tuple[str, str], make: Callable[[int], list[list[Piece]]], *, keep: bool = False) -> None:
        """Show other content; `keep` the scroll position."""
        self.title, self.make = title, make
        if not keep:
            self.top = 0
        self.repaint()
        self.reveal()

    @property
    def hits(self) -> list[int]:
        """Lines with a match."""
        return [number for number, line in enumerate(self.lines) if any(role == "chip" for _, role in line)]

    def reveal(self) -> None:
        """Scroll to the first match, unless one is visible."""
        hits = self.hits
        if hits and not any(self.top <= hit < self.top + self.height for hit in hits):
            self.scroll_lines(hits[0] - self.height // 3 - self.top)

    def next_hit(self, by: int) -> bool:
        """Scroll to the next match outside the visible lines; False if there is none."""
        ahead = [hit for hit in self.hits if (hit >= self.top + self.height if by > 0 else hit < self.top)]
        if ahead:
            self.scroll_lines((ahead[0] if by > 0 else ahead[-1]) - self.height // 3 - self.top)
        return bool(ahead)

    def repaint(self) -> None:
        """Make the lines again."""
        self._made = 0
        self.fill()
        self.refresh()

    def fill(self) -> None:
        """Make the lines for the current width, unless that's done."""
        if self._made != self.size.width:
            self._made = self.size.width
            self.lines = self.make(max(8, self.size.width - 2)) if self.size.width else ()
            self.top = max(0, min(self.top, len(self.lines) - self.height))

    @property
    def height(self) -> int:
        """Lines that fit below the title."""
        return max(1, self.size.height - HEAD)

    def on_resize(self) -> None:
        """Stay within the lines; they're wrapped when painted."""
        self.fill()
        self.scroll_lines(0)

    def render_line(self, y: int) -> Strip:
        """Two title lines, then text beside a bar that's highlighted while the pane has focus."""
        self.fill()
        palette, width, symbols = self.services.palette, self.size.width, self.services.symbols
        edge = Segment(symbols.bar, palette.style("border-focus" if self.has_focus else "border"))
        if y < HEAD:
            role = "header-key" if y == 0 else "header"
            text = fit(f" {one_line(self.title[y])}", max(0, width - 1), "left", symbols.cut)
            return Strip([edge, Segment(text, palette.style(role, "header"))])
        index = self.top + y - HEAD
        line = self.lines[index] if index < len(self.lines) else []
        strip = Strip([edge, Segment(" ", palette.style("text")), *(Segment(t, palette.style(r)) for t, r in line)])
        sign = self._more(y, index)
        if not sign:
            return strip.adjust_cell_length(width, palette.style("text"))
        return Strip(
            [*strip.adjust_cell_length(width - 1, palette.style("text")), Segment(sign, palette.style("muted"))]
        )

    def _more(self, y: int, index: int) -> str:
        """An arrow at the edge where there are more lines."""
        if y == HEAD and self.top > 0:
            return self.services.symbols.up
        return self.services.symbols.down if y == self.size.height - 1 and index + 1 < len(self.lines) else ""

    def scroll_lines(self, by: int) -> None:
        """Scroll the text."""
        top = max(0, min(self.top + by, len(self.lines) - self.height))
        if top != self.top:
            self.top = top
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Up, down and page keys scroll; left and right go to other messages."""
        page = max(1, self.height - 1)
        moves = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -99_999, "end": 99_999}
        if event.key in moves:
            self.scroll_lines(moves[event.key])
        elif event.key in {"left", "right"}:
            self.post_message(self.Step(-1 if event.key == "left" else 1))
        else:
            return
        event.stop()

    def on_mouse_scroll_down(self, event: events.MouseEvent) -> None:
        """Scroll by three lines."""
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseEvent) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_lines(-3)

    def on_focus(self) -> None:
        """Highlight the bar."""
        self.refresh()

    def on_blur(self) -> None:
        """Dim the bar."""
        self.refresh()
