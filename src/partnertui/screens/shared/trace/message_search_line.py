"""The input line for searching a trace's messages; visible only during a search."""

from __future__ import annotations

from typing import Protocol

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.widgets.dialog import run_key
from partnertui.screens.shared.trace.ladder_widget import LadderWidget
from partnertui.screens.shared.trace.message_pane import MessagePane


class SearchedView(Protocol):
    """What the search line needs of the view it searches."""

    ladder: LadderWidget
    pane: MessagePane
    showing_fields: bool

    def rows_with(self, text: str) -> list[int]:
        """Numbers of the ladder's rows whose message contains the text."""

    def show_message(self, *, keep: bool = False) -> None:
        """Show the message under the cursor again, with matches highlighted."""

    def focus_main(self) -> None:
        """Focus the ladder."""


class FindLine(Horizontal):
    """Searches for text inside messages; Enter keeps the search, Esc closes it."""

    DEFAULT_CSS = """
    FindLine { height: 1; width: 1fr; display: none; }
    FindLine.open { display: block; }
    FindLine Static { width: auto; color: $role-muted; padding: 0 1; }
    FindLine Input { border: none; height: 1; width: 1fr; background: $role-input; }
    """

    def __init__(self, services: Services, view: SearchedView) -> None:
        super().__init__()
        self.services, self.view = services, view
        self.text = ""
        self.input = Input(placeholder="text in messages", compact=True, select_on_focus=False)
        self.count = Static("", markup=False)

    def compose(self) -> ComposeResult:
        """A slash, the input, the number of matches."""
        yield Static("/", markup=False)
        yield self.input
        yield self.count

    def edit(self) -> None:
        """Open the line."""
        self.add_class("open")
        self.input.focus()

    def close(self) -> None:
        """Close the line and clear the search."""
        self.remove_class("open")
        self.input.value = self.text = ""
        self.view.show_message(keep=True)
        self.view.focus_main()

    def step(self, by: int, *, stay: bool = False) -> None:
        """Go to the next match and wrap around; with `stay`, the message under the cursor counts too.

        While fields are shown, first to further matches in the same message.
        """
        if self.view.showing_fields and not stay and self.view.pane.next_hit(by):
            return
        found, ladder = self.view.rows_with(self.text), self.view.ladder
        self.count.update(f"{len(found)} found" if self.text else "")
        if not found:
            if self.text:
                self.services.notify(f"No visible message contains “{self.text}”.", "warn")
            return
        if by > 0:
            target = next((n for n in found if n > ladder.cursor or (stay and n == ladder.cursor)), found[0])
        else:
            target = next((n for n in reversed(found) if n < ladder.cursor), found[-1])
        ladder.go(target)
        self.count.update(f"{found.index(target) + 1} of {len(found)}")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Go to the first match while typing."""
        event.stop()
        self.text = event.value
        if self.text:
            self.step(1, stay=True)
        self.view.show_message(keep=True)

    def keep(self) -> None:
        """Return to the ladder and keep the search."""
        self.view.focus_main()
        if not self.text:
            self.close()

    def on_key(self, event: events.Key) -> None:
        """Run the actions of the line."""
        run_key(event, FIND_ACTIONS, ActionContext(self.services, focused=self))


def _line(context: ActionContext) -> FindLine:
    return context.front(FindLine)


FIND_ACTIONS = (
    Action("find.open", "Back to the ladder; keep the search", lambda c: _line(c).keep(), ("enter",), group="Search"),
    Action("find.close", "Close the search", lambda c: _line(c).close(), ("escape",), group="Search"),
)
