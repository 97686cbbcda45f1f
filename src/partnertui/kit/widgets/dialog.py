"""The base of all dialogs: a box in the middle of the screen whose keys are declared actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from rich.cells import cell_len
from textual import events
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.exception_guard import ReportedErrors
from partnertui.kit.terminal.safe_content import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual import events
    from textual.message import Message
    from textual.widget import Widget

    from partnertui.kit.widgets.viewport import ScrollWidget

Result = TypeVar("Result")

# Not dimmed around the box: opening a note would write 13.0 instead of 2.9 kB at 140×40 (docs/benchmarks.md).
BOX_CSS = """
{name} {{ align: center middle; background: transparent; }}
{name} > Vertical {{ width: 90%; max-width: 110; height: auto; max-height: 90%; border: round $role-border-focus;
    border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; padding: 0 1; }}
"""


EDGE = 4
"""Cells of the lower edge that hints leave to the border."""


class ActionDialog(ModalScreen[Result]):
    """A dialog that dispatches keys through the key map; `actions` is what `F1` lists and the lower edge hints at."""

    ACTIONS: tuple[Action, ...] = ()

    def __init__(self, services: Services, heading: str = "") -> None:
        super().__init__()
        self.services, self.heading = services, heading
        self._late_answers: list[Result | None] = []
        self._titled: Widget | None = None

    def on_resize(self) -> None:
        """Shows as many key hints as fit the lower edge."""
        if self._titled is not None and self._titled.size.width:
            self._titled.border_subtitle = plain(self.hints(self._titled.size.width - EDGE))

    def actions(self) -> tuple[Action, ...]:
        """What can be done in the dialog, nearest first."""
        return self.ACTIONS

    def context(self) -> ActionContext:
        """The context of the view behind it, with this dialog in front."""
        behind = self.services.context()
        return ActionContext(
            self.services,
            behind.view,
            behind.screen,
            behind.row,
            behind.rows,
            behind.column,
            dialog=self,
            focused=self.focused,
        )

    async def _dispatch_message(self, message: Message) -> None:
        """Goes on after a mistake, so that the dialog can still be closed."""
        with ReportedErrors(self.app._handle_exception):
            await super()._dispatch_message(message)

    def on_key(self, event: events.Key) -> None:
        """Runs the action of a key that no input took; drops keys typed ahead for a dialog that isn't in front."""
        if self.is_active:
            run_key(event, self.actions(), self.context())
        else:
            event.stop()

    def on_click(self, event: events.Click) -> None:
        """A click on a hint of the lower edge does what its key does."""
        box = event.widget
        if box is None or box is self or box is not self.box or event.screen_y != box.region.bottom - 1:
            return
        start = box.region.right - 3 - cell_len(str(box.border_subtitle))  # a blank, the line, the corner
        for hint in str(box.border_subtitle).split("   "):
            if start <= event.screen_x < start + cell_len(hint):
                self.run_hint(hint.split(" ")[0])
                return
            start += cell_len(hint) + 3

    def run_hint(self, label: str) -> None:
        """Runs the action that the lower edge shows with this key."""
        for action, keys in self.services.keymap.pairs(self.actions()):
            if keys and key_label(keys[0]) == label:
                self.services.run_action(action, self.context())
                return

    def is_ready_for(self, key: str) -> bool:
        """Whether a key can be handled now; False keeps it until what the dialog reads has arrived."""
        return True

    def unsaved(self) -> bool:
        """Whether closing it would lose something the operator typed."""
        return False

    def close(self) -> None:
        """Closes it without an answer."""
        self.dismiss(None)

    def discard(self) -> None:
        """Closes it with what was typed unsaved, after the operator said so."""
        self.dismiss(None)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Closes it with an answer, behind another dialog as soon as that is closed; a second call does nothing."""
        if self.is_active:
            return super().dismiss(result)  # Textual's own closes whatever dialog is in front
        if self in self.app.screen_stack:
            self._late_answers.append(result)
        return AwaitComplete()

    def on_screen_resume(self) -> None:
        """Gives the answer that was given behind another dialog."""
        if self._late_answers:
            self.dismiss(self._late_answers[0])

    @property
    def box(self) -> Widget:
        """Everything inside the border."""
        return self.query_one(Vertical)

    def title_box(self, box: Widget) -> None:
        """Puts the heading on the upper edge and the key hints on the lower one."""
        self._titled = box
        box.border_title = plain(self.heading)
        box.border_subtitle = plain(self.hints())

    def hints(self, width: int = 200) -> str:
        """The keys of the actions that have a hint, as many as fit into `width` cells; the last one always does."""
        found = hints(self.services, self.actions())
        while len(found) > 1 and len("   ".join(found)) > width:
            del found[-2]
        return "   ".join(found)


def hints(services: Services, actions: Iterable[Action]) -> list[str]:
    """Key and word of each action that has a hint."""
    pairs = services.keymap.pairs(actions)
    return [f"{key_label(keys[0])} {action.hint}" for action, keys in pairs if action.hint and keys]


def run_key(event: events.Key, actions: Iterable[Action], context: ActionContext) -> bool:
    """Runs the action of a key, if there is one, and stops the event. True if there was one."""
    action = context.services.keymap.find(event.key, actions)
    if action is None:
        return False
    event.stop()
    event.prevent_default()
    context.services.run_action(action, context)
    return True


def dialog_of(context: ActionContext) -> ActionDialog[Any]:
    """The dialog in front."""
    return context.front(ActionDialog)


def close_action(area: str, hint: str = "close", *keys: str) -> Action:
    """The action that closes a dialog of an area."""
    return Action(f"{area}.close", "Close", _close, ("escape", *keys), hint, palette=False)


def _close(context: ActionContext) -> None:
    dialog_of(context).close()


def help_action(area: str, letters: bool = True) -> Action:
    """The action that lists what can be done in a dialog; `letters` adds `?`, which a text input would take."""
    show = lazy("partnertui.kit.widgets.help_dialog:show_dialog_help")
    return Action(
        f"{area}.help", "Keys", show, ("f1", "ctrl+p", *(("question_mark",) if letters else ())), palette=False
    )


def move_actions(
    area: str, widget: Callable[[ActionContext], ScrollWidget], letters: bool = True
) -> tuple[Action, ...]:
    """The actions that move a cursor; `letters` adds j, k and G, which a dialog with a text input can't have."""

    def action(verb: str, title: str, run: Callable[[ScrollWidget], None], *keys: str, letter: str = "") -> Action:
        given = (*keys, *((letter, letter[-1].upper()) if letter.startswith("upper_") else (letter,) if letter else ()))
        return Action(
            f"{area}.{verb}",
            title,
            lambda context: run(widget(context)),
            given if letters else keys,
            group="Move",
            palette=False,
        )

    return (
        action("up", "Up", lambda lines: lines.move(-1), "up", letter="k"),
        action("down", "Down", lambda lines: lines.move(1), "down", letter="j"),
        action("page-up", "Page up", lambda lines: lines.page(-1), "pageup"),
        action("page-down", "Page down", lambda lines: lines.page(1), "pagedown"),
        action("left", "Left", lambda lines: lines.sideways(-1), "left"),
        action("right", "Right", lambda lines: lines.sideways(1), "right"),
        action("first", "First line", lambda lines: lines.first(), "home"),
        action("last", "Last line", lambda lines: lines.last(), "end", letter="upper_g"),
    )
