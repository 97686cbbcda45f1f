"""The last line: keys of what can be done here, or a message."""

from __future__ import annotations

import time
from textwrap import wrap

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from partnertui.kit.declare.key_map import key_label
from partnertui.kit.shell.services import AppServices
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

MESSAGE_SECONDS = 8.0
"""Seconds that a message stays; a bad one stays until the next key."""
MOST_LINES = 3
"""Lines of the longest message."""
MIN_DISPLAY_SECONDS = 1.5
"""Seconds that a message stays even if a key is pressed."""


class Footer(Widget):
    """Key hints; a message takes their place for a while, in as many lines as it needs."""

    DEFAULT_CSS = "Footer { height: 1; width: 1fr; dock: bottom; }"

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services
        self.message: tuple[str, str] | None = None
        self._timer: Timer | None = None
        self._shown_at = 0.0
        self._lines: list[str] = []
        self._shown: list[tuple[str, str, str]] = []

    def show_message(self, text: str, role: str = "") -> None:
        """Shows a sentence; an empty one removes it."""
        if self._timer is not None:
            self._timer.stop()
        self.message = (one_line(text), role) if text else None
        self._shown_at = time.monotonic()
        self._fold()
        if text and role != "bad":
            self._timer = self.set_timer(MESSAGE_SECONDS, lambda: self.show_message(""))
        self.refresh()

    def _fold(self) -> None:
        """Wraps the message to the current width."""
        text = self.message[0] if self.message is not None else ""
        lines = wrap(text, max(20, self.size.width - 2)) if self.size.width else [text]
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
        if max(1, len(lines)) != max(1, len(self._lines)):
            self.styles.height = max(1, len(lines))
        self._lines = lines

    def on_resize(self) -> None:
        """Wraps the message for the new width."""
        self._fold()

    def key_pressed(self) -> None:
        """A message counts as read once work goes on."""
        if self.message is not None and (
            self.message[1] == "bad" or time.monotonic() - self._shown_at > MIN_DISPLAY_SECONDS
        ):
            self.show_message("")

    def update_hints(self) -> None:
        """Works out the hints again; repaints only if they differ."""
        found: dict[str, tuple[str, str, str]] = {}
        context = self.services.context()
        for action, keys in self.services.keymap.pairs(self.services.actions()):
            if action.hint and keys and not (action.settled and action.refuse(context)):
                found.setdefault(keys[0], (key_label(keys[0]), action.hint, action.id))
        if (hints := list(found.values())) != self._shown:
            self._shown = hints
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A message, or as many hints as fit; `?` is always there."""
        palette, width = self.services.palette, self.size.width
        base = palette.style("header")
        if self.message is not None:
            role = self.message[1]
            text = self._lines[y] if y < len(self._lines) else ""
            text = fit(text, width - 1, "left", self.services.symbols.cut) if cell_len(text) >= width else text
            return Strip([Segment(f" {text}", palette.style(role, "header"))]).adjust_cell_length(width, base)
        if y:
            return Strip.blank(width, base)
        last = [Segment(" ? ", palette.style("header-key", "header")), Segment("help ", base)]
        room, segments = width - 8, []
        for key, hint, _ in self._shown:
            size = cell_len(f" {key} {hint} ")
            if size > room:
                break
            room -= size
            segments += [
                Segment(f" {key} ", palette.style("header-key", "header")),
                Segment(f"{hint} ", base),
            ]
        return Strip([*segments, *last]).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """A click on a hint does it."""
        x = 0
        for key, hint, name in self._shown:
            size = cell_len(f" {key} {hint} ")
            if x <= event.x < x + size:
                self.services.run_by_id(name)
                return
            x += size
        self.services.run_by_id("app.help")
