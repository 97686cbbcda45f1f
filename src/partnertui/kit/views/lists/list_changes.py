"""Marks rows that others have changed, and moves the cursor to the row of a view that a colleague sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.views.lists.list_view import ListView
    from partnertui.kit.widgets.table.row_table import RowTable

SECONDS = 0.8
"""Between two readings of a list whose rows others change."""


class ListChanges:
    """Reads a list again when others changed its rows, at most once in a while; the cursor stays on its row."""

    def __init__(self, view: ListView) -> None:
        self.view = view
        self._waits = False

    def told(self, changed: frozenset[int]) -> None:
        """Reads again in a moment."""
        if not self._waits:
            self._waits = True
            self.view.set_timer(SECONDS, self._read)

    def _read(self) -> None:
        self._waits = False
        self.view.refresh_rows()


def go_to_row(table: RowTable, wanted: int) -> None:
    """Puts the cursor on a row by its ID, if it is among those that were read."""
    ids = [row["id"] for row in table.window.rows]
    if wanted in ids:
        table.window.move(ids.index(wanted), table.visible_lines)
