"""Starts the program: theme, operator, navigation, error boundary."""

from __future__ import annotations

import gc
import logging
import os
import time
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal

from partnertui import screens
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.declare.view_location import Location
from partnertui.kit.exception_guard import ReportedErrors
from partnertui.kit.shell.error_boundary import ErrorBoundary
from partnertui.kit.shell.footer import Footer
from partnertui.kit.shell.global_actions import APP_ACTIONS
from partnertui.kit.shell.header import Header
from partnertui.kit.shell.key_queue import KeyQueue
from partnertui.kit.shell.services_setup import make_services
from partnertui.kit.shell.sidebar_menu import Menu
from partnertui.kit.shell.terminal_too_small import TooSmall
from partnertui.kit.terminal import FOLD_BELOW, LEAST
from partnertui.kit.terminal.paste_filter import MOST_PASTED
from partnertui.screens.shared.customer_scope import UNSCOPED_LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.message import Message

    from partnertui.config import Folders, Settings
    from partnertui.kit.views.view_widget import ViewWidget

log = logging.getLogger(__name__)
LOCK = tuple(action for action in APP_ACTIONS if action.id == "app.lock")


def seconds_awake_or_asleep() -> float:
    """A clock that nobody sets and that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@runtime_checkable
class ErasableTerminal(Protocol):
    """A driver that can remove everything that the terminal shows and remembers."""

    def erase(self) -> None:
        """Removes it, and takes nothing for granted in the next frame."""


class PartnerApp(ErrorBoundary, App[int]):
    """Header, menu, stage, footer. Everything else is a view on the stage or a dialog over it."""

    CSS = """
    Screen { overflow: hidden; layers: base over; }
    #body { height: 1fr; }
    .folded Menu { display: none; }
    .too-small TooSmall { display: block; }
    """
    TITLE = "partnertui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []
    AUTO_FOCUS = None

    def __init__(
        self, settings: Settings, folders: Folders, start: str = "", *, is_demo: bool = False, **textual: Any
    ) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None, **textual)
        self.animation_level = "none"
        self.services = make_services(self, settings, folders, screens.find())
        self.services.app_actions = (*self.services.catalog.common_actions, *APP_ACTIONS)
        self.services.unscoped_label = UNSCOPED_LABEL
        self.services.is_demo = is_demo
        self.services.database_opened = partial(lazy("partnertui.screens.shared.provisioning:prepare"), settings)
        self.start = start
        self._painted_once = False
        self.last_input = seconds_awake_or_asleep()
        self.services.erase_terminal = self._erase_terminal
        self.services.last_key_at = self._last_key_at
        self.key_queue = KeyQueue(self, super().on_event, self._is_ready_for, self._tell_waiting)
        self.register_theme(self.services.palette.textual())
        self.theme = f"partnertui-{self.services.palette.name}"

    def compose(self) -> ComposeResult:
        """The frame."""
        self.header, self.footer = Header(self.services), Footer(self.services)
        self.view_stack, self.menu = self.services.view_stack, Menu(self.services)
        self.view_stack.begin(self.first_location())
        self.services.message_line = self.footer.show_message
        self.services.update_footer = self.footer.update_hints
        self.services.refresh_frame = self._painted
        yield self.header
        with Horizontal(id="body"):
            yield self.menu
            yield self.view_stack
        if self.services.is_demo:
            from partnertui.kit.shell.first_run_hints import StartHere  # nobody but the demo needs it
            from partnertui.screens.shared.demo_first_run_hints import START_LINES

            yield from StartHere.on_first_run(self.services, START_LINES)
        yield self.footer
        yield TooSmall(self.services)

    def on_mount(self) -> None:
        """Opens the first screen; operator and database come behind the first paint."""
        self.fit_to(*self.size)
        self._view().focus_main()
        self.services.view_changed()

    def _view(self) -> ViewWidget:
        view: ViewWidget | None = self.services.view_stack.view
        assert view is not None  # `begin` made one before the first frame
        return view

    def first_location(self) -> Location:
        """The screen to begin with: the one asked for, the last one, or the first of the menu."""
        visible = self.services.catalog.visible(None)
        first = self.start or self.services.saved_state.get("screen", default="")
        return Location(first if first in visible else next(iter(visible)))

    def post_display_hook(self) -> None:
        """The first frame is written: now the database and what is heavy."""
        if not self._painted_once and self.view_stack.view is not None and self.view_stack.view.size.width:
            self._painted_once = True
            self.call_next(self._wake)

    def _wake(self) -> None:
        self.services.first_frame_painted = True
        self.set_timer(3.0, resume_garbage_collection)
        self.set_interval(1.0, self._lock_if_idle)
        self._view().begin_loading()
        self.services.database_state.sign_in()
        if self.services.settings.kamailio.subscribers == "write":
            lazy("partnertui.screens.shared.provisioning:start")(self.services)

    def _erase_terminal(self) -> None:
        if isinstance(self._driver, ErasableTerminal):
            self._driver.erase()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line passes through: Textual's own filters, then the screen-share lens."""
        return [*super().get_line_filters(), *self.services.lens_filters]

    def _last_key_at(self) -> datetime:
        return utc_now() - timedelta(seconds=max(0.0, seconds_awake_or_asleep() - self.last_input))

    def _lock_if_idle(self) -> None:
        minutes = self.services.settings.lock.idle_minutes
        idle = seconds_awake_or_asleep() - self.last_input
        if minutes and idle >= 60 * minutes and self.services.operator is not None:
            self.services.database_state.access.lock(
                f"No key was pressed for {minutes:g} minute{'' if minutes == 1 else 's'}."
            )

    def _painted(self) -> None:
        self.header.refresh()
        self.menu.list_screens()

    def fit_to(self, width: int, height: int) -> None:
        """Folds the menu away on a narrow terminal; covers all on one that is too small."""
        self.set_class(width < FOLD_BELOW, "folded")
        self.set_class(width < LEAST[0] or height < LEAST[1], "too-small")

    def on_resize(self, event: events.Resize) -> None:
        """Folds or unfolds the menu."""
        self.fit_to(*event.size)

    def on_descendant_focus(self) -> None:
        """A text takes letters, so that other keys work than before."""
        self.footer.update_hints()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """Opens a screen from the menu."""
        self.services.open(Location(event.screen_id))

    async def on_event(self, event: events.Event) -> None:
        """Keys and pasted text wait until what has the keyboard is ready for them."""
        if isinstance(event, events.InputEvent):
            self.last_input = seconds_awake_or_asleep()
        if isinstance(event, events.Key) and self.services.keymap.find(event.key, LOCK) is not None:
            self.services.run_action(LOCK[0])  # also while somebody types in a dialog, or nothing answers
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if not self._painted_once and isinstance(event, events.Key) and event.key == "ctrl+j":
                event = events.Key("enter", "\r")  # typed before the terminal was raw: it made a line feed of Enter
            if isinstance(event, events.Paste) and len(event.text) >= MOST_PASTED:
                self.services.notify(f"Only the first {MOST_PASTED:,} characters were pasted.", "warn")
            await self.key_queue.put(event)
        else:
            await super().on_event(event)

    def _is_ready_for(self, event: events.Key | events.Paste) -> bool:
        key = event.key if isinstance(event, events.Key) else ""
        if not self._painted_once or self.services.jobs.opening:
            return False
        if len(self.screen_stack) > 1:
            from partnertui.kit.widgets.dialog import ActionDialog  # came with the dialog that is in front

            return not isinstance(self.screen, ActionDialog) or self.screen.is_ready_for(key)
        return self.services.database_state.answered and self._view().is_ready_for(key)

    def _tell_waiting(self, text: str) -> None:
        self.services.notify(text, "")

    async def _dispatch_message(self, message: Message) -> None:
        """Goes on after a mistake: Textual ends the loop that it happened in, and this one is the whole program's."""
        with ReportedErrors(self._handle_exception):
            await super()._dispatch_message(message)

    def on_key(self, event: events.Key) -> None:
        """Every key that no input took is an action of the registry."""
        if len(self.screen_stack) > 1:
            return
        self.footer.key_pressed()
        if self.services.handle_key(event.key):
            event.stop()
            event.prevent_default()

    async def action_quit(self) -> None:
        """Ctrl+Q, in a dialog too."""
        self.services.run_by_id("app.quit")

    def action_help_quit(self) -> None:
        """Ctrl+C: many press it out of habit."""
        self.services.notify("{key:app.quit} quits; {key:list.copy} copies what's under the cursor.", "")

    async def on_unmount(self) -> None:
        """Keeps what is to be remembered."""
        self.services.close()


def resume_garbage_collection() -> None:
    """Freezes imported objects, then re-enables the collector, which never has to look at them again."""
    gc.freeze()
    gc.enable()


def driver_class() -> type[Driver] | None:
    """The terminal driver with the filter for control codes; None leaves the choice to Textual."""
    if os.name != "posix":
        return None
    from partnertui.kit.terminal.safe_driver import SafeDriver  # termios, which only POSIX has

    return SafeDriver


def run(settings: Settings, folders: Folders, *, is_demo: bool = False, known_by_account: bool = False) -> int:
    """Runs the program in this terminal; returns the exit code."""
    app = PartnerApp(settings, folders, is_demo=is_demo, driver_class=driver_class())
    app.services.known_by_account = known_by_account
    app.run(mouse=settings.mouse)
    return app.return_code or 0
