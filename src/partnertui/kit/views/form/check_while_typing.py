"""Checks in the database, shortly after typing stops, whether the typed value can be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.errors import UserError
from partnertui.kit.views.form.field_values import read_leniently

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from textual.timer import Timer

    from partnertui.kit.views.form.field_row import FieldRow
    from partnertui.kit.views.form.fields_dialog import FieldsDialog

PAUSE = 0.3
"""Seconds without a key: looking up each letter would show answers to values that nobody meant."""


class FieldLookup:
    """The look-ups of one dialog: one at a time, for the field that was typed into last."""

    def __init__(self, dialog: FieldsDialog) -> None:
        self.dialog = dialog
        self.timer: Timer | None = None

    def start(self, row: FieldRow) -> None:
        """Looks up soon what is typed into a field, if its declaration asks for that."""
        if row.entry.look_up is None:
            return
        if self.timer is not None:
            self.timer.stop()
        self.timer = self.dialog.set_timer(PAUSE, lambda: self.look_up(row))

    def look_up(self, row: FieldRow) -> None:
        """Asks in a job, and shows the sentence if the field still has the same text."""
        entry, state = row.entry, row.editor.state()
        values = read_leniently(self.dialog.rows, self.dialog.base)
        value, ask = values[entry.name], entry.look_up
        if value is None or ask is None or not row.changed:
            return

        def work(connection: Connection) -> str:
            return ask(connection, value, values)

        def done(text: str) -> None:
            if text and row.is_attached and row.editor.state() == state:
                row.show_error(text)
                self.dialog.show_tabs()

        def failed(error: UserError) -> None:
            """Says nothing: saving asks again, and shows what fails then."""

        self.dialog.services.read(self.dialog, "look up", work, done, failed)
