"""Small dialogs: lines to read, a text to write, a question to confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.widgets.scroll_lines import RecordBody
from partnertui.kit.widgets.styled_lines import Line

BOX = """
{name} {{ align: center middle; background: transparent; }}
{name} > Vertical {{ width: 90%; max-width: 110; height: auto; max-height: 90%; border: round $role-border-focus;
    border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; padding: 0 1; }}
"""


class LinesBox(ModalScreen[Any]):
    """Lines to read and copy; Esc closes."""

    DEFAULT_CSS = BOX.format(name="LinesBox") + "LinesBox > Vertical { height: 80%; }"

    def __init__(
        self, services: Services, title: str, lines: Callable[[int], list[Line]], foot: str = "y copies  Esc closes"
    ) -> None:
        super().__init__()
        self.services, self.heading, self.lines, self.foot = services, title, lines, foot
        self.body = RecordBody(services, one_side=True)

    def compose(self) -> ComposeResult:
        """The lines in a box."""
        with Vertical() as box:
            box.border_title, box.border_subtitle = plain(self.heading), self.foot
            yield self.body

    def on_mount(self) -> None:
        """Takes the keyboard."""
        self.body.focus()

    def on_record_body_resized(self, event: Any) -> None:
        """Makes the lines for the width."""
        self.body.show(self.lines(max(20, self.body.size.width - 2)), ())

    def on_record_body_followed(self, event: RecordBody.Followed) -> None:
        """A click goes where Enter would."""
        self.dismiss(event.line.target)

    def on_key(self, event: events.Key) -> None:
        """Esc, q and Enter close, Enter with where the line leads; y copies the line."""
        if event.key in {"escape", "q", "enter"}:
            event.stop()
            self.dismiss(self.body.line.target if event.key == "enter" else None)
        elif event.key == "y":
            self.services.copy(self.body.line.copy, "the line")


class Question(ModalScreen[str]):
    """Asks for a text of one or more lines; Ctrl+S takes it, Esc gives up what is empty or asks again."""

    DEFAULT_CSS = (
        BOX.format(name="Question")
        + "Question TextArea { height: 10; border: none; background: $role-input; padding: 0 1; }"
        + "Question .hint { height: 1; color: $role-muted; }"
    )

    def __init__(self, services: Services, title: str, text: str = "") -> None:
        super().__init__()
        self.services, self.heading, self.text = services, title, text
        self._warned = False

    def compose(self) -> ComposeResult:
        """A box to write in."""
        with Vertical() as box:
            box.border_title = plain(self.heading)
            self.area = TextArea(self.text, soft_wrap=True, show_line_numbers=False)
            yield self.area
            self.hint = Static("Ctrl+S saves, Esc cancels", classes="hint", markup=False)
            yield self.hint

    def on_mount(self) -> None:
        """Takes the keyboard, behind the text."""
        self.area.focus()
        self.area.move_cursor(self.area.document.end)

    def unsaved(self) -> bool:
        """True where closing would lose something."""
        return self.area.text.strip() not in {"", self.text.strip()}

    def on_key(self, event: events.Key) -> None:
        """Ctrl+S saves, Esc cancels."""
        if event.key == "ctrl+s":
            event.stop()
            if self.area.text.strip():
                self.dismiss(self.area.text.strip())
            else:
                self.hint.update("Nothing is written yet: write something, or Esc to cancel.")
        elif event.key == "escape":
            event.stop()
            if not self.unsaved() or self._warned:
                self.dismiss(None)
            self._warned = True
            self.hint.update("Esc again throws away what you wrote; Ctrl+S saves it.")


class Answer(Static):
    """A key with what it does, which may be clicked in its place."""

    def __init__(self, key: str, words: str, answer: bool | None) -> None:
        super().__init__(Content.assemble((key, "bold"), f" {one_line(words)}"))
        self.answer = answer

    def on_click(self, event: events.Click) -> None:
        """As if its key were pressed."""
        event.stop()
        self.screen.dismiss(self.answer)


class Confirm(ModalScreen[bool]):
    """Says what will be done and asks; `y` does it, Esc does not. Enter is no answer: it is pressed by the way."""

    DEFAULT_CSS = (
        BOX.format(name="Confirm")
        + "Confirm > Vertical { max-width: 72; }"
        + "Confirm Horizontal { height: 1; margin-top: 1; } Confirm Answer { width: auto; margin-right: 3; }"
    )

    def __init__(self, title: str, words: str, yes: str = "do it") -> None:
        super().__init__()
        self.heading, self.words, self.yes = title, words, yes

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical() as box:
            box.border_title = plain(self.heading)
            yield Static(block(self.words), markup=False)
            with Horizontal():
                yield Answer("y", self.yes, True)
                yield Answer("Esc", "leave it", None)

    def on_key(self, event: events.Key) -> None:
        """The answer."""
        event.stop()
        if event.key == "y":
            self.dismiss(True)
        elif event.key in {"escape", "n", "q"}:
            self.dismiss(None)


class TextBox(ModalScreen[Any]):
    """Text to select with the mouse, where the clipboard cannot be reached."""

    DEFAULT_CSS = BOX.format(name="TextBox") + "TextBox TextArea { height: 12; border: none; }"

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.heading, self.text = title, text

    def compose(self) -> ComposeResult:
        """A box that can be selected from."""
        with Vertical() as box:
            box.border_title, box.border_subtitle = plain(self.heading), "Shift+drag selects   Esc closes"
            yield TextArea(block(self.text), read_only=True, soft_wrap=True)

    def on_key(self, event: events.Key) -> None:
        """Esc closes."""
        if event.key in {"escape", "q", "enter"}:
            event.stop()
            self.dismiss(None)
