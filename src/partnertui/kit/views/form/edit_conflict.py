"""Two versions of a record side by side: what the operator typed and what somebody else saved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.containers import Vertical
from textual.strip import Strip

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.choice_editors import ChoiceEditor
from partnertui.kit.views.form.field_row import FieldRow
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action
from partnertui.kit.widgets.table.painter import fit
from partnertui.kit.widgets.viewport import ScrollWidget, Viewport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

    from partnertui.kit.declare.form import Values
    from partnertui.kit.views.form.field_row import FieldRow

TITLE = 20
MARK = 4


@dataclass
class Difference:
    """One field that differs: both versions as text, and which one to save."""

    name: str
    title: str
    mine: str
    theirs: str
    both: bool
    """True if both changed it; else only one did."""
    take_mine: bool


class DifferencesViewport(Viewport):
    """One line a field."""

    def __init__(self, found: Sequence[Difference]) -> None:
        self.found = found

    def count(self) -> int:
        """The number of fields."""
        return len(self.found)


class Differences(ScrollWidget):
    """A line a field: title, mine, theirs; the side that will be saved is marked."""

    DEFAULT_CSS = "Differences { height: auto; width: 1fr; max-height: 20; }"
    first_line = 1

    def __init__(self, services: Services, found: Sequence[Difference]) -> None:
        super().__init__()
        self.services, self.found = services, list(found)
        self.lines = DifferencesViewport(self.found)

    @property
    def viewport(self) -> DifferencesViewport:
        """The fields."""
        return self.lines

    @property
    def side_width(self) -> int:
        """Cells of one version."""
        return max(8, (self.size.width - TITLE - 2 * MARK) // 2)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A heading and the fields."""
        return len(self.found) + 1

    def render_line(self, y: int) -> Strip:
        """The heading, or a field."""
        palette, width, cut = self.services.palette, self.size.width, self.services.symbols.cut
        side = self.side_width
        if y == 0:
            text = " " * TITLE + fit("    mine", side + MARK, "left", cut) + fit("    theirs", side + MARK, "left", cut)
            return Strip([Segment(text, palette.style("title"))]).adjust_cell_length(width, palette.style("text"))
        index = self.lines.top + y - 1
        if index >= len(self.found):
            return Strip.blank(width, palette.style("text"))
        entry = self.found[index]
        under = ("cursor" if self.has_focus else "cursor-blurred") if index == self.lines.cursor else "text"
        title = fit(f"{'! ' if entry.both else '  '}{one_line(entry.title)}", TITLE, "left", cut)
        segments = [Segment(title, palette.style("" if under != "text" else "warn" if entry.both else "key", under))]
        for mine, value in ((True, entry.mine), (False, entry.theirs)):
            chosen = entry.take_mine == mine
            role = "" if under != "text" else "good" if chosen else "muted"
            sign = f" {self.services.symbols.mark if chosen else ' '}  "
            text = sign + fit(one_line(value) or "(empty)", side, "left", cut)
            segments.append(Segment(text, palette.style(role, under)))
        return Strip(segments).adjust_cell_length(width, palette.style("", under))

    def take(self, mine: bool, every: bool = False) -> None:
        """Chooses a side, for the field under the cursor or for all."""
        at = self.lines.cursor
        for entry in self.found if every else self.found[at : at + 1]:
            entry.take_mine = mine
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click on a side chooses it."""
        index = self.lines.top + event.y - 1
        if event.y > 0 and index < len(self.found):
            self.lines.cursor = index
            if event.x >= TITLE:
                self.take(event.x < TITLE + MARK + self.side_width)
            self.refresh()


class ConcurrentChangeDialog(ActionDialog[dict[str, bool]]):
    """Answers with field name → True to keep mine; closed without an answer nothing is saved."""

    DEFAULT_CSS = """
    ConcurrentChangeDialog { align: center middle; background: transparent; }
    ConcurrentChangeDialog > Vertical { width: 96%; max-width: 120; height: auto; max-height: 96%; padding: 1 2;
        border: round $role-border-focus; border-title-color: $role-title; border-subtitle-color: $role-muted;
        background: $background; }
    """

    def __init__(self, services: Services, heading: str, found: Sequence[Difference]) -> None:
        super().__init__(services, heading)
        self.list = Differences(services, found)

    def compose(self) -> ComposeResult:
        """The differences in a box."""
        with Vertical() as box:
            self.title_box(box)
            yield self.list

    def actions(self) -> tuple[Action, ...]:
        """Choose a side, save, close."""
        return CHANGE_ACTIONS

    def on_mount(self) -> None:
        """Takes the keyboard."""
        self.list.focus()

    def accept(self) -> None:
        """Answers with the sides chosen."""
        self.dismiss({entry.name: entry.take_mine for entry in self.list.found})


def _change(context: ActionContext) -> ConcurrentChangeDialog:
    return context.front(ConcurrentChangeDialog)


CHANGE_ACTIONS = (
    Action("change.left", "Keep mine", lambda c: _change(c).list.take(True), ("left",), "mine"),
    Action("change.right", "Take theirs", lambda c: _change(c).list.take(False), ("right",), "theirs"),
    Action(
        "change.first",
        "Keep mine in all fields",
        lambda c: _change(c).list.take(True, every=True),
        ("home",),
        "all mine",
    ),
    Action(
        "change.last",
        "Take theirs in all fields",
        lambda c: _change(c).list.take(False, every=True),
        ("end",),
        "all theirs",
    ),
    Action("change.up", "Up", lambda c: _change(c).list.move(-1), ("up",)),
    Action("change.down", "Down", lambda c: _change(c).list.move(1), ("down",)),
    Action("change.save-line", "Save this", lambda c: _change(c).accept(), ("enter", "ctrl+s"), "save this"),
    help_action("change"),
    close_action("change", "back"),
)


def difference(row: FieldRow, base: Values, mine: Values, theirs: Values) -> Difference:
    """How a field differs; whoever alone changed it is chosen, and if both did, mine."""
    name = row.entry.name
    i_did, they_did = mine.get(name) != base.get(name), theirs.get(name) != base.get(name)
    both = i_did and they_did
    return Difference(name, row.entry.heading, value_text(row, mine), value_text(row, theirs), both, i_did)


def value_text(row: FieldRow, values: Values) -> str:
    """A field's value as people read it."""
    value = values.get(row.entry.name)
    if row.entry.secret:
        return "(hidden)" if value else ""
    if isinstance(value, dict):
        return "; ".join(f"{slot}: {', '.join(map(str, ids))}" for slot, ids in value.items() if ids)
    options = row.editor.options if isinstance(row.editor, ChoiceEditor) else ()
    label = next((option.label for option in options if option.value == value), values.get(f"{row.entry.name}_label"))
    return str(label) if label and value is not None else row.entry.kind.text(value, values)
