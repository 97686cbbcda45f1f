"""Two versions of a record side by side: what I typed, what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.paint import fit

TITLE = 20
MARK = 4


@dataclass
class Difference:
    """One field that differs: both versions in words, and which is to be saved."""

    name: str
    title: str
    mine: str
    theirs: str
    both: bool
    """True where both changed it; else one of us did and the other did not touch it."""
    take_mine: bool


class Differences(Widget, can_focus=True):
    """A line a field: title, mine, theirs; the side that will be saved is marked."""

    DEFAULT_CSS = "Differences { height: auto; width: 1fr; max-height: 20; }"

    def __init__(self, services: Services, found: Sequence[Difference]) -> None:
        super().__init__()
        self.services, self.found = services, list(found)
        self.at = self.top = 0

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        """A heading and the fields."""
        return len(self.found) + 1

    def render_line(self, y: int) -> Strip:
        """The heading, or a field."""
        palette, width, cut = self.services.palette, self.size.width, self.services.symbols.cut
        side = max(8, (width - TITLE - 2 * MARK) // 2)
        if y == 0:
            text = " " * TITLE + fit("    mine", side + MARK, "left", cut) + fit("    theirs", side + MARK, "left", cut)
            return Strip([Segment(text, palette.style("title"))]).adjust_cell_length(width, palette.style("text"))
        index = self.top + y - 1
        if index >= len(self.found):
            return Strip.blank(width, palette.style("text"))
        entry = self.found[index]
        under = ("cursor" if self.has_focus else "cursor-blurred") if index == self.at else "text"
        title = fit(f"{'! ' if entry.both else '  '}{one_line(entry.title)}", TITLE, "left", cut)
        segments = [Segment(title, palette.style("" if under != "text" else "warn" if entry.both else "key", under))]
        for mine, words in ((True, entry.mine), (False, entry.theirs)):
            chosen = entry.take_mine == mine
            role = "" if under != "text" else "good" if chosen else "muted"
            sign = f" {self.services.symbols.mark if chosen else ' '}  "
            segments.append(
                Segment(sign + fit(one_line(words) or "(empty)", side, "left", cut), palette.style(role, under))
            )
        return Strip(segments).adjust_cell_length(width, palette.style("", under))

    def move(self, by: int) -> None:
        """Moves the cursor."""
        self.at = max(0, min(len(self.found) - 1, self.at + by))
        height = max(1, self.size.height - 1)
        self.top = max(min(self.top, self.at), self.at - height + 1)
        self.refresh()

    def take(self, mine: bool, every: bool = False) -> None:
        """Chooses a side, for the field under the cursor or for all."""
        for entry in self.found if every else self.found[self.at : self.at + 1]:
            entry.take_mine = mine
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on a side chooses it."""
        index = self.top + event.y - 1
        if event.y > 0 and index < len(self.found):
            self.at = index
            if event.x >= TITLE:
                self.take(event.x < TITLE + MARK + max(8, (self.size.width - TITLE - 2 * MARK) // 2))
            self.refresh()


class StaleDialog(ModalScreen[dict[str, bool]]):
    """Answers with name → True to keep mine; closed without an answer nothing is saved."""

    DEFAULT_CSS = """
    StaleDialog { align: center middle; background: transparent; }
    StaleDialog > Vertical { width: 96%; max-width: 120; height: auto; max-height: 96%; padding: 1 2;
        border: round $role-border-focus; border-title-color: $role-title; border-subtitle-color: $role-muted;
        background: $background; }
    """

    def __init__(self, services: Services, who: str, found: Sequence[Difference]) -> None:
        super().__init__()
        self.services, self.who = services, who
        self.list = Differences(services, found)

    def compose(self) -> ComposeResult:
        """The differences in a box."""
        with Vertical() as box:
            box.border_title = plain(self.who)
            box.border_subtitle = "← mine  → theirs  m, t all  Enter saves so  Esc back"
            yield self.list

    def on_mount(self) -> None:
        """Takes the keyboard."""
        self.list.focus()

    def on_key(self, event: events.Key) -> None:
        """Up, down, left for mine, right for theirs, m and t for all, Enter, Esc."""
        event.stop()
        event.prevent_default()
        if event.key in {"up", "down"}:
            self.list.move(-1 if event.key == "up" else 1)
        elif event.key in {"left", "right"}:
            self.list.take(event.key == "left")
        elif event.key in {"m", "t"}:
            self.list.take(event.key == "m", every=True)
        elif event.key == "space" and self.list.found:
            self.list.take(not self.list.found[self.list.at].take_mine)
        elif event.key in {"enter", "ctrl+s"}:
            self.dismiss({entry.name: entry.take_mine for entry in self.list.found})
        elif event.key == "escape":
            self.dismiss(None)
