"""Editors for choices: one of several, yes or no, something from a search list."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.form import Field, Option, Values
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.choice_options import find_typed, options_of
from partnertui.kit.views.form.text_editors import Edited
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

TYPE_AHEAD_SECONDS = 1.0
"""Seconds after which letters start a new label."""


class ChooserBase(Widget, can_focus=True):
    """One line that looks like an input and shows what is chosen."""

    DEFAULT_CSS = "ChooserBase { height: 1; width: 1fr; }"

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(disabled=entry.fixed)
        self.services, self.entry = services, entry

    ACTIONS: tuple[Action, ...] = ()

    def actions(self) -> tuple[Action, ...]:
        """What its keys do; the dialog runs them."""
        return self.ACTIONS

    def shown(self) -> str:
        """What is chosen, as text; "" if nothing is."""
        return ""

    def sign(self) -> str:
        """The sign after it."""
        return f" {self.services.symbols.arrow} "

    def natural(self) -> int:
        """Cells it takes if there is room."""
        return self.entry.width or 40

    def render_line(self, y: int) -> Strip:
        """What is chosen, and the sign that there are choices."""
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
        """Shows the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """Removes the focus mark."""
        self.refresh()

    def changed(self) -> None:
        """Repaints and reports the change to the dialog."""
        self.refresh()
        self.post_message(Edited())


class ChoiceEditor(ChooserBase):
    """One of several: letters jump to a label, left and right step, Enter or a click opens the list."""

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(services, entry)
        self.options: Sequence[Option] = options_of(entry) or ()
        self.value: object = None
        self._typed, self._when = "", 0.0

    def index(self) -> int:
        """The index of the chosen option; -1 for none."""
        return next((index for index, option in enumerate(self.options) if option.value == self.value), -1)

    def shown(self) -> str:
        """The label of the choice."""
        index = self.index()
        return self.options[index].label if index >= 0 else "" if self.value is None else str(self.value)

    def natural(self) -> int:
        """As wide as the longest label."""
        return self.entry.width or max((cell_len(option.label) for option in self.options), default=16) + 6

    def read(self, values: Values) -> object:
        """The chosen value."""
        return self.value

    def put(self, value: object, values: Values) -> None:
        """Chooses a value."""
        self.value = value
        self.refresh()

    def state(self) -> object:
        """The chosen value."""
        return self.value

    def choose(self, value: object) -> None:
        """Chooses as the operator does."""
        if value != self.value:
            self.value = value
            self.changed()

    def step(self, by: int) -> None:
        """To the next or previous option; stops at the ends."""
        if self.options:
            self.choose(self.options[max(0, min(len(self.options) - 1, self.index() + by))].value)

    def type_ahead(self, char: str) -> None:
        """Letters typed in quick succession are the beginning of a label."""
        now = time.monotonic()
        fresh = now - self._when > TYPE_AHEAD_SECONDS
        self._typed, self._when = ("" if fresh else self._typed) + char, now
        found = (
            # A first letter goes on from the chosen label, again and again; further letters may still mean that label.
            find_typed(self.options, self._typed, self.index() if fresh else self.index() - 1) if self.options else None
        )
        if found is not None:
            self.choose(self.options[found].value)

    def actions(self) -> tuple[Action, ...]:
        """What its keys do."""
        return CHOICE_ACTIONS

    def set_options(self, options: Sequence[Option]) -> None:
        """Takes the choices that were read from the database."""
        self.options = options
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Letters jump to a label; a space among them belongs to it."""
        if event.character and event.character.isprintable() and (event.key != "space" or self._typing()):
            self.type_ahead(event.character)
            event.stop()
            event.prevent_default()

    def _typing(self) -> bool:
        return bool(self._typed) and time.monotonic() - self._when < TYPE_AHEAD_SECONDS

    def open_list(self) -> None:
        """All options in a list to narrow by typing."""
        items = [Item(option, option.label, option.detail) for option in self.options]
        now = next((option for option in self.options if option.value == self.value), None)
        self.services.show_dialog(
            Picker(self.services, self.entry.heading, items, at=now), lambda option: self.choose(option.value)
        )

    def on_click(self) -> None:
        """A click opens the list."""
        self.open_list()


class FlagEditor(ChooserBase):
    """Yes or no: Space toggles it, the first letter of a label chooses it."""

    value: bool | None = False

    def shown(self) -> str:
        """A checkbox and its label."""
        return f"[{'x' if self.value else ' '}] {self.entry.kind.text(bool(self.value))}"

    def sign(self) -> str:
        """Nothing."""
        return " "

    def natural(self) -> int:
        """As wide as its labels."""
        return max(cell_len(self.entry.kind.text(value)) for value in (True, False)) + 6

    def read(self, values: Values) -> bool:
        """Yes or no."""
        return bool(self.value)

    def put(self, value: object, values: Values) -> None:
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

    def actions(self) -> tuple[Action, ...]:
        """What its keys do."""
        return FLAG_ACTIONS

    def toggle(self) -> None:
        """Switches between yes and no."""
        self._set(not self.value)

    def on_key(self, event: events.Key) -> None:
        """A letter chooses the label that begins with it, as in a list of choices; Space is left to the toggle."""
        letter = (event.character or "").strip().casefold()
        chosen = [value for value in (True, False) if letter and self.entry.kind.text(value).casefold()[:1] == letter]
        if len(chosen) == 1:
            self._set(chosen[0])
            event.stop()
            event.prevent_default()

    def on_click(self) -> None:
        """A click toggles it."""
        self.toggle()


class PickEditor(ChooserBase):
    """Something found by searching, such as a customer; Enter or Space opens the search."""

    picked: Option | None = None

    def shown(self) -> str:
        """The label of what was picked."""
        return self.picked.label if self.picked else ""

    def sign(self) -> str:
        """How to search."""
        opens = self.services.keymap.label("pick.open")
        return f" {opens} searches " if self.has_focus else f" {self.services.symbols.arrow} "

    def natural(self) -> int:
        """Wide enough for names."""
        return self.entry.width or 56

    def read(self, values: Values) -> object:
        """The picked value."""
        return self.picked.value if self.picked else None

    def put(self, value: object, values: Values) -> None:
        """Shows a value by its label."""
        label = values.get(f"{self.entry.name}_label")
        self.picked = None if value is None else Option(value, str(label or self.entry.kind.text(value)))
        self.refresh()

    def state(self) -> object:
        """The picked value."""
        return self.picked.value if self.picked else None

    def _pick(self, option: Option) -> None:
        self.picked = option
        self.changed()

    def search(self) -> None:
        """Opens the search list."""
        assert self.entry.pick is not None
        self.entry.pick(self.services, self._pick)

    def actions(self) -> tuple[Action, ...]:
        """What its keys do."""
        return PICK_ACTIONS

    def clear(self) -> None:
        """Empties it, unless a value is required."""
        if not self.entry.needed({}):
            self.picked = None
            self.changed()

    def on_click(self) -> None:
        """A click searches."""
        self.search()


def _choice(context: ActionContext) -> ChoiceEditor:
    return context.front(ChoiceEditor)


def _pick(context: ActionContext) -> PickEditor:
    return context.front(PickEditor)


CHOICE_ACTIONS = (
    Action(
        "choice.open", "Open the list of choices", lambda c: _choice(c).open_list(), ("enter", "space"), group="Field"
    ),
    Action("choice.left", "Previous choice", lambda c: _choice(c).step(-1), ("left",), group="Field"),
    Action("choice.right", "Next choice", lambda c: _choice(c).step(1), ("right",), group="Field"),
    Action(
        "choice.remove", "Clear the choice", lambda c: _choice(c).choose(None), ("backspace", "delete"), group="Field"
    ),
)
FLAG_ACTIONS = (
    Action(
        "flag.toggle",
        "Switch between yes and no",
        lambda context: context.front(FlagEditor).toggle(),
        ("space", "enter", "left", "right"),
        group="Field",
    ),
)
PICK_ACTIONS = (
    Action("pick.open", "Search", lambda c: _pick(c).search(), ("enter", "space"), group="Field"),
    Action("pick.remove", "Clear the field", lambda c: _pick(c).clear(), ("backspace", "delete"), group="Field"),
)
