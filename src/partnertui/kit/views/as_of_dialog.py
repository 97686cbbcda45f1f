"""*As it was*: asks for a moment, then shows the record as it was then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.form import Field, Form, MutableValues
from partnertui.kit.declare.kinds import Time
from partnertui.kit.declare.page import Column
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import ask_form
from partnertui.kit.views.notes_and_history import SUFFIX, shown
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from partnertui.db.record_as_of import NumberHolder, Past
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.declare.page import Page

FIELDS = (
    Field(
        "at",
        Time(),
        title="Point in time",
        required=True,
        help="For example 2026-05-03T14:00, yesterday 9:00, Monday, or 3d for three days ago.",
    ),
)


def ask_as_of(context: ActionContext) -> None:
    """Opens the form."""

    def save(values: MutableValues) -> datetime:
        at: datetime | None = values.get("at")
        if at is None:
            raise DomainError("A time is required.", "Enter one, such as yesterday 9:00.", field="at")
        return at

    ask_form(
        context.services, Form("Record as of a past time", FIELDS, save, verb="show"), lambda at: _show(context, at)
    )


def _show(context: ActionContext, at: datetime) -> None:
    services, page = context.services, context.services.catalog.page(context.screen)
    row = context.row or {}

    def work(connection: Connection) -> tuple[Past | None, NumberHolder | None]:
        from partnertui.db.record_as_of import model_of, number_as_of, record_as_of  # the mapped models

        model = model_of(page.table)
        past = record_as_of(connection, model, row["id"], at, context.operator) if model is not None else None
        if page.table != "ddis" or past is None:
            return past, None
        return past, number_as_of(connection, row["number"], at, context.operator)

    def done(found: tuple[Past | None, NumberHolder | None]) -> None:
        past, holder = found
        if past is None:
            services.notify("This record is gone, and history has no entries for it.", "warn")
            return
        title = f"{one_line(page.title(row), 40)} on {Time().text(at)}"
        services.show_dialog(LinesDialog(services, title, lambda width: past_lines(past, holder, page, width)))

    services.read(context.view, "history", work, done, opens=True)


def past_lines(past: Past, holder: NumberHolder | None, page: Page, width: int) -> list[Line]:
    """The values then, as the page shows them; for a number first whose it was and where it was routed."""
    if past.values is None:
        return [Line((("It didn't exist yet, or had been deleted.", "warn"),))]
    lines: list[Line] = []
    if holder is not None:
        owner = one_line(holder.customer) or "no customer"
        lines += [*wrapped(f"Belonged to {owner}, routed to {one_line(holder.route)}.", width), BLANK]
    for name, value in past.values.items():
        column = page.column(name)
        is_named = name.removesuffix("_id") != name and past.values.get(name.removesuffix("_id")) is not None
        if value is None or is_named or (column is None and name in {"id", "version"}):
            continue
        heading = column.heading if column is not None else Column(SUFFIX.sub("", one_line(name, 80))).heading
        lines += wrapped(f"{heading}: {shown(value, column, past.values)}", width)
    said = f"{past.changes_since} later change{'s' if past.changes_since != 1 else ''} left out"
    if past.last_changed_at is not None:
        before = Time().text(past.last_changed_at)
        said += f"; the last change before then was on {before} by {one_line(past.last_changed_by)}"
    note = "Changes that other programs made without a history entry can't be left out."
    return [*lines, BLANK, *wrapped(f"{said}.", width, "muted"), *wrapped(note, width, "muted")]
