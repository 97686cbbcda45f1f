"""The input of the filter line: colours its terms, marks the mistake, completes names and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.highlighter import Highlighter
from textual.message import Message
from textual.widgets import Input

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.default_phone_country import number_country
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.declare.query import Completion, complete, parse
from partnertui.kit.widgets.dialog import run_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.text import Text
    from textual import events

    from partnertui.kit.declare.page import Page


class TermHighlighter(Highlighter):
    """Underlines the part of a filter that can't be parsed, once that is told."""

    def __init__(self, services: Services, page: Page) -> None:
        self.services, self.page = services, page
        self.is_on = False

    def highlight(self, text: Text) -> None:
        """Marks the mistake in red, underlined."""
        if not self.is_on:
            return
        country = number_country(self.services)
        mistake = parse(text.plain, self.page.asked, self.page.search, utc_now(), country).mistake
        if mistake is not None:
            text.stylize("bold red underline", mistake.start, max(mistake.end, mistake.start + 1))


class FilterLineInput(Input):
    """One line of filter."""

    class Typed(Message):
        """The text was changed."""

        def __init__(self, text: str, completions: Sequence[Completion]) -> None:
            super().__init__()
            self.text, self.completions = text, completions

    class Closed(Message):
        """Editing ends; `keep` is False if the previous filter comes back."""

        def __init__(self, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def __init__(self, services: Services, text: str, page: Page) -> None:
        self.marker = TermHighlighter(services, page)
        super().__init__(text, highlighter=self.marker, select_on_focus=False, compact=True)
        self.services, self.page = services, page

    def on_mount(self) -> None:
        """Takes the keyboard, the cursor at the end."""
        self.focus()
        self.cursor_position = len(self.value)
        self._report()

    def mark(self, is_wrong: bool) -> None:
        """Underlines the mistake, or takes the line back."""
        if self.marker.is_on != is_wrong:
            self.marker.is_on = is_wrong
            self.refresh()

    def completions(self) -> list[Completion]:
        """What could be inserted at the cursor."""
        return list(complete(self.value, self.cursor_position, self.page.asked))

    def insert_completion(self) -> None:
        """Inserts the first completion."""
        found = self.completions()
        if found:
            first = found[0]
            self.value = self.value[: first.start] + first.insert + self.value[first.end :]
            self.cursor_position = first.start + len(first.insert)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Reports the change to the filter line."""
        event.stop()
        self._report()

    def _report(self) -> None:
        self.post_message(self.Typed(self.value, self.completions()))

    def on_key(self, event: events.Key) -> None:
        """Runs the actions of the filter line before the input takes the key."""
        context = self.services.context()
        own = ActionContext(self.services, context.view, context.screen, column=context.column, focused=self)
        run_key(event, FILTER_ACTIONS, own)


def _input(context: ActionContext) -> FilterLineInput:
    return context.front(FilterLineInput)


def _close(keep: bool) -> Callable[[ActionContext], object]:
    return lambda context: _input(context).post_message(FilterLineInput.Closed(keep))


FILTER_ACTIONS = (
    Action("filter.open", "Apply the filter", _close(True), ("enter", "down"), group="Filter"),
    Action("filter.clear", "Clear the filter", lambda c: _input(c).clear(), ("f4",), group="Filter"),
    Action("filter.next", "Complete the word", lambda c: _input(c).insert_completion(), ("tab",), group="Filter"),
    Action(
        "filter.explain",
        "What you can type here",
        lazy("partnertui.kit.shell.explain_column:explain_filter"),
        ("f1",),
        group="Filter",
    ),
    Action("filter.close", "Cancel and restore the previous filter", _close(False), ("escape",), group="Filter"),
)
