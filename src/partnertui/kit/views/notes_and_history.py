"""Notes and history of a record: the lines of its view, and the dialogs that show or add to them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from partnertui.db.rows.read_limits import NOTES_READ
from partnertui.domain.drafts import DraftOf
from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Flag, Integer, Money, Number, Row, Time
from partnertui.kit.declare.page import Column
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog, TextDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.declare.page import Page
    from partnertui.kit.views.records.record_reader import Reading

NOTES_SHOWN = 10
HISTORY_SHOWN = 500
MASK = "•••"
"""What the history keeps of a secret, as `db/change_history.py` writes it: that it was changed, not what it was."""
SUFFIX = re.compile(r"_(id|hash|ciphertext)$")
"""How a value is stored, which isn't part of its name on screen."""


def history_lines(reading: Reading, width: int, rule: str, page: Page) -> list[Line]:
    """Notes, then the latest history, as lines of a record view."""
    more = " or more" if len(reading.notes) >= NOTES_READ else ""
    lines = [title_line(f"Notes ({len(reading.notes)}{more})", width, rule)]
    for note in reading.notes[:NOTES_SHOWN]:
        lines += note_lines(note, width)
    if len(reading.notes) > NOTES_SHOWN:
        lines.append(Line(((f"the latest {NOTES_SHOWN}; older notes aren't shown", "muted"),)))
    if not reading.notes:
        lines.append(Line((("none", "muted"),)))
    lines += [BLANK, title_line("History", width, rule)]
    for entry in reading.history:
        lines += change_lines(entry, width, page, reading.row)
    if not reading.history:
        lines.append(Line((("no changes yet", "muted"),)))
    return lines


def ago(moment: datetime) -> str:
    """How long ago, as text."""
    return f"{short_duration((utc_now() - moment).total_seconds())} ago"


def note_lines(note: Row, width: int) -> list[Line]:
    """Who and when, then the text."""
    edited = ", edited" if note["edited_at"] is not None else ""
    head = Line(((f"{one_line(note['author_name'])} ", "accent"), (f"{ago(note['created_at'])}{edited}", "muted")))
    return [head, *wrapped(note["body"], width, indent="  ")]


def change_lines(entry: Row, width: int, page: Page | None = None, row: Row | None = None) -> list[Line]:
    """Who, when and what; then every field that changed with its old and new value, as the page shows them."""
    when = Time(seconds=False).text(entry["at"])
    head = f"{when}  {one_line(entry['operator_name'])} {one_line(entry['action'], 40)}"
    lines = [Line(((head, "muted"),), copy=head)]
    if entry["action"] not in {"changed", "checked"}:
        return lines
    for name, change in entry["changes"].items():
        old, new = change if isinstance(change, list) and len(change) == 2 else (None, change)
        column = page.column(name) if page is not None else None
        before, after = shown(old, column, row or {}), shown(new, column, row or {})
        words = f"{before} → {after}" if before != after else "changed" if old == MASK else ""
        if words:
            heading = column.heading if column is not None else Column(SUFFIX.sub("", one_line(name, 80))).heading
            lines += wrapped(f"  {heading}: {words}", width, indent="  ")
    return lines


def shown(value: Any, column: Column | None, row: Row) -> str:
    """A value of the history as the column shows it; times are local."""
    if value is None or value == "":
        return "(empty)"
    moment = _moment(value)
    kind = column.kind if column is not None else Time(seconds=False) if moment is not None else Flag()
    if moment is not None and isinstance(kind, Time):
        return Time(seconds=False).text(moment)
    if isinstance(value, bool):
        return Flag().text(value)
    shows_it = isinstance(kind, Money | Number) or (isinstance(value, int) and isinstance(kind, Integer))
    return one_line(kind.text(value, row) if column is not None and shows_it else str(value), 200)


def _moment(value: object) -> datetime | None:
    """The time that a stored text is; None if it isn't one. The history keeps UTC."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", value):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def open_history(context: ActionContext) -> None:
    """All changes of a record, in a dialog."""
    from partnertui.db.change_history import history_of  # the mapped models, which the first frame doesn't need

    services, page = context.services, context.services.catalog.page(context.screen)
    record = (context.row or {})["id"]

    def done(entries: Sequence[Row]) -> None:
        def lines(width: int) -> list[Line]:
            found = [line for entry in entries for line in change_lines(entry, width, page, context.row)]
            return found or [Line((("History has no entries for this record.", "muted"),))]

        services.show_dialog(LinesDialog(services, f"History of {one_line(page.title(context.row or {}))}", lines))

    def work(connection: Connection) -> Sequence[Row]:
        entries = history_of(connection, page.table, record, context.operator, limit=HISTORY_SHOWN)
        return [dict(entry) for entry in entries]

    services.read(context.view, "history", work, done, opens=True)


def edit_note(context: ActionContext) -> None:
    """Edits one of the operator's own notes on the record; asks which if there are several."""
    from partnertui.db.notes import notes_of  # the mapped models, which the first frame doesn't need

    services, page = context.services, context.services.catalog.page(context.screen)
    record, author = (context.row or {})["id"], context.operator.id if context.operator is not None else None

    def work(connection: Connection) -> Sequence[Row]:
        notes = notes_of(connection, page.table, record, context.operator)
        return [dict(note) for note in notes if note["author_id"] == author]

    def done(notes: Sequence[Row]) -> None:
        if not notes:
            services.notify("You have no note on this record; {key:row.note} adds one.", "warn")
        elif len(notes) == 1:
            change_note(context, notes[0])
        else:
            items = [Item(note, one_line(note["body"], 60), ago(note["created_at"])) for note in notes]
            picker = Picker(services, "Which note?", items)
            services.show_dialog(picker, lambda note: change_note(context, note))

    services.read(context.view, "notes", work, done, opens=True)


def change_note(context: ActionContext, note: Row) -> None:
    """Edits a note."""
    body = note["body"]

    def send(dialog: TextDialog, text: str) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.notes import edit_note as edit  # the mapped models, which the first frame doesn't need

            edit(unit, note["id"], text, version=dialog.seen["version"])

        run_unit_of_work(context, "save the note", work, "Note saved.", dialog=dialog)

    services, draft = context.services, DraftOf("notes", note["id"], "note")
    services.show_dialog(TextDialog(services, "Edit your note", body, stored=body, send=send, seen=note, draft=draft))


def write_note(context: ActionContext) -> None:
    """Adds a note to every selected record."""
    services, page, rows = context.services, context.services.catalog.page(context.screen), context.rows
    heading = f"Add a note to {len(rows)} records" if len(rows) > 1 else "Add a note"

    def send(dialog: TextDialog, body: str) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.notes import add_note  # the mapped models, which the first frame doesn't need

            for row in rows:
                add_note(unit, page.table, row["id"], body)

        done = "Note added." if len(rows) == 1 else f"{len(rows)} notes added."
        run_unit_of_work(context, "add the note", work, done, dialog=dialog)

    draft = DraftOf(page.table, rows[0]["id"] if len(rows) == 1 else 0, "note")
    services.show_dialog(TextDialog(services, heading, send=send, draft=draft))
