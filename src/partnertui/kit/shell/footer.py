"""The last line: keys of what can be done here, or a message."""

from __future__ import annotations

import time
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.key_map import key_label
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from partnertui.kit.shell.services import AppServices

MESSAGE_SECONDS = 8.0
"""Seconds that a message stays; a bad one stays until the next key."""
MOST_LINES = 3
"""Lines of the longest message."""
Hint = tuple[str, str, str]
"""A key as it is printed, what it does, and the ID of its action."""
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
        self._shown: list[Hint] = []
        self._help: Hint | None = None
        """The help by a key that works now; None while `?` is typed into a text and no other key explains it."""

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
        found: dict[str, Hint] = {}
        helps: Hint | None = None
        context = self.services.context()
        for action, keys in self.services.keymap.pairs(self.services.actions()):
            key = next((one for one in keys if not self._is_typed(one)), None)
            if key is None:
                continue
            if action.id.endswith(".help"):
                helps = helps or (key_label(key), "help", action.id)
            elif action.hint and not (action.settled and action.refuse(context)):
                found.setdefault(key, (key_label(key), action.hint, action.id))
        if (hints := list(found.values())) != self._shown or helps != self._help:
            self._shown, self._help = hints, helps
            self.refresh()

    def _is_typed(self, key: str) -> bool:
        """Whether a key writes a letter into the text that has the keyboard, so that it runs nothing."""
        focused, label = self.screen.focused, key_label(key)
        # Textual asks the same to hide bindings in its own footer: Input and TextArea take every printable key.
        return focused is not None and len(label) == 1 and focused.check_consume_key(key, label)

    def _visible_hints(self) -> list[Hint]:
        """As many hints as fit; that of the help is always there."""
        last = [self._help] if self._help is not None else []
        room, found = self.size.width - sum(map(_cells, last)), []
        for hint in self._shown:
            room -= _cells(hint)
            if room < 0:
                break
            found.append(hint)
        return found + last

    def render_line(self, y: int) -> Strip:
        """A message, or the hints."""
        palette, width = self.services.palette, self.size.width
        base = palette.style("header")
        if self.message is not None:
            role = self.message[1]
            text = self._lines[y] if y < len(self._lines) else ""
            text = fit(text, width - 1, "left", self.services.symbols.cut) if cell_len(text) >= width else text
            return Strip([Segment(f" {text}", palette.style(role, "header"))]).adjust_cell_length(width, base)
        segments = []
        for key, hint, _ in self._visible_hints() if not y else ():
            segments += [
                Segment(f" {key} ", palette.style("header-key", "header")),
                Segment(f"{hint} ", base),
            ]
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """A click on a hint does it; elsewhere it opens the help."""
        x, last = 0, ""
        for hint in self._visible_hints():
            x, last = x + _cells(hint), hint[2]
            if event.x < x:
                break
        self.services.run_by_id(last or "app.help")


def _cells(hint: Hint) -> int:
    return cell_len(f" {hint[0]} {hint[1]} ")
