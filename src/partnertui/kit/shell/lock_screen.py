"""The screen that covers everything: asks for a password at the start or after a lock, or says why a session ended."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Input, Static

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.widgets.dialog import BOX_CSS, ActionDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services

log = logging.getLogger(__name__)


class PasswordInput(Input):
    """A field for a password, which is never copied out of it."""

    def action_copy(self) -> None:
        """No-op."""

    def action_cut(self) -> None:
        """No-op."""


class CoverScreen(ActionDialog[bool]):
    """Nothing of the data is drawn while it is in front: its background is opaque.

    `check` gets what was typed, in a thread, and raises UserError for a wrong password; without it, Enter is enough.
    """

    DEFAULT_CSS = (
        BOX_CSS.format(name="CoverScreen").replace("background: transparent", "background: $background")
        + "CoverScreen > Vertical { max-width: 72; }"
        + "CoverScreen Input { margin: 1 0 0 0; border: none; height: 1; padding: 0; background: $role-input; }"
        + "CoverScreen .said { margin-top: 1; height: auto; } CoverScreen .failed { color: $role-bad; }"
    )

    def __init__(
        self, services: Services, heading: str, text: str, *, check: Callable[[str], None] | None, verb: str
    ) -> None:
        super().__init__(services, heading)
        self.text, self.check, self.verb = text, check, verb
        self.field = PasswordInput(password=True, compact=True, placeholder="Password")
        self.said = Static("", classes="said", markup=False)
        self.checking = False

    def compose(self) -> ComposeResult:
        """Who is asked, and for what."""
        with Vertical() as box:
            self.title_box(box)
            yield Static(block(self.text), markup=False)
            if self.check is not None:
                yield self.field
            yield self.said

    def on_mount(self) -> None:
        """Takes the keyboard."""
        if self.check is not None:
            self.field.focus()

    def actions(self) -> tuple[Action, ...]:
        """Go on, quit."""
        return COVER_ACTIONS

    def hints(self, width: int = 200) -> str:
        """What Enter does here."""
        return super().hints(width).replace("continue", self.verb, 1)

    def on_key(self, event: events.Key) -> None:
        """Takes every key: nothing behind it may run."""
        super().on_key(event)
        event.stop()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field."""
        event.stop()
        self.go_on()

    def is_ready_for(self, key: str) -> bool:
        """What is typed while a password is checked waits for the outcome."""
        return not self.checking

    def go_on(self) -> None:
        """Checks what was typed, in the background."""
        if self.check is None:
            self.dismiss(True)
        elif self.field.value and not self.checking:
            check, typed = self.check, self.field.value
            # Emptied before the check, so that the password stays in the field under no outcome.
            self.checking, self.field.value = True, ""
            self.say("Checking …")
            self.services.jobs.write(
                "check the password", lambda: check(typed), lambda done: self.accepted(), self.refused, saves=False
            )

    def accepted(self) -> None:
        """Goes on."""
        self.dismiss(True)

    def refused(self, error: UserError) -> None:
        """Says why it can't go on."""
        log.warning("a password was refused: %s", type(error).__name__)
        self.checking = False
        self.say(f"{error} {error.advice}".strip(), failed=True)

    def say(self, text: str, *, failed: bool = False) -> None:
        """Shows a sentence below the field."""
        self.said.set_class(failed, "failed")
        self.said.update(block(text))


def _quit(context: ActionContext) -> None:
    context.services.run_by_id("app.quit")


COVER_ACTIONS = (
    Action("cover.open", "Continue", lambda c: c.front(CoverScreen).go_on(), ("enter",), "continue", palette=False),
    Action("cover.quit", "Quit", _quit, ("ctrl+q",), "quit", palette=False),
)
