"""Undo: shows what the last change of the selected records would become again, asks, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.last_changed_rows import changed_together, remember_changed
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from partnertui.db.undo import LastChange
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Page

LINES_SHOWN = 12


def ask_undo(context: ActionContext) -> None:
    """Reads the last change of the selected records, shows it and asks."""
    from partnertui.db.undo import last_changes, undo  # the mapped models, which the first frame doesn't need

    services, operator, rows = context.services, context.operator, rows_to_undo(context)
    page = services.catalog.page(context.screen)
    assert operator is not None

    def read(connection: Connection) -> list[LastChange]:
        return last_changes(connection, operator, page.table, [row["id"] for row in rows])

    def found(changes: list[LastChange]) -> None:
        names = {row["id"]: one_line(page.title(row), 40) for row in rows}
        lines = preview(page, changes, names)
        when = {f"{change.at.astimezone():%d %b %H:%M}" for change in changes}
        of = f"your change from {min(when)}" if len(when) == 1 else "your last changes"
        question = Confirm(services, f"Undo {of}?", "\n".join(lines), "undo it", "keep it")
        services.show_dialog(question, lambda yes: write(changes))

    def write(changes: Sequence[LastChange]) -> None:
        def work(unit: UnitOfWork) -> int:
            return undo(unit, changes)

        remember_changed(context.view, ())
        run_unit_of_work(
            context, "undo the change", work, lambda count: "Undone." if count == 1 else f"{count} changes undone."
        )

    def refused(error: UserError) -> None:
        # the cursor may be on another row than the one that was changed a moment ago
        whose = f"{one_line(page.title(rows[0]), 40)}: " if len(rows) == 1 else ""
        services.notify(f"{whose}{error} {error.advice}".strip(), "warn")

    services.read(context.view, "undo", read, found, refused, opens=True)


def rows_to_undo(context: ActionContext) -> tuple[Row, ...]:
    """The marked rows; else those of the last change of several, which may have left the list; else the cursor's."""
    together = changed_together(context.view)
    return together if together and len(context.rows) < 2 else context.rows


def preview(page: Page, changes: Sequence[LastChange], names: dict[int, str]) -> list[str]:
    """A line for each field that changes back: `Acme: status: trial -> active`."""
    titles = {column.name: column.heading for column in page.columns}
    lines = [
        f"{names[change.record]}: {titles.get(name, name.replace('_', ' '))}: {_text(new)} -> {_text(old)}"
        for change in changes
        for name, (old, new) in _readable(change)
    ]
    more = len(lines) - LINES_SHOWN
    return lines if more <= 0 else [*lines[:LINES_SHOWN], f"… and {more} more"]


def _readable(change: LastChange) -> Iterator[tuple[str, tuple[object, object]]]:
    """Fields with their values; a row that is referred to by its name, and not beside a text that says the same."""
    for name, values in change.told.items():
        base = name.removesuffix("_id")
        if name in change.names:
            yield base, change.names[name]
        elif base == name or base not in change.changes:
            yield name, values


def _text(value: object) -> str:
    return "(empty)" if value in (None, "") else one_line(str(value), 60)
