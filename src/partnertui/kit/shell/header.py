"""The first line: scope, jobs, operator, state of the database, clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.clock import local_minute
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from textual import events

    from partnertui.kit.shell.services import AppServices

CLOCK = 6


class Header(Widget):
    """One line. Only the clock changes in it by itself, and how far the replica is behind."""

    DEFAULT_CSS = "Header { height: 1; width: 1fr; dock: top; }"

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services
        self._minute = ""
        self._behind = ""

    def on_mount(self) -> None:
        """Checks the clock every second, repaints once a minute."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        minute = local_minute()
        # An idle program writes nothing at all but the minute: 0 bytes in 5 s (docs/benchmarks.md).
        if minute != self._minute:
            self._minute = minute
            self.refresh(Region(self.size.width - CLOCK, 0, CLOCK, 1))
        if self._behind != (behind := self.services.database_state.replica_behind):
            self._behind = behind
            self.refresh()

    def left(self) -> list[tuple[str, str]]:
        """Name of the program and the customer scope."""
        services = self.services
        scope = one_line(services.scope.name) if services.scope else services.unscoped_label
        folded = f" {services.symbols.folded}" if self.app.has_class("folded") else ""
        return [
            (f"{folded} partnertui ", "header-key"),
            (f" {services.symbols.scope} {scope} ", "chip" if services.scope else "header"),
        ]

    def right(self) -> list[tuple[str, str]]:
        """Whether what it shows is masked, or a demo; jobs, operator, database and clock."""
        services = self.services
        pieces: list[tuple[str, str]] = []
        if services.lens_filters:
            pieces.append((" masked ", "warn"))
        if services.is_demo and (self.size.width >= 100 or not services.lens_filters):
            pieces += [(" demo: made-up data ", "warn")] if self.size.width >= 100 else [(" demo ", "warn")]
        running = services.jobs.running
        if running:
            far = f" {running[0].far}".rstrip() if len(running) == 1 else ""
            pieces.append((f" {services.symbols.job} {len(running)} job{'s' * (len(running) > 1)}{far} ", "info"))
        if services.operator is not None:
            role = f" ({services.operator.role})" if self.size.width >= 76 else ""
            pieces.append((f" {one_line(services.operator.name)}{role} ", "header"))
        if behind := services.database_state.replica_behind:
            pieces.append((f" replica {behind} behind ", "warn"))
        state = (
            (services.symbols.offline, "bad")
            if services.database_error
            else (services.symbols.online, "good" if services.operator else "muted")
        )
        pieces += [(f" {state[0]} ", state[1]), ("offline " if services.database_error else "db ", "header")]
        pieces.append((f"{local_minute()} ", "header"))
        return pieces

    def render_line(self, y: int) -> Strip:
        """The whole line; on a narrow screen the scope gives way first."""
        palette, width = self.services.palette, self.size.width
        right = [Segment(text, palette.style(role, "header")) for text, role in self.right()]
        room = max(0, width - sum(cell_len(segment.text) for segment in right))
        left = [Segment(text, palette.style(role, "header")) for text, role in self.left()]
        start = Strip(left).adjust_cell_length(room, palette.style("header"))
        return Strip([*start, *right]).adjust_cell_length(width, palette.style("header"))

    def on_click(self, event: events.Click) -> None:
        """A click on the name opens the menu, on the scope the customer picker, on jobs the list of jobs."""
        x = 0
        for index, (text, _) in enumerate(self.left()):
            if x <= event.x < x + cell_len(text):
                self.services.run_by_id(("app.menu", "scope.choose")[index])
            x += cell_len(text)
