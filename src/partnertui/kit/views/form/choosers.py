"""Editors for what is chosen: one of several, yes or no, something out of a search list."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.form import Field, Option, Values
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.lines import Edited
from partnertui.kit.views.form.options import find_typed, options_of
from partnertui.kit.widgets.table.paint import fit

PAUSE = 1.0
"""Seconds after which typing ahead starts anew."""


class ChooserBase(Widget, can_focus=True):
    """One line that looks like an input and shows what is chosen."""

    DEFAULT_CSS = "ChooserBase { height: 1; width: 1fr; }"

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(disabled=entry.fixed)
        self.services, self.entry = services, entry

    def shown(self) -> str:
        """What is chosen, in words; nothing where there is no choice yet."""
        return ""

    def sign(self) -> str:
        """What stands behind it."""
        return f" {self.services.symbols.arrow} "

    def natural(self) -> int:
        """Cells that it takes where there is room."""
        return self.entry.width or 40

    def render_line(self, y: int) -> Strip:
        """What is chosen, and the sign that there is more."""
        palette, ground = self.services.palette, "input-bad" if self.has_class("bad") else "input"
        width = min(self.size.width, self.natural())
        under = "cursor" if self.has_focus else ground
        sign = self.sign()
        text = fit(f" {one_line(self.shown())}", max(1, width - cell_len(sign)), "left", self.services.symbols.cut)
        strip = Strip(
            [
                Segment(text, palette.style("", under)),
                Segment(sign, palette.style("muted" if under == ground else "", under)),
            ]
        )
        return strip.adjust_cell_length(self.size.width, palette.style("text"))

    def on_focus(self) -> None:
        """Shows that keys go here."""
        self.refresh()

    def on_blur(self) -> None:
        """Shows that they go elsewhere."""
        self.refresh()

    def changed(self) -> None:
        """Paints and tells the dialog."""
        self.refresh()
        self.post_message(Edited())


class ChoiceEditor(ChooserBase):
    """One of several: letters jump to it, left and right step, Enter or a click opens the list."""

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(services, entry)
        self.options: Sequence[Option] = options_of(entry) or ()
        self.value: Any = None
        self._typed, self._when = "", 0.0

    def place(self) -> int:
        """The place of the chosen option; -1 for none."""
        return next((place for place, option in enumerate(self.options) if option.value == self.value), -1)

    def shown(self) -> str:
        """The label of the choice."""
        place = self.place()
        return self.options[place].label if place >= 0 else "" if self.value is None else str(self.value)

    def natural(self) -> int:
        """As wide as the longest label."""
        return self.entry.width or max((cell_len(option.label) for option in self.options), default=16) + 6

    def read(self, values: Values) -> Any:
        """The chosen value."""
        return self.value

    def put(self, value: Any, values: Values) -> None:
        """Chooses a value."""
        self.value = value
        self.refresh()

    def state(self) -> Any:
        """The chosen value."""
        return self.value

    def choose(self, value: Any) -> None:
        """Chooses as the agent."""
        if value != self.value:
            self.value = value
            self.changed()

    def step(self, by: int) -> None:
        """To the next or previous option, without going round."""
        if self.options:
            self.choose(self.options[max(0, min(len(self.options) - 1, self.place() + by))].value)

    def type_ahead(self, char: str) -> None:
        """Letters typed one soon after the other are the beginning of a label."""
        now = time.monotonic()
        fresh = now - self._when > PAUSE
        self._typed, self._when = ("" if fresh else self._typed) + char, now
        found = (
            find_typed(self.options, self._typed, self.place() if fresh else self.place() - 1) if self.options else None
        )
        if found is not None:
            self.choose(self.options[found].value)

    def on_key(self, event: events.Key) -> None:
        """Letters, left and right, Enter, Backspace."""
        if event.key in {"left", "right"}:
            self.step(-1 if event.key == "left" else 1)
        elif event.key in {"enter", "f4"} or (event.key == "space" and not self._typing()):
            self.open_list()
        elif event.key in {"backspace", "delete"}:
            self.choose(None)
        elif event.character and event.character.isprintable():
            self.type_ahead(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def _typing(self) -> bool:
        return bool(self._typed) and time.monotonic() - self._when < PAUSE

    def open_list(self) -> None:
        """All options in a list to narrow by typing."""
        from partnertui.kit.widgets.picker import Item, Picker

        items = [Item(option, option.label, option.detail) for option in self.options]
        now = next((option for option in self.options if option.value == self.value), None)
        self.services.show_dialog(
            Picker(self.services, self.entry.heading, items, at=now), lambda option: self.choose(option.value)
        )

    def on_click(self) -> None:
        """A click opens the list."""
        self.open_list()


class FlagEditor(ChooserBase):
    """Yes or no: space turns it round."""

    value: bool | None = False

    def shown(self) -> str:
        """A box with or without a cross, and the word."""
        return f"[{'x' if self.value else ' '}] {self.entry.kind.text(bool(self.value))}"

    def sign(self) -> str:
        """Nothing."""
        return " "

    def natural(self) -> int:
        """As wide as its words."""
        return max(cell_len(self.entry.kind.text(value)) for value in (True, False)) + 6

    def read(self, values: Values) -> bool:
        """Yes or no."""
        return bool(self.value)

    def put(self, value: Any, values: Values) -> None:
        """Shows a value."""
        self.value = bool(value)
        self.refresh()

    def state(self) -> bool:
        """Yes or no."""
        return bool(self.value)

    def _set(self, value: bool) -> None:
        if value != self.value:
            self.value = value
            self.changed()

    def on_key(self, event: events.Key) -> None:
        """Space and Enter turn it round, y and n say it."""
        if event.key in {"space", "enter"}:
            self._set(not self.value)
        elif event.key in {"y", "right", "n", "left"}:
            self._set(event.key in {"y", "right"})
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self) -> None:
        """A click turns it round."""
        self._set(not self.value)


class PickEditor(ChooserBase):
    """Something found by searching, such as a customer; Enter, space or typing opens the search."""

    picked: Option | None = None

    def shown(self) -> str:
        """The label of what was picked."""
        return self.picked.label if self.picked else ""

    def sign(self) -> str:
        """That it is searched."""
        return " Enter searches " if self.has_focus else f" {self.services.symbols.arrow} "

    def natural(self) -> int:
        """Wide enough for names."""
        return self.entry.width or 56

    def read(self, values: Values) -> Any:
        """The picked value."""
        return self.picked.value if self.picked else None

    def put(self, value: Any, values: Values) -> None:
        """Shows a value by its label."""
        label = values.get(f"{self.entry.name}_label")
        self.picked = None if value is None else Option(value, str(label or self.entry.kind.text(value)))
        self.refresh()

    def state(self) -> Any:
        """The picked value."""
        return self.picked.value if self.picked else None

    def _pick(self, option: Option) -> None:
        self.picked = option
        self.changed()

    def search(self) -> None:
        """Opens the search list."""
        assert self.entry.pick is not None
        self.entry.pick(self.services, self._pick)

    def on_key(self, event: events.Key) -> None:
        """Enter and space search, Backspace empties."""
        if event.key in {"enter", "space"}:
            self.search()
        elif event.key in {"backspace", "delete"} and not self.entry.needed({}):
            self.picked = None
            self.changed()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self) -> None:
        """A click searches."""
        self.search()
