"""The line to search messages with; it is there only while something is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from partnertui.kit.shell.services import Services
from partnertui.ladder.model import RowKind

if TYPE_CHECKING:
    from partnertui.screens.shared.trace.view import TraceView


class FindLine(Horizontal):
    """Text inside messages; Enter keeps it, Esc takes it away."""

    DEFAULT_CSS = """
    FindLine { height: 1; width: 1fr; display: none; }
    FindLine.open { display: block; }
    FindLine Static { width: auto; color: $role-muted; padding: 0 1; }
    FindLine Input { border: none; height: 1; width: 1fr; background: $role-input; }
    """

    def __init__(self, services: Services, view: TraceView) -> None:
        super().__init__()
        self.services, self.view = services, view
        self.text = ""
        self.input = Input(placeholder="text in messages", compact=True, select_on_focus=False)
        self.count = Static("", markup=False)

    def compose(self) -> ComposeResult:
        """A sign, the input, how many there are."""
        yield Static("/", markup=False)
        yield self.input
        yield self.count

    def edit(self) -> None:
        """Opens the line."""
        self.add_class("open")
        self.input.focus()

    def close(self) -> None:
        """Forgets what was looked for."""
        self.remove_class("open")
        self.input.value = self.text = ""
        self.view.show_raw(keep=True)
        self.view.focus_main()

    def hits(self) -> list[int]:
        """Rows whose message has the text, whatever the case of its letters."""
        trace, wanted = self.view.trace, self.text.lower()
        if trace is None or not wanted:
            return []
        rows = enumerate(self.view.ladder.ladder.rows)
        known = [(number, row.index) for number, row in rows if row.kind == RowKind.MESSAGE]
        return [n for n, place in known if wanted in self.view.text_of(place).lower()]

    def step(self, by: int, *, stay: bool = False) -> None:
        """To the next message that has it, round and round; `stay`: the one under the cursor counts, too.

        In a tree, first to where else it is in there.
        """
        if self.view.dissected and not stay and self.view.raw.next_hit(by):
            return
        found, ladder = self.hits(), self.view.ladder
        self.count.update(f"{len(found)} found" if self.text else "")
        if not found:
            if self.text:
                self.services.notify(f"No message shown has “{self.text}” in it.", "warn")
            return
        if by > 0:
            target = next((n for n in found if n > ladder.cursor or (stay and n == ladder.cursor)), found[0])
        else:
            target = next((n for n in reversed(found) if n < ladder.cursor), found[-1])
        ladder.go(target)
        self.count.update(f"{found.index(target) + 1} of {len(found)}")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Goes to the first as one types."""
        event.stop()
        self.text = event.value
        if self.text:
            self.step(1, stay=True)
        self.view.show_raw(keep=True)

    def on_key(self, event: events.Key) -> None:
        """Enter goes back to the ladder and keeps the line, Esc takes it away."""
        if event.key == "enter":
            self.view.focus_main()
            if not self.text:
                self.close()
        elif event.key == "escape":
            self.close()
        else:
            return
        event.stop()
        event.prevent_default()
