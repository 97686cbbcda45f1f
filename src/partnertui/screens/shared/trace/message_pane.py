"""The pane with the raw message: lines that scroll below a fixed title of two lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.message import Message as TextualMessage
from textual.strip import Strip

from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.styled_line import Piece
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport

HEAD = 2


class PaneViewport(Viewport):
    """Lines without a cursor: moving scrolls."""

    def __init__(self) -> None:
        self.lines: Sequence[list[Piece]] = ()

    def count(self) -> int:
        """Lines of the text."""
        return len(self.lines)

    def move(self, by: int, height: int) -> bool:
        """Scrolls by lines. True if the view moved."""
        return self.scroll(by, height)

    def page(self, pages: int, height: int) -> None:
        """Scrolls by pages."""
        self.scroll(pages * max(1, height - 1), height)

    def settle(self, height: int) -> bool:
        """Stays within the lines. True if the view moved."""
        return self.scroll(0, height)

    def scroll(self, by: int, height: int) -> bool:
        """Moves the view. True if it moved."""
        top = max(0, min(self.top + by, self.last_top(height)))
        scrolled, self.top = top != self.top, top
        return scrolled


class MessagePane(ScrollWidget):
    """Shows what's under the ladder's cursor in full. `make` returns the lines for a width."""

    first_line = HEAD

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
        self.text = PaneViewport()
        self._made = 0

    @property
    def viewport(self) -> PaneViewport:
        """The lines."""
        return self.text

    def show(self, title: tuple[str, str], make: Callable[[int], list[list[Piece]]], *, keep: bool = False) -> None:
        """Show other content; `keep` the scroll position."""
        self.title, self.make = title, make
        if not keep:
            self.text.top = 0
        self.repaint()
        self.reveal()

    @property
    def hits(self) -> list[int]:
        """Lines with a match."""
        return [number for number, line in enumerate(self.text.lines) if any(role == "chip" for _, role in line)]

    def reveal(self) -> None:
        """Scroll to the first match, unless one is visible."""
        hits = self.hits
        if hits and not any(self.text.top <= hit < self.text.top + self.visible_lines for hit in hits):
            self.scroll_view(hits[0] - self.visible_lines // 3 - self.text.top)

    def next_hit(self, by: int) -> bool:
        """Scroll to the next match outside the visible lines; False if there is none."""
        ahead = [
            hit for hit in self.hits if (hit >= self.text.top + self.visible_lines if by > 0 else hit < self.text.top)
        ]
        if ahead:
            self.scroll_view((ahead[0] if by > 0 else ahead[-1]) - self.visible_lines // 3 - self.text.top)
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
            self.text.lines = self.make(max(8, self.size.width - 2)) if self.size.width else ()
            self.text.settle(self.visible_lines)

    def on_resize(self) -> None:
        """Stay within the lines; they're wrapped when painted."""
        self.fill()

    def render_line(self, y: int) -> Strip:
        """Two title lines, then text beside a bar that's highlighted while the pane has focus."""
        self.fill()
        palette, width, symbols = self.services.palette, self.size.width, self.services.symbols
        edge = Segment(symbols.bar, palette.style("border-focus" if self.has_focus else "border"))
        if y < HEAD:
            role = "header-key" if y == 0 else "header"
            text = fit(f" {one_line(self.title[y])}", max(0, width - 1), "left", symbols.cut)
            return Strip([edge, Segment(text, palette.style(role, "header"))])
        index = self.text.top + y - HEAD
        line = self.text.lines[index] if index < len(self.text.lines) else []
        strip = Strip([edge, Segment(" ", palette.style("text")), *(Segment(t, palette.style(r)) for t, r in line)])
        sign = self._more(y, index)
        if not sign:
            return strip.adjust_cell_length(width, palette.style("text"))
        return Strip(
            [*strip.adjust_cell_length(width - 1, palette.style("text")), Segment(sign, palette.style("muted"))]
        )

    def _more(self, y: int, index: int) -> str:
        """An arrow at the edge where there are more lines."""
        if y == HEAD and self.text.top > 0:
            return self.services.symbols.up
        return self.services.symbols.down if y == self.size.height - 1 and index + 1 < len(self.text.lines) else ""

    def sideways(self, by: int) -> None:
        """Asks for the previous or next message."""
        self.post_message(self.Step(by))

    def last(self) -> None:
        """To the last line."""
        self.scroll_view(self.text.count())

    def on_focus(self) -> None:
        """Highlight the bar."""
        self.refresh()

    def on_blur(self) -> None:
        """Dim the bar."""
        self.refresh()
