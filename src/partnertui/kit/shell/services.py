"""The services of the running program: settings, database, jobs, navigation, dialogs and messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from partnertui.domain.symbols import UNICODE, Symbols
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Dialog, View
from partnertui.kit.declare.actions import Services as ServicesProtocol
from partnertui.kit.declare.key_map import KeyMap, key_label
from partnertui.kit.declare.view_location import Location, Scope
from partnertui.kit.shell.sign_in_and_outage import DatabaseState
from partnertui.kit.shell.view_stack import ViewStack
from partnertui.kit.theme import Palette, load_palette

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection
    from textual.app import App
    from textual.filter import LineFilter

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.declare.catalog import Catalog
    from partnertui.kit.jobs import Jobs
    from partnertui.kit.saved_state import SavedState
    from partnertui.kit.shell.change_watch import ChangeWatch
    from partnertui.kit.views.draft_storage import StoredDrafts


@dataclass
class AppServices:
    """Implements `Services` for one running program."""

    app: App[Any]
    settings: Settings
    folders: Folders
    palette: Palette
    catalog: Catalog
    saved_state: SavedState
    jobs: Jobs
    symbols: Symbols = UNICODE
    keymap: KeyMap = field(default_factory=KeyMap)
    app_actions: tuple[Action, ...] = ()
    operator: Operator | None = None
    scope: Scope | None = None
    unscoped_label: str = ""
    """What the header shows while no scope is set."""
    database_error: str = ""
    """Why the database is away, in a sentence; "" while it answers."""
    is_demo: bool = False
    """True on the demo's data with the demo's platform; the header says so."""
    go_pending: bool = False
    """True after `g`: the next key names a screen."""
    first_frame_painted: bool = False
    """True once the first frame is written; nothing heavy is imported before."""
    view_stack: ViewStack = field(init=False)
    database_state: DatabaseState = field(init=False)
    database_opened: Callable[[Database], None] = lambda database: None
    """Gets the database when it was opened, before anybody uses it."""
    message_line: Callable[[str, str], None] = lambda text, role: None
    """Where `notify` shows its sentence; the footer sets it."""
    update_footer: Callable[[], None] = lambda: None
    refresh_frame: Callable[[], None] = lambda: None
    """Repaints what is around the view: scope, operator, state of the database."""
    opened_database: Database | None = None
    """The database, once it was opened."""
    known_by_account: bool = False
    """True in a forced command of SSH: the account on this host says who it is."""
    held_dialogs: list[Callable[[], None]] | None = None
    """What shows the dialogs that were to open since the screen was covered; None while it isn't."""
    last_key_at: Callable[[], datetime] = utc_now
    """When a key was pressed last."""
    lens_filters: tuple[LineFilter, ...] = ()
    """What masks every line while the screen-share lens is on."""
    lens_off: Callable[[], None] = lambda: None
    """Ends the masking of texts that are wrapped; set while the lens is on."""
    erase_terminal: Callable[[], None] = lambda: None
    """Removes everything that the terminal shows and remembers, before the next frame."""
    _drafts: StoredDrafts | None = None
    _changes: ChangeWatch | None = None

    def __post_init__(self) -> None:
        self.view_stack = ViewStack(self, self.view_changed)
        self.database_state = DatabaseState(self)

    @property
    def database(self) -> Database:
        """The database; the module that opens it is imported on first use, after the first paint."""
        if self.opened_database is None:
            from partnertui.db.database import open_database  # 150 ms of SQLAlchemy that the first frame doesn't need

            ours = self.settings.database
            database = open_database(ours.url, replica=ours.replica, direct=ours.direct)
            self.database_opened(database)
            self.opened_database = database
        return self.opened_database

    @property
    def changes(self) -> ChangeWatch:
        """What tells views of changes by others; its module is imported on first use, after the first paint."""
        if self._changes is None:
            from partnertui.kit.shell.change_watch import ChangeWatch

            self._changes = ChangeWatch(self)
        return self._changes

    @property
    def drafts(self) -> StoredDrafts:
        """The drafts of whoever is signed in; their module is imported on first use, after the first paint."""
        if self._drafts is None:
            from partnertui.kit.views.draft_storage import StoredDrafts  # the mapped models and the cipher

            self._drafts = StoredDrafts(self)
        return self._drafts

    def notify(self, text: str, role: str) -> None:
        """Shows a sentence in the message line, its `{key:action.id}` filled in; role good, warn, bad or ""."""
        # No pop-up: it would repaint the screen twice and cover what it talks about.
        self.message_line(self.keymap.fill(text), role)

    def close(self) -> None:
        """Saves the state of the interface and closes the database."""
        self.saved_state.save()
        self.lens_off()
        if self._changes is not None:
            self._changes.stop()
        if self._drafts is not None:
            self._drafts.flush()
        if self.database_state.session is not None:
            self.database_state.session.stop()
        # Last: drafts and the end of the session are still written to it.
        if self.opened_database is not None:
            self.opened_database.close()

    # navigation

    def open(self, location: Location, make: Callable[[ServicesProtocol, Location], View] | None = None) -> None:
        """Goes to a location, if the role allows it; `make` builds a view that is neither list nor record."""
        if refusal := self.refusal(location.screen):
            self.notify(refusal, "warn")
        else:
            page = self.catalog.loaded(location.screen) if location.row is not None and make is None else None
            other = page.instead(location.row) if page is not None and location.row is not None else None
            self.view_stack.open(other or location, make)

    def refusal(self, screen: str) -> str:
        """Why the operator may not open a screen; "" if that is allowed or no one is signed in yet."""
        if self.operator is None or screen in self.catalog.visible(self.operator.role):
            return ""
        from partnertui.domain.operators import role_words  # which the first frame doesn't need

        entry = self.catalog.screens[screen].entry
        return f"{entry.title} is for {role_words(entry.permission)} only."

    def view_changed(self) -> None:
        """Another view is in front."""
        location = self.location()
        if location is not None and location.record is None and not location.fixed_filters:
            self.saved_state.put("screen", value=location.screen)
        self.update_footer()
        self.refresh_frame()

    def location(self) -> Location | None:
        """Where the operator is; None before the first view."""
        return self.view_stack.location

    def previous_location(self) -> Location | None:
        """Where `go_back` leads; None from the first view."""
        stack = self.view_stack
        return stack.history[stack.index - 1] if stack.index > 0 else None

    def go_back(self) -> bool:
        """Returns to the previous view; False if this is the first."""
        return self.view_stack.back()

    def neighbour(self, by: int) -> None:
        """Goes from a record to the next or previous one of the list that it was opened from."""
        self.view_stack.neighbour(by)

    def open_views(self) -> Sequence[View]:
        """The views kept alive, the one in front last."""
        return tuple(self.view_stack.views.values())

    def restart_views(self) -> None:
        """Reads every kept list from the beginning."""
        self.view_stack.restart_all()

    def set_scope(self, scope: Scope | None) -> None:
        """Narrows every screen to one customer, or to none."""
        self.scope = scope
        self.refresh_frame()
        self.restart_views()

    def show_dialog(
        self, dialog: Dialog, then: Callable[[Any], object] | None = None, on_cancel: Callable[[], None] | None = None
    ) -> None:
        """Shows a dialog; `then` gets its answer, `on_cancel` runs if it was closed without one."""

        def answered(answer: Any) -> None:
            if answer is not None and then is not None:
                then(answer)
            elif answer is None and on_cancel is not None:
                on_cancel()

        assert isinstance(dialog, Screen)
        if self.held_dialogs is not None:  # nothing may open over a locked screen
            self.held_dialogs.append(lambda: self.show_dialog(dialog, then, on_cancel))
        else:
            self.app.push_screen(dialog, answered)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Calls back after some seconds."""
        self.app.set_timer(seconds, callback)

    # actions

    def context(self) -> ActionContext:
        """The context of the view in front."""
        view = self.view_stack.view
        return view.context() if view is not None else ActionContext(self)

    def actions(self) -> tuple[Action, ...]:
        """What can be done in the view in front, nearest first."""
        view = self.view_stack.view
        return (*(view.actions() if view is not None else ()), *self.app_actions)

    def handle_key(self, key: str) -> bool:
        """Runs the action of a key; False if there is none."""
        if self.go_pending:
            self.go_pending = False
            return self._go_to_screen(key)
        action = self.keymap.find(key, self.actions())
        if action is not None:
            self.run_action(action)
        return action is not None

    def _go_to_screen(self, key: str) -> bool:
        """Opens the screen whose key it is: the second half of `g c`."""
        role = self.operator.role if self.operator else None
        found = next((s.id for s in self.catalog.visible(role).values() if s.entry.key == key), None)
        if found is not None:
            self.open(Location(found))
        elif key != "escape":
            self.notify(f"No screen has the key {key_label(key)}; {{key:app.go-key}} shows them all.", "warn")
        return True

    def run_by_id(self, action_id: str) -> None:
        """Runs an action of the view in front by its ID, if it is there."""
        action = next((action for action in self.actions() if action.id == action_id), None)
        if action is not None:
            self.run_action(action)

    def run_action(self, action: Action, context: ActionContext | None = None) -> None:
        """Runs an action, or shows why that isn't possible now."""
        context = context or self.context()
        if refusal := action.refusal(context):
            from partnertui.domain.capital_letter import capital

            self.notify(capital(refusal) + ("" if refusal.endswith(".") else "."), "warn")
        else:
            action.run(context)

    def use_theme(self, name: str) -> None:
        """Changes the theme, now and for the next start. Raises KeyError if there is no such theme."""
        fresh = load_palette(name)
        self.saved_state.put("theme", value=name)
        old, self.palette = self.palette, fresh
        self.app.register_theme(fresh.textual())
        self.app.theme = f"partnertui-{name}"
        for widget in self.app.query("*"):
            if getattr(widget, "palette", None) is old:
                setattr(widget, "palette", fresh)  # noqa: B010 - only our own widgets have a palette
            if hasattr(widget, "repaint"):
                widget.repaint()
            widget.refresh()

    def copy(self, text: str, what: str) -> None:
        """Copies text to the terminal's clipboard and says so."""
        from partnertui.kit.shell.copy_text import copy_text  # loads the clipboard protocols on first use

        # Textual offers no public way to its driver; a headless one has no terminal to write to.
        copy_text(self, text, what, None if self.app.is_headless else self.app._driver)

    def read(
        self,
        owner: object,
        slot: str,
        work: Callable[[Connection], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
        *,
        opens: bool = False,
        from_replica: bool = False,
    ) -> None:
        """Runs a query as a job; a newer one in the same slot of an owner replaces it. Failures are shown."""

        def show(error: UserError) -> None:
            self.notify(f"{error} {error.advice}".strip(), "bad")

        self.jobs.query(
            owner, slot, lambda: self.database, work, done, failed or show, opens=opens, from_replica=from_replica
        )

    # the database's state

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Calls back as soon as it is known who works here: what an operator may see decides what is read."""
        self.database_state.when_signed_in(then)

    def database_failed(self, error: Exception) -> None:
        """Notes that the database did not answer; it is tried again every few seconds."""
        self.database_state.failed(error)

    def database_recovered(self) -> None:
        """Notes that the database answers again."""
        self.database_state.recovered()
