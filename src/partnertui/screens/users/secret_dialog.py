"""Shows secrets once or on request; each can be copied, none is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.widgets.record_lines import field_lines, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from partnertui.kit.declare.actions import Services


@dataclass(frozen=True)
class Secret:
    """A label with what isn't to be kept anywhere; its repr shows only the label."""

    label: str
    text: str = field(repr=False)


def show_secrets(services: Services, heading: str, secrets: Sequence[Secret], about: str = "") -> None:
    """Shows secrets in a dialog with the cursor on the last one, which is what is usually copied."""

    def lines(width: int) -> list[Line]:
        found = [line for secret in secrets for line in field_lines(secret.label, secret.text, "", width)]
        return [*found, BLANK, *wrapped(about, width, "muted")] if about else found

    services.show_dialog(SecretDialog(services, heading, lines, len(secrets) - 1))


class SecretDialog(LinesDialog):
    """Lines that hold secrets; small, because there are few."""

    DEFAULT_CSS = "SecretDialog > Vertical { height: 12; }"

    def __init__(self, services: Services, heading: str, lines: Callable[[int], list[Line]], start: int) -> None:
        super().__init__(services, heading, lines)
        self.start = start

    def on_mount(self) -> None:
        """Puts the cursor on what is usually copied."""
        super().on_mount()
        # The lines are made for a width, which is known only after the first layout.
        self.call_after_refresh(self.body.go, self.start)
