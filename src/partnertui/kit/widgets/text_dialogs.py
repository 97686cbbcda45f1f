"""Small dialogs: lines to read, a text to write, a question to confirm, a text to copy by mouse."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.widgets.dialog import BOX_CSS, ActionDialog, close_action, help_action, move_actions
from partnertui.kit.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual import events
    from textual.app import ComposeResult

    from partnertui.domain.drafts import DraftOf, StoredDraft
    from partnertui.errors import UserError
    from partnertui.kit.declare.styled_line import Line


class LinesDialog(ActionDialog[Location]):
    """Lines to read and copy; Enter goes where a line leads."""

    DEFAULT_CSS = BOX_CSS.format(name="LinesDialog") + "LinesDialog > Vertical { height: 80%; }"

    def __init__(self, services: Services, heading: str, lines: Callable[[int], list[Line]]) -> None:
        super().__init__(services, heading)
        self.make_lines = lines
        self.body = LineView(services, one_side=True)

    def compose(self) -> ComposeResult:
        """The lines in a box."""
        with Vertical() as box:
            self.title_box(box)
            yield self.body

    def actions(self) -> tuple[Action, ...]:
        """Follow, copy, move, close."""
        return LINES_ACTIONS

    def on_mount(self) -> None:
        """Takes the keyboard."""
        self.body.focus()

    def follow(self) -> None:
        """Closes it, answering with where the line leads."""
        self.dismiss(self.body.line.target)

    def on_line_view_resized(self, event: LineView.Resized) -> None:
        """Makes the lines for the width."""
        event.stop()
        self.body.show(self.make_lines(max(20, self.body.size.width - 2)))

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """A click goes where Enter would."""
        event.stop()
        self.dismiss(event.line.target)


def _lines(context: ActionContext) -> LinesDialog:
    return context.front(LinesDialog)


LINES_ACTIONS = (
    Action("lines.open", "Follow the line's link, or close", lambda c: _lines(c).follow(), ("enter",), palette=False),
    Action(
        "lines.copy", "Copy the line", lambda c: c.services.copy(_lines(c).body.line.copy, "the line"), ("y",), "copy"
    ),
    *move_actions("lines", lambda c: _lines(c).body),
    help_action("lines"),
    close_action("lines", "close", "q"),
)


class TextDialog(ActionDialog[str]):
    """Asks for a text of one or more lines; answers with it, stripped.

    `text` is what it begins with, `stored` what is stored of it already: closing asks first if they differ. With `send`
    it stays open: `send` writes the text, and the dialog closes when it is told that this is committed.
    """

    DEFAULT_CSS = (
        BOX_CSS.format(name="TextDialog")
        + "TextDialog TextArea { height: 10; border: none; background: $role-input; padding: 0 1; }"
        + "TextDialog .hint { height: auto; min-height: 1; max-height: 4; color: $role-muted; }"
        + "TextDialog .failed { color: $role-bad; }"
    )

    def __init__(
        self,
        services: Services,
        heading: str,
        text: str = "",
        *,
        stored: str = "",
        verb: str = "save",
        send: Callable[[TextDialog, str], object] | None = None,
        seen: Mapping[str, Any] | None = None,
        draft: DraftOf | None = None,
    ) -> None:
        super().__init__(services, heading)
        self.draft = draft
        self.reading = False
        self.start = text
        """The text without a draft."""
        self.earlier = ""
        """A draft that isn't shown; `F4` restores it."""
        self.stored, self.verb, self.send = stored, verb, send
        self.seen = seen or {}
        """The record as the agent saw it, with its version; a refusal brings the newer one."""
        self.saving = False
        self.key, self.earlier_key = token_hex(16), token_hex(16)
        """The idempotency keys of what is typed here, and of `earlier`: tried again, it is stored once."""
        self.area = TextArea(text, soft_wrap=True, show_line_numbers=False, compact=True)
        self.hint = Static("", classes="hint", markup=False)

    def compose(self) -> ComposeResult:
        """A box to write in."""
        with Vertical() as box:
            self.title_box(box)
            yield self.area
            yield self.hint

    def hints(self, width: int = 200) -> str:
        """Saving by its own verb, such as send."""
        return super().hints(width).replace(" save", f" {self.verb}", 1)

    def actions(self) -> tuple[Action, ...]:
        """Save, close."""
        return TEXT_ACTIONS

    def on_mount(self) -> None:
        """Takes the keyboard, behind the text, and reads what was left unsaved here."""
        self.area.focus()
        self.area.move_cursor(self.area.document.end)
        if self.draft is not None:
            self.reading = True
            self.services.drafts.read(self.draft, self.offer)

    def offer(self, found: StoredDraft | None) -> None:
        """Goes on with a draft, or says that one was discarded."""
        self.reading = False
        text = str(found.values.get("text", "")) if found is not None else ""
        if found is None or text.strip() in {"", self.start.strip()}:
            return
        when, key = f"{found.saved_at.astimezone():%d %b %H:%M}", self._key("text.clear")
        if found.discarded:
            self.earlier, self.earlier_key = text, found.key or self.earlier_key
            self.say(f"You discarded text on {when}; {key} restores it.")
        else:
            self.key = found.key or self.key
            self.show(text)
            self.say(f"Your draft from {when} has been restored. {key} starts afresh without it.")

    def show(self, text: str) -> None:
        """Replaces the text, with the cursor behind it."""
        self.area.text = text
        self.area.move_cursor(self.area.document.end)

    def swap(self) -> None:
        """Starts without what was typed, or restores it."""
        typed = self.area.text
        if typed.strip() != self.start.strip():
            self._swap_keys()
            self.earlier = typed
            self.show(self.start)
        elif self.earlier:
            self._swap_keys()
            self.show(self.earlier)
        else:
            self.say("There is no draft to restore.")

    def _swap_keys(self) -> None:
        # A key belongs to its text: one whose COMMIT went through unanswered would pass off the other text as saved.
        self.key, self.earlier_key = self.earlier_key, self.key

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keeps what is typed as a draft."""
        event.stop()
        if self.draft is not None and not self.reading and self.unsaved():
            self.services.drafts.keep(self.draft, {"text": self.area.text}, key=self.key)

    def unsaved(self) -> bool:
        """Whether there is text that nobody has saved."""
        return self.area.text.strip() not in {"", self.stored.strip()}

    def save(self) -> None:
        """Answers with the text, or sends it."""
        text = self.area.text.strip()
        if not text:
            self.say(f"The text is empty: write something, or press {self._key('text.close')} to cancel.", failed=True)
        elif self.send is None:
            self.dismiss(text)
        elif not self.saving:
            self.send(self, text)

    @property
    def written(self) -> str:
        """The text, as it is."""
        return self.area.text

    def begin_saving(self) -> None:
        """What is typed is being written: it can't be changed until the outcome is known."""
        self.saving = self.area.read_only = True
        self.say("Saving …")

    def saved(self) -> None:
        """It is committed."""
        if self.draft is not None:
            self.services.drafts.forget(self.draft)
        self.dismiss(self.area.text.strip())

    def show_failure(self, error: UserError) -> None:
        """Says why it was not written; all that was typed stays, and is tried again with what is stored now."""
        self.saving = self.area.read_only = False
        self.seen = {**self.seen, **(getattr(error, "current", None) or {})}
        self.say(f"{error} {error.advice}".strip(), failed=True)

    def say(self, text: str, *, failed: bool = False) -> None:
        """Shows a sentence below the text."""
        self.hint.set_class(failed, "failed")
        self.hint.update(block(text))

    def _key(self, action: str) -> str:
        return self.services.keymap.label(action)

    def is_ready_for(self, key: str) -> bool:
        """What is typed while it is being written waits for the outcome; Esc says so."""
        return not (self.saving or self.reading) or key == "escape"

    def discard(self) -> None:
        """Closes it; the draft stays, to be brought back on request."""
        if self.draft is not None:
            self.services.drafts.keep(self.draft, {"text": self.area.text}, discarded=True, key=self.key)
        super().discard()

    def close(self) -> None:
        """Closes it; asks first if that would lose text."""
        if self.saving:
            self.say("Saving: please wait for the result.")
        elif self.unsaved():
            discard_or_keep(self.services, self, "You have unsaved text.")
        else:
            super().close()


def _text(context: ActionContext) -> TextDialog:
    return context.front(TextDialog)


TEXT_ACTIONS = (
    Action("text.save", "Save", lambda c: _text(c).save(), ("ctrl+s",), "save", palette=False),
    Action("text.clear", "Start without the draft, or restore it", lambda c: _text(c).swap(), ("f4",)),
    help_action("text", letters=False),
    close_action("text", "cancel"),
)


class Answer(Static):
    """A key with what it does; a click does it, too."""

    def __init__(self, key: str, label: str, run: Callable[[], object]) -> None:
        super().__init__()
        self.key, self.run = key, run
        self.relabel(label)

    def relabel(self, label: str) -> None:
        """Says something else for what it does."""
        self.update(Content.assemble((self.key, "bold"), f" {one_line(label)}"))

    def on_click(self, event: events.Click) -> None:
        """As if its key were pressed."""
        event.stop()
        self.run()


class Confirm(ActionDialog[bool]):
    """Says what will be done and asks: `y` does it, Esc doesn't. Enter is no answer, because it is pressed by habit."""

    DEFAULT_CSS = (
        BOX_CSS.format(name="Confirm")
        + "Confirm > Vertical { max-width: 72; }"
        + "Confirm Horizontal { height: 1; margin-top: 1; } Confirm Answer { width: auto; margin-right: 3; }"
    )

    def __init__(self, services: Services, heading: str, text: str, yes: str = "do it", no: str = "cancel") -> None:
        super().__init__(services, heading)
        self.text, self.yes, self.no = text, yes, no

    def compose(self) -> ComposeResult:
        """The question."""
        accept, close = (key_label(self.services.keymap.keys(action)[0]) for action in CONFIRM_ACTIONS)
        with Vertical() as box:
            self.title_box(box)
            yield Static(block(self.text), markup=False)
            with Horizontal():
                yield Answer(accept, self.yes, self.accept)
                yield Answer(close, self.no, self.close)

    def actions(self) -> tuple[Action, ...]:
        """Yes and no."""
        return CONFIRM_ACTIONS

    def accept(self) -> None:
        """Answers yes."""
        self.dismiss(True)

    def on_key(self, event: events.Key) -> None:
        """Takes every key: nothing behind a question may run."""
        super().on_key(event)
        event.stop()


CONFIRM_ACTIONS = (
    Action("confirm.yes", "Yes", lambda c: c.front(Confirm).accept(), ("y",), palette=False),
    close_action("confirm", ""),
)


def discard_or_keep(services: Services, dialog: ActionDialog[str] | ActionDialog[object], text: str) -> None:
    """Asks whether to close a dialog and lose what was typed; Esc keeps editing."""
    question = Confirm(services, "Discard your changes?", text, "discard", "keep editing")
    services.show_dialog(question, lambda yes: dialog.discard())


class CopyDialog(ActionDialog[None]):
    """Text to select with the mouse, for terminals whose clipboard can't be reached."""

    DEFAULT_CSS = BOX_CSS.format(name="CopyDialog") + "CopyDialog TextArea { height: 12; border: none; }"

    def __init__(self, services: Services, heading: str, text: str) -> None:
        super().__init__(services, heading)
        self.text = text

    def compose(self) -> ComposeResult:
        """A box that can be selected from."""
        with Vertical() as box:
            self.title_box(box)
            yield TextArea(block(self.text), read_only=True, soft_wrap=True)

    def hints(self, width: int = 200) -> str:
        """How to select, then how to close."""
        # While a program takes the mouse, most terminals select with Shift alone.
        return f"Shift+drag selects   {super().hints(width)}"

    def actions(self) -> tuple[Action, ...]:
        """Help, close."""
        return COPY_ACTIONS


COPY_ACTIONS = (help_action("copy-text"), close_action("copy-text", "close", "q", "enter"))
