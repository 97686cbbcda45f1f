"""Declarations of a form: its fields, where its values come from and where they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.kinds import Kind, Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.drafts import DraftOf
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.drag_and_drop import Board


Values = Mapping[str, Any]
MutableValues = dict[str, Any]
"""Values by field name; what `load` gives besides, such as the version, is kept and handed to `save`."""


@dataclass(frozen=True)
class Option:
    """Something to choose: its value, and what is shown for it."""

    value: Any
    label: str
    detail: str = ""


Choices = Callable[["Connection"], Sequence[Option]]
Pick = Callable[["Services", Callable[[Option], None]], None]
"""Opens a search list; calls back with what was picked."""


@dataclass(frozen=True)
class Field:
    """One field. The kind reads and shows its values; the rest says which editor it has."""

    name: str
    kind: Kind[Any] = field(default_factory=Text)
    title: str = ""
    help: str = ""
    """Shown at the bottom while the field is edited."""
    tab: str = ""
    """The tab that it is on; empty for the first."""
    required: bool | Callable[[Values], bool] = False
    default: object = None
    rows: int = 1
    """More than one: a text of several lines, or so many lines for what is carried."""
    width: int = 0
    """Cells of the input; 0 for all there are."""
    unit: str | Callable[[Values], str] = ""
    """Shown behind the input, such as a currency."""
    choices: Sequence[Option] | None = None
    load_choices: Choices | None = None
    """Reads the choices from the database when the form opens."""
    pick: Pick | None = None
    """Makes it a field that is filled from a search list. Its label is the value `<name>_label`."""
    board: Board | Callable[[Values], Board] | None = None
    """Makes it a board of slots that items are dragged onto; the value is {slot: (item ID, …)}."""
    parse: Callable[[str, Values], object] | None = None
    """Reads what was typed with the other fields in sight; raises InvalidValue or DomainError."""
    check: Callable[[Any, Values], str] | None = None
    """A sentence where the value cannot be, else nothing. It runs on the UI thread: no database."""
    look_up: Callable[[Connection, Any, Values], str] | None = None
    """A sentence where the database says that the value cannot be, else nothing: asked when typing pauses."""
    suggest: Callable[[Values], object] | None = None
    """The value that it has until the operator changes it, from the other fields: kept up to date while one types."""
    proposed: bool = False
    """What it begins with is only proposed: what is typed replaces it."""
    shown: Callable[[Values], bool] | None = None
    """False hides it; a hidden field keeps its value and is not checked."""
    fixed: bool = False
    """Shown, not edited."""
    secret: bool = False
    """Typed unseen, never copied."""
    unavailable: str | Callable[[Values], str] = ""
    """Why it can't be set yet, shown instead of an editor; "" where it can be."""

    @property
    def heading(self) -> str:
        """The title, made from the name where none is declared."""
        return self.title or self.name.replace("_", " ").capitalize()

    def needed(self, values: Values) -> bool:
        """Whether a value is required, given the other values."""
        if self.reason(values):
            return False
        return self.required(values) if callable(self.required) else self.required

    def reason(self, values: Values) -> str:
        """Why it can't be set yet, given the other values; "" where it can be."""
        return self.unavailable(values) if callable(self.unavailable) else self.unavailable

    def visible(self, values: Values) -> bool:
        """Whether the field is shown, given the other values."""
        return self.shown is None or self.shown(values)


@dataclass(frozen=True)
class Form:
    """A form in a dialog. `write` or `save` runs in a job; what it returns is the dialog's answer.

    Both raise DomainError (with `field` it lands there), DatabaseError, or ConcurrentChange: then `load` is
    read again and both versions are shown.
    """

    title: str
    fields: tuple[Field, ...]
    save: Callable[[MutableValues], object] | None = None
    """Gets all values; for forms that write nothing to the database."""
    write: Callable[[UnitOfWork, Values, Values], Any] | None = None
    """Gets a unit of work, all values, and the values that the agent saw; it is committed once, however often tried."""
    prepare: Callable[[Values], MutableValues] | None = None
    """Runs in the same job before the unit of work, so that what takes long holds no lock; gives the values to write.

    Raises UserError; with `field` it lands there. Tried again, it runs again."""
    after: Callable[[Any], object] | None = None
    """Runs in the same job when it is committed, with what `write` returned; its answer is the dialog's then."""
    load: Callable[[Connection], Values] | None = None
    values: Values = field(default_factory=dict)
    """Values to begin with, where nothing is loaded."""
    tabs: tuple[str, ...] = ()
    saved: str = ""
    """Said when it is saved."""
    verb: str = "save"
    saves_unchanged: bool = False
    """True where what was loaded is a proposal that may be saved as it is."""
    draft: DraftOf | None = None
    """Where what is typed is kept until it is saved; by default by the form's title, if it writes to the database."""
    start: str = ""
    """The field that has the keyboard first, where those before it are filled in; empty for the first one."""
    preview: Callable[[Values], str] | None = None
    """A sentence about what saving will do, kept up to date while one types."""
    warning: Callable[[Values], str] | None = None
    """A sentence about what may be wrong, though it can be saved; shown above the help, in place of the preview."""

    def tab_of(self, entry: Field) -> str:
        """The tab that a field is on."""
        return entry.tab or (self.tabs[0] if self.tabs else "")
