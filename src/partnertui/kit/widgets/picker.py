"""One list to pick from by typing: palette, go-to, context menu, help, customers, columns, saved views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.segment import Segment
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action, move_actions
from partnertui.kit.widgets.table.painter import fit
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

V = TypeVar("V")


@dataclass(frozen=True)
class Item(Generic[V]):
    """Something to pick: its value, label, a detail beside it, its key, and why it can't be picked now."""

    value: V
    label: str
    detail: str = ""
    key: str = ""
    refusal: str = ""
    group: str = ""
    name: str = ""
    """Another name that finds it, such as the ID that documents use."""


def rank(items: Iterable[Item[V]], typed: str) -> list[Item[V]]:
    """The items that match what was typed: prefixes first, then whole words, substrings, letters in order.

    Items of a group stay together, where the best of them stands, so that no heading is shown twice.
    """
    wanted = typed.lower().split()
    scored: list[tuple[int, int, Item[V]]] = []
    for index, item in enumerate(items):
        score = _score(f"{item.label} {item.detail} {item.name}".lower(), item.label.lower(), wanted)
        if score is not None:
            scored.append((score, index, item))
    scored.sort(key=lambda entry: entry[:2])
    groups: dict[str, list[Item[V]]] = {}
    for _, _, item in scored:
        groups.setdefault(item.group, []).append(item)
    return [item for group in groups.values() for item in group]


def _score(text: str, label: str, wanted: Sequence[str]) -> int | None:
    # textual.fuzzy ranks by letters alone: typing "cus" put "Pick-up groups" above "Customers" there
    total = 0
    if label == " ".join(wanted):
        return -1
    for word in wanted:
        if label.startswith(word):
            continue
        if f" {word}" in f" {label}":
            total += 1
        elif word in label:
            total += 2
        elif word in text:
            total += 4
        elif _has_letters(label, word):
            total += 6
        else:
            return None
    return total


def _has_letters(text: str, word: str) -> bool:
    # `in` uses the iterator up, so each letter must come behind the one before it.
    rest = iter(text)
    return all(letter in rest for letter in word)


def _with_headings(items: Sequence[Item[Any]]) -> Iterator[int | str]:
    """Indexes of items, with a heading before the first of each group."""
    group = ""
    for index, item in enumerate(items):
        if item.group and item.group != group:
            group = item.group
            yield group
        yield index


class ChoicesViewport(Viewport):
    """Items and the headings between them; the cursor stops on items alone."""

    lead = 1  # the heading above the first item of a group stays in view

    def __init__(self) -> None:
        self.lines: list[int | str] = []

    def count(self) -> int:
        """Items and headings."""
        return len(self.lines)

    def selectable(self, index: int) -> bool:
        """Whether it is an item."""
        return isinstance(self.lines[index], int)


class Choices(ScrollWidget, can_focus=False):
    """The items below the input, the first one chosen."""

    DEFAULT_CSS = "Choices { height: auto; max-height: 18; width: 1fr; }"

    class Picked(Message):
        """An item was clicked."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.items: Sequence[Item[Any]] = ()
        self.note = ""
        self.choices = ChoicesViewport()

    @property
    def viewport(self) -> ChoicesViewport:
        """Items and headings."""
        return self.choices

    @property
    def current(self) -> Item[Any] | None:
        """The chosen item."""
        index = self.choices.lines[self.choices.cursor] if self.choices.lines else ""
        return self.items[index] if isinstance(index, int) else None

    @property
    def visible_lines(self) -> int:
        """Lines that the box shows: in a low terminal fewer than the height, so that its last ones are cut off."""
        box = self.parent
        shown = self.region.intersection(box.content_region) if isinstance(box, Widget) else self.region
        return shown.height or super().visible_lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as items and headings, one for the note if there are none."""
        return max(1, self.choices.count())

    def show(self, items: Sequence[Item[Any]], note: str = "") -> None:
        """Takes other items and chooses the first."""
        self.items, self.note = items, note
        self.choices.lines = list(_with_headings(items))
        self.choices.cursor = self.choices.top = 0
        self.choices.settle(self.visible_lines)
        self.refresh(layout=True)

    def choose(self, index: int) -> None:
        """Chooses an item by its index."""
        self.choices.cursor = self.choices.lines.index(index)
        self.choices.follow(self.visible_lines)
        self.refresh()

    def on_resize(self) -> None:
        """Scrolls again: items are chosen before it is known how many lines fit."""
        self.choices.top = 0
        self.choices.follow(self.visible_lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One item or heading."""
        palette, width, index = self.services.palette, self.size.width, self.choices.top + y
        if not self.items and y == 0:
            note = Segment(f"  {self.note or 'No matches'}", palette.style("muted"))
            return Strip([note]).adjust_cell_length(width, palette.style("text"))
        if index >= self.choices.count():
            return Strip.blank(width, palette.style("text"))
        line = self.choices.lines[index]
        if isinstance(line, str):
            heading = Segment(f" {one_line(line)}", palette.style("title"))
            return Strip([heading]).adjust_cell_length(width, palette.style("text"))
        return self._item(self.items[line], "cursor" if index == self.choices.cursor else "text")

    def _item(self, item: Item[Any], under: str) -> Strip:
        palette, width = self.services.palette, self.size.width
        # the first 200 decide the width of the labels: measuring 10,000 customers took 8 ms a key
        widest = max((len(other.label) for other in self.items[:200]), default=10)
        label = fit(one_line(item.label), max(8, min(widest, width * 3 // 5)), "left", self.services.symbols.cut)
        key = f" {item.key} " if item.key else ""
        detail = fit(
            one_line(self.services.keymap.fill(item.refusal) or item.detail),
            max(0, width - len(label) - len(key) - 5),
            "left",
            "…",
        )
        quiet = "muted" if item.refusal else ""
        segments = [
            Segment(f"  {label}  ", palette.style(quiet if under == "text" else "", under)),
            Segment(detail + " ", palette.style("muted" if under == "text" else "", under)),
            Segment(key, palette.style("accent" if under == "text" else "", under)),
        ]
        return Strip(segments).adjust_cell_length(width, palette.style("", under))

    def on_click(self, event: events.Click) -> None:
        """A click picks."""
        index = self.choices.top + event.y
        if index < self.choices.count() and self.choices.selectable(index):
            self.choices.cursor = index
            self.post_message(self.Picked())


Search = Callable[[str, Callable[[Sequence[Item[Any]]], None]], None]


class Picker(ActionDialog[Any]):
    """Type to narrow, arrows to move, Enter to pick; answers with the item's value.

    `by_key` leaves out the input and picks the item whose own key is pressed. `at` is the value chosen first; with one,
    Space picks, too, as long as nothing is typed. `search` finds the items for what was typed, instead of `items`;
    `typed_item` makes a last item of it.
    """

    DEFAULT_CSS = """
    Picker { align: center top; background: transparent; }
    Picker > Vertical { width: 72; max-width: 96%; height: auto; max-height: 90%; margin-top: 2;
        border: round $role-border-focus; border-title-color: $role-title; background: $background; }
    Picker Input { border: none; height: 1; padding: 0 1; background: $role-input; }
    """

    def __init__(
        self,
        services: Services,
        heading: str,
        items: Sequence[Item[Any]] = (),
        *,
        search: Search | None = None,
        typed_item: Callable[[str], Item[Any] | None] = lambda typed: None,
        by_key: bool = False,
        at: object = None,
        hint: str = "type to narrow",
    ) -> None:
        super().__init__(services, heading)
        self.all_items, self.search, self.by_key, self.at = list(items), search, by_key, at
        self.typed_item = typed_item
        self.input = Input(placeholder=hint, compact=True, select_on_focus=False)
        self.choices = Choices(services)

    def compose(self) -> ComposeResult:
        """Input and items."""
        with Vertical() as box:
            self.title_box(box)
            if not self.by_key:
                yield self.input
            yield self.choices

    def hints(self, width: int = 200) -> str:
        """None: Enter and Esc are what everybody tries."""
        return ""

    def actions(self) -> tuple[Action, ...]:
        """Pick, move, close."""
        return PICKER_ACTIONS

    def on_mount(self) -> None:
        """Shows everything."""
        if not self.by_key:
            self.input.focus()
        self.narrow("")
        if self.at is not None:
            self.choices.choose(next((i for i, item in enumerate(self.choices.items) if item.value == self.at), 0))

    def narrow(self, typed: str) -> None:
        """Shows what matches."""
        if self.search is not None:
            self.search(typed, self.choices.show)
        else:
            last = self.typed_item(typed)
            self.choices.show([*rank(self.all_items, typed), *([last] if last is not None else ())])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows while typing."""
        self.narrow(event.value)

    def is_ready_for(self, key: str) -> bool:
        """Picking and moving wait for what the last letter searches."""
        action = self.services.keymap.find(key, self.actions())
        return action is None or action.verb in {"close", "help"} or not self.services.jobs.busy(self)

    def pick(self) -> None:
        """Answers with the chosen item, or says why that isn't possible."""
        item = self.choices.current
        if item is None:
            return
        if item.refusal:
            self.services.notify(item.refusal, "warn")
        else:
            self.dismiss(item.value)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """A click picks."""
        event.stop()
        self.pick()

    def on_key(self, event: events.Key) -> None:
        """An item's own key, Space to toggle, then the declared actions."""
        # Textual names a sign's key (dollar_sign) where the item has the sign itself.
        index = self._index_of_key(event.character or event.key) if self.by_key else None
        if index is not None:
            self.choices.choose(index)
        if index is not None or (event.key == "space" and self.at is not None and not self.input.value):
            event.stop()
            event.prevent_default()
            self.pick()
        else:
            super().on_key(event)

    def _index_of_key(self, key: str) -> int | None:
        return next((index for index, item in enumerate(self.choices.items) if item.key == key), None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        # Clicks bubble up from everything in the box; only one outside it was made on the screen itself.
        if event.widget is self:
            self.close()


def _picker(context: ActionContext) -> Picker:
    return context.front(Picker)


PICKER_ACTIONS = (
    Action("picker.open", "Pick", lambda c: _picker(c).pick(), ("enter",), palette=False),
    *(
        action
        for action in move_actions("picker", lambda c: _picker(c).choices, letters=False)
        if action.verb in {"up", "down", "page-up", "page-down"}
    ),
    help_action("picker", letters=False),
    close_action("picker"),
)
