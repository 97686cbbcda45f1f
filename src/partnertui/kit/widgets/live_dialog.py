"""A dialog of lines that change while something runs: repainted shortly after an event, not at each one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Vertical

from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import EDGE, ActionDialog
from partnertui.kit.widgets.line_view import LineView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.styled_line import Line
    from partnertui.kit.jobs import Job


class LiveDialog(ActionDialog[Any]):
    """A subclass declares `ACTIONS`, starts its job in `begin` and returns in `lines` what the box shows now."""

    DEFAULT_CSS = """
    LiveDialog { align: center middle; background: transparent; }
    LiveDialog > Vertical { width: 98%; max-width: 132; height: 90%; border: round $role-border-focus; padding: 0 1;
        border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    @property
    def repaint_seconds(self) -> float:
        """Seconds between two repaints: events come faster than anybody reads."""
        return 0.1

    def __init__(self, services: Services, heading: str) -> None:
        super().__init__(services, one_line(heading))
        self.job: Job | None = None
        self.body = LineView(services, one_side=True)
        self.pending: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lines in a box."""
        with Vertical() as box:
            self.title_box(box)
            yield self.body

    def on_mount(self) -> None:
        """Begins."""
        self.body.focus()
        self.begin()

    def begin(self) -> None:
        """Starts what runs, in place of what ran."""

    def lines(self, width: int) -> list[Line]:
        """What the box shows now."""
        return []

    def changed(self) -> None:
        """Repaints soon; many events make one repaint."""
        if self.pending is None and self.is_attached:
            self.pending = self.set_timer(self.repaint_seconds, self.paint)

    def paint(self) -> None:
        """Shows the current state."""
        self.pending = None
        # A timer may fire once more after the dialog was closed, and before the first layout there is no width to wrap
        # to.
        if self.is_attached and self.body.size.width:
            width = max(20, self.body.size.width - 2)
            self.box.border_subtitle = plain(self.hints(width - EDGE))
            self.body.show(self.lines(width))

    def close(self) -> None:
        """Cancels what runs and closes the dialog."""
        if self.job is not None:
            self.job.cancel()
        super().close()

    def on_line_view_resized(self, event: LineView.Resized) -> None:
        """Makes the lines for the width."""
        event.stop()
        self.paint()
