"""The filter line of a list: shows the active filter; `/` turns it into an input with completion."""

from __future__ import annotations

from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.page import Page
    from partnertui.kit.declare.query import Completion
    from partnertui.kit.declare.view_location import Location
    from partnertui.kit.views.lists.filter_line_input import FilterLineInput
    from partnertui.kit.views.lists.list_state import ListState

TYPING_PAUSE_SECONDS = 0.18
"""After the last key; a filter a key would keep the database busy."""
MISTAKE_PAUSE_SECONDS = 1.2
"""After the last key, until a term that can't become right any more is marked: nobody is corrected while typing."""


class FilteredView(Protocol):
    """What the filter line needs of its list."""

    location: Location
    page: Page | None
    state: ListState

    def restart(self) -> None:
        """Reads the list with the new filter."""

    def focus_main(self) -> None:
        """Gives the keyboard back to the table."""


class FilterLine(Widget):
    """One line: scope, fixed filters and filter. While it is edited the input covers it, with completions below."""

    DEFAULT_CSS = """
    FilterLine { height: 1; width: 1fr; layout: vertical; }
    FilterLine.editing { height: 2; }
    FilterLine.long { height: 3; }
    FilterLine Input { height: 1; border: none; padding: 0 1; background: $role-input; }
    FilterLine Input:focus { border: none; }
    """

    def __init__(self, services: Services, view: FilteredView) -> None:
        super().__init__()
        self.services, self.view = services, view
        self.input: FilterLineInput | None = None
        """While it is edited."""
        self.criteria: tuple[Criterion, ...] = ()
        self.text = ""
        self.mistake = ""
        self.country = ""
        """The country whose national numbers the text was read with."""
        self._remarks: tuple[str, ...] = ()
        self._unfinished = False
        self._before = ""
        self._typed = False
        """The text was changed since the input opened."""
        self._timer: Timer | None = None
        self._completions: Sequence[Completion] = ()
        self._told = False
        """The mistake is shown: Enter was pressed, or a pause followed a term that can't become right."""
        self._refused = False
        """Enter was pressed on a text that can't be parsed."""

    def compose(self) -> ComposeResult:
        """Nothing until it is edited."""
        return iter(())

    def read(self, text: str) -> bool:
        """Takes a filter text; True if it can be parsed, else the last good criteria stay."""
        # 15 ms of filter language that the first frame doesn't need
        from partnertui.kit.clock import utc_now
        from partnertui.kit.declare.default_phone_country import number_country
        from partnertui.kit.declare.query import parse

        page = self.view.page
        assert page is not None
        self.text, self.country = text, number_country(self.services)
        parsed = parse(text, page.asked, page.search, utc_now(), self.country)
        self.mistake = parsed.mistake.message if parsed.mistake else ""
        self._unfinished = parsed.mistake is not None and parsed.mistake.unfinished
        self._remarks = parsed.remarks
        if parsed.mistake is None:
            self.criteria = parsed.criteria
        return parsed.mistake is None

    def edit(self, text: str | None = None) -> None:
        """Opens the input, with the current text or another one."""
        if self.view.page is None or self.has_class("editing"):
            return
        from partnertui.kit.views.lists.filter_line_input import FilterLineInput  # as above
        from partnertui.kit.views.lists.preload_imports import preload_numbers  # as above

        preload_numbers(self.services, self.view.page)
        self._before, self._typed = self.text, False
        self.add_class("editing")
        started = f"{self.text} " if self.text else ""
        self.input = FilterLineInput(self.services, started if text is None else text, self.view.page)
        self.mount(self.input)

    def on_filter_line_input_typed(self, event: FilterLineInput.Typed) -> None:
        """The text was changed: run it once typing pauses."""
        event.stop()
        self._completions, self._typed = event.completions, True
        good = self.read(event.text)
        self._show_mistake(told=False)
        if self._timer is not None:
            self._timer.stop()
        if good:
            self._timer = self.set_timer(TYPING_PAUSE_SECONDS, self.apply)
        elif not self._unfinished:
            self._timer = self.set_timer(MISTAKE_PAUSE_SECONDS, partial(self._show_mistake, told=True))

    def _show_mistake(self, *, told: bool, refused: bool = False) -> None:
        """Marks the mistake in the input and explains it below, or takes both back."""
        self._told, self._refused = told and bool(self.mistake), refused
        if self.input is not None:
            self.input.mark(self._told)
        self.set_class(self._told and cell_len(self._sentence()) > self.size.width - 4, "long")
        self.refresh()

    def _sentence(self) -> str:
        return f"Can't filter: {self.mistake}" if self._refused else self.mistake

    def apply(self, *, typed: bool = False) -> None:
        """Runs the filter if it differs, or if text was typed: one that was undone may have run in a pause, or not."""
        state = self.view.state
        if typed or (state.query, state.criteria) != (self.text, self.criteria):
            state.query, state.criteria = self.text, self.criteria
            self.view.restart()

    def on_filter_line_input_closed(self, event: FilterLineInput.Closed) -> None:
        """Closes the input, or keeps it open with its mistake."""
        event.stop()
        self.close(event.keep)

    def close(self, keep: bool) -> None:
        """Closes the input; without `keep` the previous filter comes back."""
        if self._timer is not None:
            self._timer.stop()
        if not keep:
            self.read(self._before)
        elif self.mistake:
            self._show_mistake(told=True, refused=True)  # what was typed stays, to be corrected
            return
        else:
            self.read(self.text.strip())
        self.remove_class("editing", "long")
        self.query("Input").remove()
        self.input = None
        self.apply(typed=self._typed)
        self.refresh()
        self.view.focus_main()

    def read_again(self) -> None:
        """Reads the text again if its national numbers are another country's now."""
        from partnertui.kit.declare.default_phone_country import number_country  # as above

        if self.text and self.country != number_country(self.services) and self.read(self.text):
            self.view.state.criteria = self.criteria

    def replace(self, text: str) -> None:
        """Takes another text at once, as filtering by a cell does."""
        if self.read(text):
            self.apply()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """What narrows the list; below the input its completions or its mistake."""
        pieces = self._below(y) if self.has_class("editing") else self._summary()
        palette = self.services.palette
        segments = [Segment(one_line(text), palette.style(role)) for text, role in pieces]
        return Strip(segments).adjust_cell_length(self.size.width, palette.style("text"))

    def _below(self, y: int) -> list[tuple[str, str]]:
        if self._told:
            lines = wrap(self._sentence(), max(20, self.size.width - 4))
            return [(f"  {lines[y - 1] if y <= len(lines) else ''}", "bad")]
        if y > 1:
            return []
        if self._remarks:
            return [(f"  {'; '.join(self._remarks)}", "muted")]
        if not self._completions:
            keys = "  {key:filter.open} apply, {key:filter.close} cancel, {key:filter.explain} explain"
            return [(self.services.keymap.fill(keys), "muted")]
        lead = f"  {self.services.keymap.label('filter.next')} "
        pieces = [(lead, "muted")]
        room = self.size.width - len(lead) - len(" …")
        for index, completion in enumerate(self._completions):
            room -= cell_len(completion.label) + 2
            if room < 0:
                return [*pieces, (" …", "muted")]
            pieces.append((f" {completion.label} ", "accent" if index == 0 else "muted"))
        return pieces

    def _summary(self) -> list[tuple[str, str]]:
        symbols, services = self.services.symbols, self.services
        pieces: list[tuple[str, str]] = [(" ", "")]
        for fixed_filter in self.view.location.fixed_filters:
            pieces += [(f" {fixed_filter.label} ", "chip"), (" ", "")]
        scoped = self.view.page is not None and self.view.page.scope
        if services.scope is not None and scoped and not self.view.location.fixed_filters:
            pieces += [(f" {symbols.scope} {services.scope.name} ", "chip"), (" ", "")]
        if self.text:
            pieces.append((self.text, "accent"))
            if self.mistake:
                pieces.append((f"  {self.mistake}", "bad"))
        elif len(pieces) == 1:
            pieces.append((services.keymap.fill("{key:list.search} to filter"), "muted"))
        return pieces

    def on_click(self, event: events.Click) -> None:
        """A click edits it."""
        event.stop()
        self.edit()
