"""A box of lines that change while something runs: painted soon after an event, not at each; keys by a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer

from partnertui.kit.jobs import Job
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.scroll_lines import RecordBody
from partnertui.kit.widgets.styled_lines import Line


class LiveBox(ModalScreen[Any]):
    """A subclass fills `keys`, starts its job in `begin`, and says in `lines` and `feet` what stands in the box."""

    DEFAULT_CSS = """
    LiveBox { align: center middle; background: transparent; }
    LiveBox > Vertical { width: 98%; max-width: 132; height: 90%; border: round $role-border-focus; padding: 0 1;
        border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    def __init__(self, services: Services, title: str) -> None:
        super().__init__()
        self.services, self.box_title = services, title
        self.job: Job | None = None
        self.body = RecordBody(services, one_side=True)
        self.waiting: Timer | None = None
        self.keys: dict[str, Callable[[], None]] = {}

    def compose(self) -> ComposeResult:
        """Lines in a box."""
        with Vertical() as self.box:
            self.box.border_title = plain(one_line(self.box_title))
            yield self.body

    def on_mount(self) -> None:
        """Begins."""
        self.body.focus()
        self.begin()

    def begin(self) -> None:
        """Starts what runs, in place of what ran."""

    def lines(self, width: int) -> list[Line]:
        """What stands in the box now."""
        return []

    def feet(self) -> Sequence[str]:
        """The keys for its lower edge, the longest words first."""
        return ("Esc closes",)

    @property
    def calm(self) -> float:
        """Seconds between two pictures: events come faster than anybody reads."""
        return 0.1

    def changed(self) -> None:
        """Paints soon; many events make one picture."""
        if self.waiting is None and self.is_attached:
            self.waiting = self.set_timer(self.calm, self.paint)

    def paint(self) -> None:
        """Shows how it stands."""
        self.waiting = None
        if self.is_attached and self.body.size.width:
            width = max(20, self.body.size.width - 2)
            feet = self.feet()
            self.box.border_subtitle = next((foot for foot in feet if len(foot) <= width), feet[-1])
            self.body.show(self.lines(width), ())

    def end(self) -> None:
        """Cancels what runs and closes the box."""
        if self.job is not None:
            self.job.cancel()
        self.dismiss(None)

    def on_record_body_resized(self, event: Any) -> None:
        """Makes the lines for the width."""
        self.paint()

    def on_key(self, event: events.Key) -> None:
        """Runs what a key stands for."""
        found = self.keys.get(event.key) or self.keys.get(event.character or "")
        if found is not None:
            event.stop()
            found()
