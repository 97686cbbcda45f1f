"""One list to pick from by typing: palette, go-to, context menu, customers, columns, views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.paint import fit


@dataclass(frozen=True)
class Item:
    """Something to pick: its label, a detail beside it, its key, and why it cannot be picked now."""

    value: Any
    label: str
    detail: str = ""
    key: str = ""
    refusal: str = ""
    group: str = ""


def rank(items: Iterable[Item], typed: str) -> list[Item]:
    """The items that fit what is typed: beginnings first, then words, then letters in order."""
    wanted = typed.lower().split()
    scored: list[tuple[int, int, Item]] = []
    for place, item in enumerate(items):
        score = _score(f"{item.label} {item.detail}".lower(), item.label.lower(), wanted)
        if score is not None:
            scored.append((score, place, item))
    scored.sort(key=lambda entry: entry[:2])
    return [item for _, _, item in scored]


def _score(text: str, label: str, wanted: Sequence[str]) -> int | None:
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
        elif _letters(label, word):
            total += 6
        else:
            return None
    return total


def _letters(text: str, word: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in word)


def _lines(items: Sequence[Item]) -> Iterator[int | str]:
    """Places of items, with a heading before the first of each group."""
    group = ""
    for place, item in enumerate(items):
        if item.group and item.group != group:
            group = item.group
            yield group
        yield place


class Choices(Widget):
    """The items below the input, the first one chosen."""

    DEFAULT_CSS = "Choices { height: auto; max-height: 18; width: 1fr; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services, self.items, self.cursor, self.top = services, [], 0, 0  # type: ignore[var-annotated]
        self.note = ""
        self.lines: list[int | str] = []
        """What is painted: places of items, and headings between groups."""

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        """As many lines as items and headings, one for words where there is none."""
        return max(1, len(self.lines))

    def show(self, items: list[Item], note: str = "") -> None:
        """Takes other items."""
        self.items, self.cursor, self.top, self.note = items, 0, 0, note
        self.lines = list(_lines(items))
        self.refresh(layout=True)

    def move(self, by: int) -> None:
        """Moves the choice."""
        self.cursor = max(0, min(len(self.items) - 1, self.cursor + by))
        height = max(1, self.size.height)
        line = self.lines.index(self.cursor) if self.items else 0
        shown = line - 1 if line and isinstance(self.lines[line - 1], str) else line
        self.top = max(min(self.top, shown), line - height + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One item."""
        palette, width, index = self.services.palette, self.size.width, self.top + y
        if not self.items and y == 0:
            return Strip([Segment(f"  {self.note or 'nothing fits'}", palette.style("muted"))]).adjust_cell_length(
                width, palette.style("text")
            )
        if index >= len(self.lines):
            return Strip.blank(width, palette.style("text"))
        place = self.lines[index]
        if isinstance(place, str):
            return Strip([Segment(f" {one_line(place)}", palette.style("title"))]).adjust_cell_length(
                width, palette.style("text")
            )
        item = self.items[place]
        under = "cursor" if place == self.cursor else "text"
        wide = max((len(entry.label) for entry in self.items[:200]), default=10)
        label = fit(one_line(item.label), max(8, min(wide, width * 3 // 5)), "left", self.services.symbols.cut)
        key = f" {item.key} " if item.key else ""
        detail = fit(one_line(item.refusal or item.detail), max(0, width - len(label) - len(key) - 5), "left", "…")
        quiet = "muted" if item.refusal else ""
        return Strip(
            [
                Segment(f"  {label}  ", palette.style(quiet if under == "text" else "", under)),
                Segment(detail + " ", palette.style("muted" if under == "text" else "", under)),
                Segment(key, palette.style("accent" if under == "text" else "", under)),
            ]
        ).adjust_cell_length(width, palette.style("", under))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the choice."""
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the choice."""
        self.move(-1)

    def on_click(self, event: events.Click) -> None:
        """A click picks."""
        place = self.lines[self.top + event.y] if self.top + event.y < len(self.lines) else ""
        if isinstance(place, int):
            self.cursor = place
            self.screen.choose()  # type: ignore[attr-defined]


class Picker(ModalScreen[Any]):
    """Type to narrow, arrows to move, Enter to pick. `keys` makes an item's own key pick it at once.

    `at` is the value chosen first; with one, Space picks too as long as nothing is typed.
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
        title: str,
        items: Sequence[Item] = (),
        *,
        search: Callable[[str, Callable[[list[Item]], None]], None] | None = None,
        keys: bool = False,
        at: Any = None,
        hint: str = "type to narrow",
    ) -> None:
        super().__init__()
        self.services, self.heading, self.all_items, self.search, self.keys = (
            services,
            title,
            list(items),
            search,
            keys,
        )
        self.at = at
        self.input = Input(placeholder=hint, compact=True, select_on_focus=False)
        self.choices = Choices(services)

    def compose(self) -> ComposeResult:
        """Input and items."""
        with Vertical() as box:
            box.border_title = plain(self.heading)
            if not self.keys:
                yield self.input
            yield self.choices

    def on_mount(self) -> None:
        """Shows everything."""
        if not self.keys:
            self.input.focus()
        self.narrow("")
        place = next((place for place, item in enumerate(self.choices.items) if item.value == self.at), 0)
        self.choices.move(place if self.at is not None else 0)

    def narrow(self, typed: str) -> None:
        """Shows what fits."""
        if self.search is not None:
            self.search(typed, self.choices.show)
        else:
            self.choices.show(rank(self.all_items, typed))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows as one types."""
        self.narrow(event.value)

    def choose(self) -> None:
        """Picks the chosen item, or says why that cannot be."""
        if not self.choices.items:
            return
        item = self.choices.items[self.choices.cursor]
        if item.refusal:
            self.services.notify(item.refusal, "warn")
        else:
            self.dismiss(item.value)

    def on_key(self, event: events.Key) -> None:
        """Arrows, Enter, Esc, and the items' own keys."""
        steps = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "ctrl+p": -1, "ctrl+n": 1}
        if event.key in steps:
            self.choices.move(steps[event.key])
        elif event.key == "enter" or (event.key == "space" and self.at is not None and not self.input.value):
            self.choose()
        elif event.key == "escape":
            self.dismiss(None)
        elif self.keys and (place := self._keyed(event.character or event.key)) is not None:
            self.choices.cursor = place
            self.choose()
        else:
            return
        event.stop()
        event.prevent_default()

    def _keyed(self, key: str) -> int | None:
        return next((place for place, item in enumerate(self.choices.items) if item.key == key), None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box closes it."""
        if event.widget is self:
            self.dismiss(None)
