"""Action, its context, and the registry of all actions that feeds keys, footer, menus, help and docs/keys.md.

`Services`, `View` and `Dialog` are the protocols between declarations and the program that runs them, so that an
action can be run, and tested, without a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from partnertui.kit.declare.key_map import DECLARED_KEYS
from partnertui.kit.declare.lazy import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.rows.type_aliases import Row
    from partnertui.domain.operators import Operator
    from partnertui.domain.symbols import Symbols
    from partnertui.errors import UserError
    from partnertui.kit.declare.catalog import Catalog
    from partnertui.kit.declare.draft_store import Drafts
    from partnertui.kit.declare.key_map import KeyMap
    from partnertui.kit.declare.view_location import Location, Scope
    from partnertui.kit.jobs import Jobs
    from partnertui.kit.saved_state import SavedState
    from partnertui.kit.theme import Palette

T = TypeVar("T")


def allowed(context: ActionContext) -> str:
    """The refusal of an action that is always possible: none."""
    return ""


NO_OPERATOR = "no one is logged in yet"


def signed_in(context: ActionContext) -> str:
    """Refuses where nobody is signed in."""
    return "" if context.operator is not None else NO_OPERATOR


@dataclass(frozen=True)
class Action:
    """Something that can be done, declared once.

    `run` gets the context (screen, row under the cursor, marked rows). `refuse` returns a sentence that says why the
    action isn't possible now, or "".
    """

    id: str
    """`area.verb`, unique: the key map of the settings names it. A default key stands for one verb everywhere."""
    title: str
    run: Callable[[ActionContext], object]
    keys: tuple[str, ...] = ()
    hint: str = ""
    """Short word for the footer; empty keeps it out of the footer."""
    rows: str = ""
    """`one` needs a row, `many` runs on all marked rows or the one under the cursor."""
    reads_row: bool = False
    """Works on the row under the cursor where there is one, but needs none."""
    refuse: Callable[[ActionContext], str] = allowed
    roles: frozenset[str] = frozenset()
    """Roles that may run it; empty for all."""
    group: str = "Actions"
    """Heading in help and context menu."""
    about: str = ""
    palette: bool = True
    menu: bool = False
    """Offered in the context menu of a row even if it needs no row."""
    settled: bool = False
    """What `refuse` says holds as long as the view is open: if refused, the footer shows no hint."""
    leads_to: tuple[str, str] | None = None
    """For an action that opens a view or dialog with its own actions: its name, and `module:NAME` of those."""
    preload: Callable[[], None] | None = None
    """Imports what the action needs in a thread while the list is being read, so the first run isn't slower."""

    def __post_init__(self) -> None:
        DECLARED_KEYS[self.id] = self.keys

    @property
    def needs_rows(self) -> bool:
        """Whether it acts on rows or moves among them, so that it waits while they are being read."""
        return bool(self.rows) or self.reads_row or self.group == "Move"

    @property
    def verb(self) -> str:
        """What it does, by its ID: `trace` for `call.trace`."""
        return self.id.partition(".")[2]

    def refusal(self, context: ActionContext) -> str:
        """Why it isn't possible now, in a sentence; "" if it is."""
        if self.roles and context.operator is not None and context.operator.role not in self.roles:
            from partnertui.domain.operators import role_words  # which the first frame doesn't need

            return f"{self.title} is for {role_words(self.roles)} only"
        if self.rows and not context.rows:
            return "no row is selected"
        if self.rows == "one" and len(context.rows) > 1:
            return f"“{self.title}” works on one row: clear the marks first"
        return self.refuse(context)


class View(Protocol):
    """What fills the screen between header and footer: a list, a record, a trace."""

    location: Location

    def context(self) -> ActionContext:
        """What an action run now would work on."""

    def actions(self) -> tuple[Action, ...]:
        """What can be done here, the view's own actions first."""

    def refresh_rows(self, *, changed: bool = False) -> None:
        """Reads the rows again and keeps the cursor where it is.

        `changed`: they were changed here; keys that work on rows wait for the new ones.
        """


class Dialog(Protocol):
    """A modal screen that answers with a value or None; in the program a Textual `ModalScreen`."""

    def dismiss(self, result: Any = None) -> object:
        """Closes it with an answer; None for no answer."""


class Changes(Protocol):
    """Where views hear of what others change."""

    def subscribe(self, source: str, owner: object, told: Callable[[frozenset[int]], None]) -> None:
        """Calls `told` with the IDs of changed records, or with none if any may have changed."""

    def unsubscribe(self, owner: object) -> None:
        """No more calls for this owner."""


class Services(Protocol):
    """What every view, dialog and action works with: settings, database, jobs, navigation, messages."""

    settings: Settings
    folders: Folders
    palette: Palette
    symbols: Symbols
    catalog: Catalog
    saved_state: SavedState
    jobs: Jobs
    keymap: KeyMap
    operator: Operator | None
    scope: Scope | None
    database_error: str
    is_demo: bool
    """True on the demo's data with the demo's platform: nothing may be sent to anybody else."""
    first_frame_painted: bool

    @property
    def changes(self) -> Changes:
        """Where views hear of what others change."""

    @property
    def drafts(self) -> Drafts:
        """Where dialogs keep what is being typed."""

    @property
    def database(self) -> Database:
        """The database, opened on first use."""

    def notify(self, text: str, role: str) -> None:
        """Shows a sentence in the message line; role good, warn, bad or ""."""

    def update_footer(self) -> None:
        """Works out again which hints the footer shows."""

    def open(self, location: Location, make: Callable[[Services, Location], View] | None = None) -> None:
        """Goes to a location, if the role allows it; `make` builds a view that is neither list nor record."""

    def refusal(self, screen: str) -> str:
        """Why the operator may not open a screen; "" if that is allowed or no one is logged in yet."""

    def show_dialog(
        self, dialog: Dialog, then: Callable[[Any], object] | None = None, on_cancel: Callable[[], None] | None = None
    ) -> None:
        """Shows a dialog; `then` gets its answer, `on_cancel` runs if it was closed without one."""

    def set_scope(self, scope: Scope | None) -> None:
        """Narrows every screen to one customer, or to none."""

    def context(self) -> ActionContext:
        """The context of the view in front."""

    def actions(self) -> tuple[Action, ...]:
        """What can be done in the view in front, nearest first."""

    def run_action(self, action: Action, context: ActionContext | None = None) -> None:
        """Runs an action, or shows why that isn't possible now."""

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
        """Runs a query as a job and hands its result to `done`; a newer one in the same slot of an owner replaces it.

        A failure is shown in the message line, or handed to `failed`. `opens`: `done` opens a dialog or sets
        the scope, and keys typed meanwhile wait for it. `from_replica`: see `Database.read`; not for what is changed.
        """

    def copy(self, text: str, what: str) -> None:
        """Copies text to the terminal's clipboard and says so."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> None:
        """Calls back after some seconds."""

    def go_back(self) -> bool:
        """Returns to the previous view; False if this is the first."""

    def open_views(self) -> Sequence[View]:
        """The views kept alive, the one in front last."""

    def run_by_id(self, action_id: str) -> None:
        """Runs an action of the view in front by its ID, if it is there."""

    def use_theme(self, name: str) -> None:
        """Changes the theme, now and for the next start. Raises KeyError if there is no such theme."""

    def location(self) -> Location | None:
        """Where the operator is; None before the first view."""

    def previous_location(self) -> Location | None:
        """Where `go_back` leads; None from the first view."""

    def restart_views(self) -> None:
        """Reads every kept list from the beginning."""

    def neighbour(self, by: int) -> None:
        """Goes from a record to the next or previous one of the list that it was opened from."""

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Calls back as soon as it is known who works here: what an operator may see decides what is read."""

    def database_failed(self, error: Exception) -> None:
        """Notes that the database did not answer; it is tried again every few seconds."""

    def database_recovered(self) -> None:
        """Notes that the database answers again."""


@dataclass(frozen=True)
class ActionContext:
    """What an action works on: the services, the view or dialog in front, its screen and the selected rows."""

    services: Services
    view: View | None = None
    screen: str = ""
    row: Row | None = None
    """The row under the cursor."""
    rows: tuple[Row, ...] = ()
    """The marked rows, or the row under the cursor."""
    column: str = ""
    dialog: object | None = None
    """The dialog in front, if one is open."""
    focused: object | None = None
    """The widget that has the keyboard."""

    @property
    def operator(self) -> Operator | None:
        """Who is working; None until the database has answered."""
        return self.services.operator

    @property
    def scope(self) -> Scope | None:
        """The customer scope, if one is set."""
        return self.services.scope

    def front(self, kind: type[T]) -> T:
        """The focused widget, the dialog or the view, whichever is of that type. Raises TypeError if none is."""
        for found in (self.focused, self.dialog, self.view):
            if isinstance(found, kind):
                return found
        raise TypeError(f"this action only works in a {kind.__name__}")

    def refresh_rows(self) -> None:
        """Reads the rows of the view again after a change, if there is a view."""
        if self.view is not None:
            self.view.refresh_rows(changed=True)


def actions_of_views(actions: Iterable[Action]) -> dict[str, tuple[Action, ...]]:
    """The actions of the views and dialogs that these actions lead to, and those lead to, by name; imports modules."""
    found: dict[str, tuple[Action, ...]] = {}
    following = list(actions)
    for action in following:
        if action.leads_to is not None and action.leads_to[0] not in found:
            name, where = action.leads_to
            found[name] = resolve(where)
            following += found[name]
    return found
