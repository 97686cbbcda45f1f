"""The text area for a reply or note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TextArea

if TYPE_CHECKING:
    from collections.abc import Callable


class AnswerArea(TextArea):
    """The text; Page up and down scroll the thread above it."""

    def __init__(self, page: Callable[[int], None]) -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, compact=True)
        self._page = page

    def action_cursor_page_up(self) -> None:
        """The thread, a page up."""
        self._page(-1)

    def action_cursor_page_down(self) -> None:
        """The thread, a page down."""
        self._page(1)

    @property
    def text_lines(self) -> int:
        """Lines of the text as it is wrapped."""
        return self.wrapped_document.height

    def insert_at_cursor(self, text: str) -> None:
        """Puts a text at the cursor, a line apart from words before it; nothing that is typed is replaced."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        gap = "\n\n" if before.strip() and not before[-1].isspace() else ""
        done = self.insert(gap + text, self.cursor_location, maintain_selection_offset=False)
        self.move_cursor(done.end_location)

    def mark(self, words: str) -> None:
        """Selects the first such words in the text: a variable without a value."""
        for row, line in enumerate(self.text.split("\n")):
            if (column := line.find(words)) >= 0:
                self.move_cursor((row, column))
                self.move_cursor((row, column + len(words)), select=True)
                return

    def put(self, text: str) -> None:
        """Replaces the text, with the cursor behind it."""
        self.text = text
        self.move_cursor(self.document.end)
