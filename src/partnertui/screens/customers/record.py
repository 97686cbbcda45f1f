"""The record view of a customer: the overview first, then all fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from partnertui.db.customer_overview import read_cockpit
from partnertui.db.kamailio.registered_count import registered_count
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds.typed_times import day_span
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.records.record_view import RecordView
from partnertui.kit.widgets.record_lines import LABEL, title_line
from partnertui.kit.widgets.table.painter import fit
from partnertui.screens.customers.actions import LISTS
from partnertui.screens.customers.overview import Figure, figures, heading, unread
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.shared.sip_test.registered_phones import registered

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.kamailio.registration_source import RegistrationSource
    from partnertui.kit.declare.kinds import Row

KEY = 3
"""Cells of a key before its label; together they are as wide as the label of a field below."""


class CustomerView(RecordView):
    """A customer; the figures above the fields are read in the same job."""

    def more_reader(self) -> Callable[[Connection, Row], dict[str, Any]]:
        """Reads the figures."""
        return lambda connection, row: read_figures(connection, row, lambda: registered(self.services))

    def left_lines(self, width: int) -> list[Line]:
        """The figures, then the fields."""
        fields = super().left_lines(width)
        if self.row is None:
            return fields
        now, symbols = utc_now(), self.services.symbols
        lines = [title_line(heading(self.row, now), width, symbols.line)]
        found = unread() if self.reading is None else figures(self.facts_row(self.row), now)
        return [*lines, *(self._line(figure, width) for figure in found), BLANK, *fields]

    def _line(self, figure: Figure, width: int) -> Line:
        key = self.services.keymap.label(figure.action)
        value = fit(figure.text, max(8, width - LABEL - 1), "left", self.services.symbols.cut).rstrip()
        named = fit(key, KEY, "left", "") if cell_len(key) < KEY else f"{key} "
        pieces = (
            (named, "accent"),
            (fit(figure.label, LABEL - KEY, "left", "…") + " ", "key"),
            (value, figure.role or "link"),
        )
        return Line(pieces, self._list(figure), figure.text, figure.label)

    def _list(self, figure: Figure) -> Location:
        row = self.row or {}
        screen, query = LISTS[figure.action]
        return Location(screen, fixed_filters=(customer_filter(row["id"], row["company"]),), query=query)


def read_figures(connection: Connection, row: Row, source: Callable[[], RegistrationSource]) -> dict[str, Any]:
    """All figures; where the registrations can't be read, the reason instead of their number."""
    now = utc_now()
    found = read_cockpit(connection, row["id"], now, day_span(now.astimezone().date())[0])
    try:
        found["registered"] = registered_count(connection, source().kamailio, row["id"], found["phones"], now)
    except UserError as error:  # Kamailio's server may be down; all else is still worth showing
        found["registered"] = str(error)
    return found
