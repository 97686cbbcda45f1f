"""The input of the filter line: colours its terms, marks the mistake, completes names and values."""

from __future__ import annotations

from typing import Any

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.widgets import Input

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.page import Page
from partnertui.kit.declare.query import complete, parse


class TermHighlighter(Highlighter):
    """Underlines where a filter cannot be read."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def highlight(self, text: Text) -> None:
        """Marks the mistake in red, underlined."""
        mistake = parse(text.plain, self.page.asked, self.page.search, utc_now()).mistake
        if mistake is not None:
            text.stylize("bold red underline", mistake.start, max(mistake.end, mistake.start + 1))


class FilterInput(Input):
    """One line of filter; Tab completes, Enter keeps, Esc takes back."""

    def __init__(self, text: str, page: Page) -> None:
        super().__init__(text, highlighter=TermHighlighter(page), select_on_focus=False, compact=True)
        self.page = page

    def on_mount(self) -> None:
        """Takes the keyboard, the cursor at the end."""
        self.focus()
        self.cursor_position = len(self.value)
        self._tell()

    def completions(self) -> list[Any]:
        """What could stand at the cursor."""
        return list(complete(self.value, self.cursor_position, self.page.asked))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tells the line."""
        event.stop()
        self._tell()

    def _tell(self) -> None:
        self.parent.typed(self.value, self.completions())  # type: ignore[union-attr]

    def on_key(self, event: events.Key) -> None:
        """Tab, Enter, Esc, F1 and arrow down."""
        if event.key in {"enter", "down", "escape"}:
            event.stop()
            event.prevent_default()
            self.parent.close(event.key != "escape")  # type: ignore[union-attr]
        elif event.key == "f1":
            event.stop()
            event.prevent_default()
            self.parent.view.services.run_action_by_id("app.help")  # type: ignore[union-attr]
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            found = self.completions()
            if found:
                first = found[0]
                self.value = self.value[: first.start] + first.insert + self.value[first.end :]
                self.cursor_position = first.start + len(first.insert)
