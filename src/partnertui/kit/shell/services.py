"""The desk: the services that every view works with, and nothing of how they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.actions import Action, KeyMap
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.symbols import UNICODE, Symbols

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import ModalScreen
    from textual.widget import Widget

    from partnertui.config import Folders, Settings
    from partnertui.db.engine import Database
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.catalog import Catalog
    from partnertui.kit.declare.context import Scope
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.jobs import Jobs
    from partnertui.kit.saved_state import SavedState
    from partnertui.kit.shell.view_stack import ViewStack
    from partnertui.kit.theme import Palette


@dataclass(frozen=True)
class FixedFilter:
    """A condition that came with a jump: only rows whose `field` is `value`; `words` says so."""

    field: str
    value: Any
    words: str


@dataclass(frozen=True)
class Location:
    """A place to be: a screen, or one record of it, with what narrows it."""

    screen: str
    record: Any = None
    fixed_filters: tuple[FixedFilter, ...] = ()
    query: str | None = None
    row: Row | None = field(default=None, compare=False)
    make: Callable[[Services, Location], Widget] | None = field(default=None, compare=False)
    """Makes a view that is neither list nor record, such as a trace; `record` tells it from others."""


@dataclass
class Services:
    """Settings, database, jobs and the way to other views. One a program."""

    app: App[Any]
    settings: Settings
    folders: Folders
    palette: Palette
    catalog: Catalog
    saved_state: SavedState
    jobs: Jobs
    symbols: Symbols = UNICODE
    keymap: KeyMap = field(default_factory=KeyMap)
    operator: Operator | None = None
    scope: Scope | None = None
    database_error: str = ""
    """Why the database is away, in a sentence; empty while all is well."""
    go_pending: bool = False
    """True after `g`: the next key names a screen."""
    first_frame_painted: bool = False
    """True once the first frame is written; nothing heavy is imported before."""
    _database: Database | None = None
    _waiting: list[Callable[[], None]] = field(default_factory=list)
    view_stack: ViewStack = field(init=False)
    app_actions: tuple[Action, ...] = ()
    notify: Callable[[str, str], None] = lambda text, role: None
    """Shows a sentence in the message line; role good, warn, bad or nothing."""
    update_footer: Callable[[], None] = lambda: None
    """Looks again what the footer should say."""
    refresh_frame: Callable[[], None] = lambda: None
    """Paints the frame again: scope, operator, state of the database."""

    @property
    def database(self) -> Database:
        """The database; the module that opens it is imported on first use, after the first paint."""
        if self._database is None:
            from partnertui.db.engine import open_database

            self._database = open_database(self.settings.database_url)
        return self._database

    # going places

    def open(self, location: Location) -> None:
        """Goes to a place, unless it is not for the operator's role."""
        refusal = self.refusal(location.screen)
        if refusal:
            self.notify(refusal, "warn")
        else:
            self.view_stack.open(location)

    def refusal(self, screen: str) -> str:
        """Why the operator may not see a screen; empty where that is allowed or nobody is signed in yet."""
        if self.operator is None or screen in self.catalog.visible(self.operator.role):
            return ""
        entry = self.catalog.screens[screen].entry
        return f"{entry.title} is for {', '.join(sorted(entry.permission))} only."

    def view_changed(self) -> None:
        """Another view is in front."""
        location = self.view_stack.location
        if location is not None and location.record is None and not location.fixed_filters:
            self.saved_state.put("screen", value=location.screen)
        self.update_footer()
        self.refresh_frame()

    def show_dialog(
        self, dialog: ModalScreen[Any], then: Callable[[Any], None], gave_up: Callable[[], None] | None = None
    ) -> None:
        """Shows a dialog; `then` gets its answer, `gave_up` is called if it was closed without one."""

        def answered(answer: Any) -> None:
            if answer is not None:
                then(answer)
            elif gave_up is not None:
                gave_up()

        self.app.push_screen(dialog, answered)

    def set_scope(self, scope: Scope | None) -> None:
        """Narrows every screen to one customer, or to none."""
        self.scope = scope
        self.refresh_frame()
        self.view_stack.restart_all()

    # doing things

    def context(self) -> ActionContext:
        """Where the agent is."""
        view = self.view_stack.view
        return view.context() if view is not None else ActionContext(self, self.view_stack)

    def actions(self) -> tuple[Action, ...]:
        """What can be done here, nearest first."""
        view = self.view_stack.view
        return (*(view.actions() if view is not None else ()), *self.app_actions)

    def handle_key(self, key: str) -> bool:
        """Runs the action of a key; False where there is none."""
        if self.go_pending:
            self.go_pending = False
            return self._go_by(key)
        action = self.keymap.find(key, self.actions())
        if action is not None:
            self.run_action(action)
        return action is not None

    def _go_by(self, key: str) -> bool:
        """Goes to the screen whose key it is: the second half of `g c`."""
        role = self.operator.role if self.operator else None
        found = next((s.id for s in self.catalog.visible(role).values() if s.entry.key == key), None)
        if found is not None:
            self.open(Location(found))
        elif key != "escape":
            self.notify(f"No screen has the key {key}: g alone shows them.", "warn")
        return True

    def run_action_by_id(self, name: str) -> None:
        """Runs an action by its ID."""
        action = next((action for action in self.actions() if action.id == name), None)
        if action is not None:
            self.run_action(action)

    def run_action(self, action: Action) -> None:
        """Runs an action, or says why that cannot be done now."""
        context = self.context()
        refusal = action.refusal(context)
        if refusal:
            self.notify(refusal[0].upper() + refusal[1:] + ("" if refusal.endswith(".") else "."), "warn")
        else:
            action.run(context)

    def use_theme(self, name: str) -> None:
        """Changes the theme, now and for the next start."""
        from partnertui.kit.theme import load_palette

        fresh = load_palette(name)
        self.saved_state.put("theme", value=name)
        old, self.palette = self.palette, fresh
        self.app.register_theme(fresh.textual())
        self.app.theme = f"partnertui-{name}"
        for widget in self.app.query("*"):
            if getattr(widget, "palette", None) is old:
                setattr(widget, "palette", fresh)  # noqa: B010 - only our own widgets have one
            if hasattr(widget, "repaint"):
                widget.repaint()
            widget.refresh()

    def copy(self, text: str, what: str) -> None:
        """Copies text to the terminal's clipboard and says so."""
        from partnertui.kit.shell.copy_text import copy_text

        copy_text(self, text, what)

    # the database's state

    def sign_in(self) -> None:
        """Looks up the operator, behind the first paint."""
        from partnertui.kit.shell.sign_in import sign_in

        sign_in(self)

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Runs something once it is known who works here: what an operator may see decides what is read."""
        if self.operator is not None:
            then()
        else:
            self._waiting.append(then)

    def signed_in(self) -> None:
        """It is known who works here."""
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def database_failed(self, trouble: Exception) -> None:
        """Notes that the database did not answer; tries again by itself."""
        from partnertui.kit.shell.sign_in import database_failed

        database_failed(self, trouble)

    def database_recovered(self) -> None:
        """Notes that the database answers again."""
        if self.database_error:
            self.database_error = ""
            self.refresh_frame()
            self.notify("The database answers again.", "good")

    def close(self) -> None:
        """Keeps what is to be remembered and closes the database."""
        self.saved_state.save()
        if self._database is not None:
            self._database.close()
