"""A location to navigate to: a screen, or one record of it, with its fixed filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Scope:
    """The record, such as a customer, that every screen is narrowed to."""

    record_id: int
    name: str
    country: str = field(default="", compare=False)
    """ISO 3166 code of the country whose national numbers are typed for it; "" where it isn't known."""


@dataclass(frozen=True)
class FixedFilter:
    """A condition that came with a jump: only rows whose `field` equals `value`; `label` says so on screen."""

    field: str
    value: Any
    label: str


@dataclass(frozen=True)
class Location:
    """A screen, or one record of it; equal locations share one view."""

    screen: str
    record: Any = None
    """ID of the record, or whatever tells a view of its own (such as a trace) from others; None for the list."""
    fixed_filters: tuple[FixedFilter, ...] = ()
    query: str | None = None
    """Filter to start with; None keeps the one used last."""
    tab: str = ""
    """Title of the tab that a jump means; without one it opens the first."""
    row: Row | None = field(default=None, compare=False)
    """The record's row if the caller has it: shown at once, until the record is read."""
    order: tuple[str, bool] | None = field(default=None, compare=False)
    """Column to sort by, and whether descending; None for the order of the screen."""
    cursor: int | None = field(default=None, compare=False)
    """ID of the row to put the cursor on, if it is among the first rows."""
