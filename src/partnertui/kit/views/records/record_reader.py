"""Reads everything that a record view shows, in one job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.read_limits import shortened
from partnertui.db.rows.source import fetch_row
from partnertui.errors import UserError
from partnertui.kit.declare.page import Page, Panel
from partnertui.kit.declare.partner_row_filter import own_joins, own_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.source import RowSource
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.catalog import Catalog
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.view_location import Location

SourceOf = Callable[[Page], "RowSource"]
"""Returns the row source of a page."""


@dataclass(frozen=True)
class Reading:
    """A row, what its detail reader added, the rows of its panels, its notes and history."""

    row: Row
    detail: dict[str, Any] = field(default_factory=dict)
    panels: tuple[tuple[Sequence[Row], bool, str], ...] = ()
    """Rows, whether there are more, and why there are none where they could not be read."""
    notes: Sequence[Row] = ()
    history: Sequence[Row] = ()


def read_record(
    connection: Connection,
    page: Page,
    location: Location,
    catalog: Catalog,
    source_of: SourceOf,
    operator: Operator | None,
) -> Reading | None:
    """Everything of one record; None if it no longer exists."""
    role = operator.role if operator is not None else None
    if location.screen not in catalog.visible(role):
        return None
    listing = Listing(own_joins(page, operator), Sort.parse(page.sort), tuple(own_rows(page, operator)))
    row = fetch_row(source_of(page), connection, listing, location.record)
    if row is None:
        return None
    row = shortened((row,), "")[0]
    for column in page.columns:  # here, so that no key press waits for the imports that these texts need
        column.kind.long_text(row.get(column.name), row)
    detail = page.detail(connection, row) if page.detail else {}
    panels = tuple(
        _panel(connection, panel, row.get(panel.key), catalog, source_of, operator)
        for panel in known_panels(page, catalog, role)
    )
    notes, history = _notes_and_history(connection, page, location.record, operator)
    return Reading(row, detail, panels, notes, history)


def known_panels(page: Page, catalog: Catalog, role: str | None) -> tuple[Panel, ...]:
    """The panels whose screens there are for that role."""
    visible = catalog.visible(role)
    return tuple(panel for panel in page.panels if panel.screen in visible)


def _panel(
    connection: Connection,
    panel: Panel,
    record: Any,
    catalog: Catalog,
    source_of: SourceOf,
    operator: Operator | None,
) -> tuple[Sequence[Row], bool, str]:
    if record is None:
        return (), False, ""
    page = catalog.page(panel.screen)
    listing = Listing(
        own_joins(page, operator), Sort.parse(page.sort), (Equals(panel.field, record), *own_rows(page, operator))
    )
    source = source_of(page)
    try:
        found = source.fetch_page(connection, listing, limit=panel.limit)
    except UserError as error:
        if source.is_own_database:
            raise
        return (), False, str(error)  # another server may be down; the record itself is still worth showing
    return found.rows, found.more, ""


def _notes_and_history(
    connection: Connection, page: Page, record: Any, operator: Operator | None
) -> tuple[Sequence[Row], Sequence[Row]]:
    if not page.table:
        return (), ()
    from partnertui.db.change_history import history_of
    from partnertui.db.notes import notes_of

    notes = notes_of(connection, page.table, record, operator)
    history = history_of(connection, page.table, record, operator, limit=20)
    return [dict(note) for note in notes], [dict(entry) for entry in history]
