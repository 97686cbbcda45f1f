"""All screens with their keys at once, also at 80×24: shown when no key comes soon after `g`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.view_location import Location
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

    from partnertui.kit.declare.actions import Action, Services
    from partnertui.kit.widgets.picker import Item

GAP = 2


class KeyGrid(Widget):
    """Keys and titles in as many columns as fit, read downwards."""

    DEFAULT_CSS = "KeyGrid { height: auto; width: 1fr; }"

    class Picked(Message):
        """A title was clicked."""

        def __init__(self, location: Location) -> None:
            super().__init__()
            self.location = location

    def __init__(self, services: Services, items: Sequence[Item[Location]]) -> None:
        super().__init__()
        self.services, self.items = services, items
        self.cell = max((cell_len(item.label) for item in items), default=1) + 4

    def rows(self, width: int) -> int:
        """Lines that all items take."""
        columns = max(1, width // (self.cell + GAP))
        return -(-len(self.items) // columns)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the longest column."""
        return max(1, self.rows(width))

    def render_line(self, y: int) -> Strip:
        """One item of each column."""
        palette, rows = self.services.palette, max(1, self.rows(self.size.width))
        segments: list[Segment] = []
        for item in self.items[y::rows] if y < rows else ():
            segments.append(Segment(f" {item.key}  ", palette.style("accent")))
            label = fit(item.label, self.cell - 4, "left", self.services.symbols.cut)
            segments.append(Segment(label + " " * GAP, palette.style("")))
        return Strip(segments).adjust_cell_length(self.size.width, palette.style("text"))

    def on_click(self, event: events.Click) -> None:
        """A click goes there."""
        index = event.x // (self.cell + GAP) * max(1, self.rows(self.size.width)) + event.y
        if index < len(self.items):
            self.post_message(self.Picked(self.items[index].value))


class ScreenKeys(ActionDialog[Location]):
    """Takes one key and answers with its screen."""

    DEFAULT_CSS = """
    ScreenKeys { align: center top; background: transparent; }
    ScreenKeys > Vertical { width: 96%; max-width: 110; height: auto; max-height: 100%;
        border: round $role-border-focus; border-title-color: $role-title; background: $background; }
    """

    def __init__(self, services: Services, heading: str, items: Sequence[Item[Location]]) -> None:
        super().__init__(services, heading)
        self.items = [item for item in items if item.key]

    def compose(self) -> ComposeResult:
        """The grid."""
        with Vertical() as box:
            self.title_box(box)
            yield KeyGrid(self.services, self.items)

    def actions(self) -> tuple[Action, ...]:
        """Close; every other key is a screen's."""
        return SCREEN_KEY_ACTIONS

    def on_key_grid_picked(self, event: KeyGrid.Picked) -> None:
        """A click picks."""
        event.stop()
        self.dismiss(event.location)

    def on_key(self, event: events.Key) -> None:
        """A screen's key goes there."""
        found = next((item.value for item in self.items if item.key == (event.character or event.key)), None)
        if found is None:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self.dismiss(found)


SCREEN_KEY_ACTIONS = (help_action("screens", letters=False), close_action("screens"))
