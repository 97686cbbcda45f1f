"""The declarations a screen is made of: its rows, columns, tabs, actions and record.

A screen declares, `kit/views/` runs it. Nothing here touches the terminal or the database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.kinds import Kind, Row, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection

    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.db.rows.source import RowSource
    from partnertui.db.rows.type_aliases import Query
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.actions import Action, ActionContext
    from partnertui.kit.declare.styled_line import Line
    from partnertui.kit.declare.view_location import Location


ACRONYMS = frozenset({"id", "ip", "sip", "aor", "ddi", "pdd", "mos", "vat", "url", "mac", "cdr"})


@dataclass(frozen=True)
class Column:
    """One column of a list: a label of the select, and how its values are shown and filtered."""

    name: str
    kind: Kind[Any] = field(default_factory=Text)
    title: str = ""
    width: int = 0
    """Cells; 0 takes the kind's."""
    link: str = ""
    """Screen that `Enter` on the field of a record jumps to; the row holds its ID as `<name>_id`."""
    leads: Callable[[Row], Location | None] | None = None
    """Where the field leads if that depends on the row, such as the target of a DDI."""
    shown: bool = True
    """False: shown in the record, and in the list only if it is chosen."""
    group: str = ""
    """Heading in the record view."""
    priority: int = 2
    """What is left out first where the terminal is narrow: 3, then 2; 1 is what the screen is for."""
    sortable: bool = True
    """False for what the select does not have and is added to rows afterwards: it isn't filtered by, either."""
    while_searching: bool = False
    """Shown only while words without a column's name are searched for, such as the text that was found."""
    about: str = ""
    also: tuple[str, ...] = ()
    """Further names in a filter, where agents call it otherwise."""

    @property
    def heading(self) -> str:
        """The title, made from the name where none is declared."""
        if self.title:
            return self.title
        words = self.name.replace("_", " ").capitalize().split(" ")
        return " ".join(word.upper() if word.lower() in ACRONYMS else word for word in words)

    @property
    def word(self) -> str:
        """The heading as typed in a filter: lower case, underscores for all but letters and digits."""
        return re.sub(r"[^a-z0-9]+", "_", self.heading.lower()).strip("_")

    @property
    def cells(self) -> int:
        """Declared or natural width, never narrower than its heading and sort mark."""
        natural = self.width or getattr(self.kind, "cells", 0) or self.kind.width
        return max(natural, len(self.heading) + 2)


def words_of(columns: Iterable[Column]) -> dict[str, Column]:
    """The names of columns in a filter: its own, its heading's and further ones, unless another column has them."""
    known = {column.name.lower(): column for column in columns}
    declared = tuple(known.values())
    for column in declared:
        known.setdefault(column.word, column)
    for column in declared:
        for name in column.also:
            known.setdefault(name, column)
    for name, other in (("status", "state"), ("state", "status")):
        if other in known:
            known.setdefault(name, known[other])
    return known


def typed_name(column: Column, known: Mapping[str, Column]) -> str:
    """The best name of a column to type: its heading if that is unambiguous."""
    return column.word if column.word[:1].isalpha() and known.get(column.word) is column else column.name


@dataclass(frozen=True)
class Tab:
    """A named part of a list; its criteria apply in addition to the filter."""

    title: str
    criteria: tuple[Criterion, ...] = ()
    more: Callable[[Operator | None], tuple[Criterion, ...]] = lambda operator: ()
    """Further criteria that depend on who asks, or on the time."""


@dataclass(frozen=True)
class ListPreset:
    """A filter that agents need every day, offered beside their saved views; `tab` by its title."""

    title: str
    query: str
    tab: str = ""
    sort: str = ""
    """Column to sort by, with a dash before it the other way round; empty for the page's own."""


@dataclass(frozen=True)
class Panel:
    """A list inside a record, such as the DDIs of a customer: another screen narrowed to this record."""

    title: str
    screen: str
    field: str = "customer_id"
    """Column of the other screen's select that holds this record's ID, or what `key` says."""
    key: str = "id"
    """Column of this record's row whose value the other screen's rows have in `field`."""
    limit: int = 5
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A derived line of the record view: what the row alone does not say."""

    title: str
    text: Callable[[Row], str]
    group: str = ""
    role: Callable[[Row], str] = lambda row: ""


@dataclass(frozen=True)
class Drawing:
    """A block of the record view that says more as a picture: a tree, an order, a curve, a sentence."""

    title: str
    draw: Callable[[Row, int], Iterable[str | Line]]
    """Gets the row, with what the page's `detail` read, and the cells there are; a plain text is one line, cut to fit.
    Nothing drawn leaves the block away."""


@dataclass(frozen=True)
class Page:
    """A list screen: its rows, columns, tabs, actions and record."""

    rows: Callable[[], Query]
    columns: tuple[Column, ...]
    sort: str
    """Column to sort by at first; a dash before it turns the order round."""
    search: tuple[str, ...] = ()
    """Columns that words without a column name are searched in."""
    find: tuple[str, ...] = ()
    """Columns by which find-anything finds these rows; with `=` before it, by its whole value alone."""
    tabs: tuple[Tab, ...] = ()
    presets: tuple[ListPreset, ...] = ()
    actions: tuple[Action, ...] = ()
    panels: tuple[Panel, ...] = ()
    facts: tuple[Fact, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    """Shown in the record below the facts."""
    title: Callable[[Row], str] = lambda row: f"{row['id']}"
    """What a record is called in its heading."""
    table: str = ""
    """Database table whose history and notes these records have; empty for none."""
    scope: str = "customer_id"
    """Column that the customer scope narrows; "" if there is none."""
    owner: str = "partner_id"
    """Column that says whose partner's rows these are; empty where they are everybody's."""
    empty: str = "Nothing here yet."
    """Shown if there are no rows at all: what to do next."""
    refresh: float = 0
    """Seconds between automatic refreshes; 0 for none."""
    changes: str = ""
    """`module:function` of what yields the IDs of rows that others change, None for any: views show them at once."""
    row_role: Callable[[Row], str] = lambda row: ""
    """Colour role of a whole row, such as muted for what is closed."""
    instead: Callable[[Row], Location | None] = lambda row: None
    """Where opening a row leads instead of its own record, such as the ticket that it was merged into."""
    record: str = ""
    """`module:Class` of a record view of its own; empty for the declared one."""
    detail: Callable[[Connection, Row], dict[str, Any]] | None = None
    """Reads what the record needs besides the row, in the same job."""
    opened: Callable[[ActionContext], None] | None = None
    """Runs when its list is opened and it is known who works: begins a job, say, that brings rows up to date."""
    source: Callable[[ActionContext], RowSource] | None = None
    """A row source of its own, where rows do not come from our database."""

    def column(self, name: str) -> Column | None:
        """The declared column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def asked(self) -> tuple[Column, ...]:
        """The columns that a filter may name."""
        return tuple(column for column in self.columns if column.sortable)
