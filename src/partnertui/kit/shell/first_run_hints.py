"""Hints on where to start, for somebody who opens the program for the first time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from partnertui.kit.declare.view_location import Location
    from partnertui.kit.shell.services import AppServices


class StartHere(Widget):
    """Above the footer, until another view is opened; only on the first run in a folder.

    lines: sentences whose keys are written as `{key:action.id}`.
    """

    DEFAULT_CSS = "StartHere { width: 1fr; dock: bottom; margin-bottom: 1; }"

    def __init__(self, services: AppServices, lines: Sequence[str]) -> None:
        super().__init__()
        self.services, self.lines = services, lines
        self.styles.height = len(lines)
        self.first: Location | None = None

    @classmethod
    def on_first_run(cls, services: AppServices, lines: Sequence[str]) -> Iterator[StartHere]:
        """The widget, if these lines were not shown in this folder before."""
        if not services.saved_state.get("start_here"):
            yield cls(services, lines)

    def on_mount(self) -> None:
        """Waits for another view in front."""
        self.first, repaint_frame = self.services.location(), self.services.refresh_frame

        def changed() -> None:
            repaint_frame()
            self.refresh()  # the first screen's actions are declared by now
            if self.is_attached and self.services.location() != self.first:
                self.services.saved_state.put("start_here", value="read")
                self.remove()

        self.services.refresh_frame = changed

    def render_line(self, y: int) -> Strip:
        """One of the lines, cut where the terminal ends."""
        width, palette = self.size.width, self.services.palette
        return Strip(
            [Segment(f" {self.services.keymap.fill(self.lines[y])}"[:width].ljust(width), palette.style("info"))]
        )
