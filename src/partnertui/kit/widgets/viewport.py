"""Cursor and scroll position over lines: the arithmetic, and the base widget of every list on screen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

WHEEL_LINES = 3


class Viewport(ABC):
    """Which line has the cursor and which line is at the top; subclasses say how many lines there are."""

    cursor: int = 0
    top: int = 0
    lead: int = 0
    """Lines kept in view above the cursor when it leaves the view upwards."""

    @abstractmethod
    def count(self) -> int:
        """The number of lines."""

    def selectable(self, index: int) -> bool:
        """Whether the cursor can stop on a line."""
        return True

    def move(self, by: int, height: int) -> bool:
        """Moves the cursor over selectable lines; scrolls by half a page at an edge. True if the view scrolled."""
        step = 1 if by > 0 else -1
        for _ in range(abs(by)):
            ahead = self.cursor + step
            while 0 <= ahead < self.count() and not self.selectable(ahead):
                ahead += step
            if not 0 <= ahead < self.count():
                break
            self.cursor = ahead
        return self.follow(height)

    def settle(self, height: int) -> bool:
        """Puts the cursor on the nearest selectable line after the lines changed. True if the view scrolled."""
        self.cursor = max(0, min(self.cursor, self.count() - 1))
        if self.count() and not self.selectable(self.cursor):
            later = (index for index in range(self.cursor, self.count()) if self.selectable(index))
            earlier = (index for index in range(self.cursor, -1, -1) if self.selectable(index))
            self.cursor = next(later, next(earlier, self.cursor))
        return self.follow(height)

    def page(self, pages: int, height: int) -> None:
        """Moves view and cursor by whole pages; the cursor keeps its place on the screen."""
        if not self.count():
            return
        by = pages * max(1, height - 1)
        self.cursor = max(0, min(self.count() - 1, self.cursor + by))
        self.top = max(0, min(self.last_top(height), self.top + by))
        self.settle(height)

    def follow(self, height: int) -> bool:
        """Scrolls by half a page if the cursor left the view: one repaint, not one a step. True if it scrolled."""
        # 60 steps through the edge of 140×40 write 37 kB this way; the stock DataTable, line by line, 733 kB.
        top, half = self.top, max(1, height // 2)
        if self.cursor < top:
            top = min(self.cursor - self.lead, top - half)
        elif self.cursor >= top + height:
            top = max(self.cursor - height + 1, top + half)
        top = max(0, min(top, self.last_top(height)))
        scrolled, self.top = top != self.top, top
        return scrolled

    def scroll(self, by: int, height: int) -> bool:
        """Moves the view (a mouse wheel) and keeps the cursor inside it. True if the view moved."""
        top = max(0, min(self.last_top(height), self.top + by))
        scrolled, self.top = top != self.top, top
        self.cursor = max(top, min(self.cursor, top + height - 1, max(0, self.count() - 1)))
        return scrolled

    def last_top(self, height: int) -> int:
        """The largest `top` that still fills the view."""
        return max(0, self.count() - height)


class ScrollWidget(Widget, can_focus=True):
    """A widget that shows lines of a viewport: repaints only what a step changes, scrolls with the wheel."""

    @property
    @abstractmethod
    def viewport(self) -> Viewport:
        """The viewport that has the cursor."""

    first_line = 0
    """Screen line of the widget where the viewport begins; 1 below a heading."""

    @property
    def visible_lines(self) -> int:
        """Lines of the viewport that fit."""
        return max(1, self.size.height - self.first_line)

    def move(self, by: int) -> None:
        """Moves the cursor; at either end the view scrolls on."""
        before = self.viewport.cursor
        scrolled = self.viewport.move(by, self.visible_lines)
        if self.viewport.cursor == before and not scrolled:
            self.scroll_view(by)
        else:
            self.cursor_moved(before, scrolled)

    def page(self, pages: int) -> None:
        """Moves view and cursor by pages."""
        before = self.viewport.cursor
        self.viewport.page(pages, self.visible_lines)
        self.cursor_moved(before, True)

    def go(self, index: int) -> None:
        """Puts the cursor on a line, or the nearest one it can stop on."""
        before = self.viewport.cursor
        self.viewport.cursor = index
        self.cursor_moved(before, self.viewport.settle(self.visible_lines))

    def first(self) -> None:
        """To the first line."""
        self.scroll_view(-self.viewport.count())
        self.go(0)

    def last(self) -> None:
        """To the last line."""
        self.go(self.viewport.count() - 1)

    def sideways(self, by: int) -> None:
        """To the left or right; for widgets that have something beside the lines."""

    def scroll_view(self, by: int) -> None:
        """Moves the view by lines, as a mouse wheel does."""
        before = self.viewport.cursor
        if self.viewport.scroll(by, self.visible_lines):
            self.cursor_moved(before, True)

    def cursor_moved(self, before: int, scrolled: bool) -> None:
        """Repaints what a move changed: everything if the view scrolled, else two lines."""
        if scrolled:
            self.refresh()
        elif before != self.viewport.cursor:
            self.refresh_line(before)
            self.refresh_line(self.viewport.cursor)

    def refresh_line(self, index: int) -> None:
        """Repaints one line, if it is in view."""
        y = index - self.viewport.top + self.first_line
        if self.first_line <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_view(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self.scroll_view(-WHEEL_LINES)

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self.refresh_line(self.viewport.cursor)

    def on_blur(self) -> None:
        """Shows the cursor as inactive."""
        self.refresh_line(self.viewport.cursor)
