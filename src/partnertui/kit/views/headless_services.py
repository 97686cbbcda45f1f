"""Services without a running application: for commands, and for tests of actions.

`headless_context(settings, folders, catalog)` is an `ActionContext` in a line. Reads run at once in the caller's
thread; what an application would show is kept to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from partnertui.domain.symbols import UNICODE, Symbols
from partnertui.errors import UserError
from partnertui.kit.declare.actions import Action, ActionContext, Changes, Dialog, Services, View
from partnertui.kit.declare.catalog import Catalog
from partnertui.kit.declare.draft_store import Drafts, NoDrafts
from partnertui.kit.declare.key_map import KeyMap
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.view_location import Location, Scope
from partnertui.kit.jobs import Jobs
from partnertui.kit.saved_state import SavedState
from partnertui.kit.theme import Palette, load_palette

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.domain.operators import Operator

T = TypeVar("T")


def _raise(error: BaseException) -> None:
    raise error


class NoChanges:
    """Tells nobody of anything: a view without an application is read once."""

    def subscribe(self, source: str, owner: object, told: Callable[[frozenset[int]], None]) -> None:
        """See Changes."""

    def unsubscribe(self, owner: object) -> None:
        """See Changes."""


@dataclass
class HeadlessServices:
    """Implements `Services` for one command or test. Never opens a terminal; `close` closes the database."""

    settings: Settings
    folders: Folders
    catalog: Catalog
    operator: Operator | None = None
    scope: Scope | None = None
    symbols: Symbols = UNICODE
    saved_state: SavedState = field(default_factory=lambda: SavedState(None))
    jobs: Jobs = field(default_factory=lambda: Jobs(lambda: None, _raise))
    keymap: KeyMap = field(init=False)
    changes: Changes = field(default_factory=lambda: NoChanges())
    drafts: Drafts = field(default_factory=NoDrafts)
    palette: Palette = field(init=False)
    database_error: str = ""
    is_demo: bool = False
    first_frame_painted: bool = True
    messages: list[tuple[str, str]] = field(default_factory=list)
    """Sentences of `notify`, each with its role."""
    locations: list[Location] = field(default_factory=list)
    """Where `open` went and `go_back` didn't return from."""
    dialogs: list[Dialog] = field(default_factory=list)
    """What `show_dialog` would have shown; `answer` answers the last one."""
    copied: list[str] = field(default_factory=list)
    _answers: list[tuple[Callable[[Any], object] | None, Callable[[], None] | None]] = field(default_factory=list)
    _database: Database | None = None

    def __post_init__(self) -> None:
        self.keymap = KeyMap(dict(self.settings.keys))
        self.palette = load_palette("dark" if self.settings.theme == "auto" else self.settings.theme)

    @property
    def database(self) -> Database:
        """The database, opened on first use."""
        if self._database is None:
            from partnertui.db.database import open_database  # 150 ms of SQLAlchemy; most actions need no database

            self._database = open_database(self.settings.database_url)
        return self._database

    def close(self) -> None:
        """Closes the database, if it was opened."""
        if self._database is not None:
            self._database.close()

    def answer(self, result: Any) -> None:
        """Answers the last dialog; None closes it without an answer."""
        self.dialogs.pop()
        then, on_cancel = self._answers.pop()
        if result is None and on_cancel is not None:
            on_cancel()
        elif result is not None and then is not None:
            then(result)

    def notify(self, text: str, role: str) -> None:
        """Keeps the sentence."""
        self.messages.append((text, role))

    def copy(self, text: str, what: str) -> None:
        """Keeps the text."""
        self.copied.append(text)

    def update_footer(self) -> None:
        """No-op."""

    def open(self, location: Location, make: Callable[[Services, Location], View] | None = None) -> None:
        """Keeps the location, if the role allows it."""
        if refusal := self.refusal(location.screen):
            self.notify(refusal, "warn")
        else:
            self.locations.append(location)

    def refusal(self, screen: str) -> str:
        """Why the operator may not open a screen; "" if that is allowed or there is no operator."""
        allowed = self.operator is None or screen in self.catalog.visible(self.operator.role)
        return "" if allowed else f"{self.catalog.screens[screen].entry.title} isn't available to this role."

    def show_dialog(
        self, dialog: Dialog, then: Callable[[Any], object] | None = None, on_cancel: Callable[[], None] | None = None
    ) -> None:
        """Keeps the dialog until `answer`."""
        self.dialogs.append(dialog)
        self._answers.append((then, on_cancel))

    def set_scope(self, scope: Scope | None) -> None:
        """Narrows every screen to one customer, or to none."""
        self.scope = scope

    def context(self) -> ActionContext:
        """A context without a view."""
        return ActionContext(self, screen=self.locations[-1].screen if self.locations else "")

    def actions(self) -> tuple[Action, ...]:
        """None: there is no view."""
        return ()

    def run_action(self, action: Action, context: ActionContext | None = None) -> None:
        """Runs an action, or keeps the sentence that says why that isn't possible."""
        context = context or self.context()
        if refusal := action.refusal(context):
            self.notify(refusal, "warn")
        else:
            action.run(context)

    def run_by_id(self, action_id: str) -> None:
        """No-op: there is no view."""

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
        """Reads at once. Raises the UserError if there is no `failed`."""
        try:
            result = self.database.read(work, from_replica=from_replica)
        except UserError as error:
            if failed is None:
                raise
            failed(error)
        else:
            done(result)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """No-op: nothing waits here."""

    def go_back(self) -> bool:
        """Returns to the previous location; False if there is none."""
        if self.locations:
            self.locations.pop()
            return True
        return False

    def open_views(self) -> Sequence[View]:
        """None."""
        return ()

    def use_theme(self, name: str) -> None:
        """Changes the theme. Raises KeyError if there is no such theme."""
        self.palette = load_palette(name)

    def location(self) -> Location | None:
        """The location opened last."""
        return self.locations[-1] if self.locations else None

    def previous_location(self) -> Location | None:
        """The location before it."""
        return self.locations[-2] if len(self.locations) > 1 else None

    def restart_views(self) -> None:
        """No-op: there is no view."""

    def neighbour(self, by: int) -> None:
        """No-op: there is no list."""

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Calls back at once."""
        then()

    def database_failed(self, error: Exception) -> None:
        """Notes that the database did not answer."""
        self.database_error = str(error)

    def database_recovered(self) -> None:
        """Notes that the database answers again."""
        self.database_error = ""


def headless_context(
    settings: Settings,
    folders: Folders,
    catalog: Catalog,
    screen: str = "",
    *rows: Row,
    operator: Operator | None = None,
) -> ActionContext:
    """What an action works on, without an application: a screen and its selected rows, the first under the cursor."""
    services = HeadlessServices(settings, folders, catalog, operator)
    return ActionContext(services, None, screen, rows[0] if rows else None, rows)
