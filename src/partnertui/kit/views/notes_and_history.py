"""Notes and history of a record: the lines of its view, and the dialogs that show or add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Time
from partnertui.kit.declare.kinds.times import short_span
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.styled_lines import BLANK, Line, title_line, wrapped

if TYPE_CHECKING:
    from partnertui.db.session import UnitOfWork
    from partnertui.kit.views.records.reading import Reading

NOTES_SHOWN = 10


def history_lines(reading: Reading, width: int, rule: str) -> list[Line]:
    """Notes, then the latest history, as lines of a record view."""
    lines = [title_line(f"Notes ({len(reading.notes)})", width, rule)]
    for note in reading.notes[:NOTES_SHOWN]:
        lines += note_lines(note, width)
    if not reading.notes:
        lines.append(Line((("n adds one", "muted"),)))
    lines += [BLANK, title_line("History", width, rule)]
    for entry in reading.history:
        lines += change_lines(entry, width)
    if not reading.history:
        lines.append(Line((("no change yet", "muted"),)))
    return lines


def ago(moment: Any) -> str:
    """How long ago, in words."""
    return f"{short_span((utc_now() - moment).total_seconds())} ago"


def note_lines(note: Any, width: int) -> list[Line]:
    """Who and when, then the text."""
    edited = ", edited" if note["edited_at"] is not None else ""
    head = Line(((f"{one_line(note['author_name'])} ", "accent"), (f"{ago(note['created_at'])}{edited}", "muted")))
    return [head, *wrapped(note["body"], width, indent="  ")]


def change_lines(entry: Any, width: int) -> list[Line]:
    """Who, when and what; then every field with its old and new value."""
    when = Time(seconds=False).text(entry["at"])
    head = f"{when}  {one_line(entry['operator_name'])} {entry['action']}"
    lines = [Line(((head, "muted"),), copy=head)]
    if entry["action"] != "changed":
        return lines
    for name, (old, new) in entry["changes"].items():
        text = f"  {name}: {shown(old)} -> {shown(new)}"
        lines += wrapped(text, width, indent="  ")
    return lines


def shown(value: Any) -> str:
    """A value of the history as words."""
    return "nothing" if value is None or value == "" else one_line(str(value), 200)


def open_history(context: ActionContext) -> None:
    """All changes of a record, in a dialog."""
    from partnertui.kit.widgets.text_box import LinesBox

    services, page = context.services, context.services.catalog.page(context.screen)
    record = (context.row or {})["id"]

    def work(connection: Any) -> Any:
        from partnertui.db.rows.lookup import history_of

        return history_of(connection, page.table, record, limit=500)

    def done(entries: Any) -> None:
        def lines(width: int) -> list[Line]:
            found = [line for entry in entries for line in change_lines(entry, width)]
            return found or [Line((("Nothing has been changed yet.", "muted"),))]

        services.show_dialog(
            LinesBox(services, f"History of {one_line(page.title(context.row or {}))}", lines), lambda answer: None
        )

    services.jobs.query(
        context.view, "history", lambda: services.database, work, done, lambda error: services.notify(str(error), "bad")
    )


def edit_note(context: ActionContext) -> None:
    """Changes a note of one's own on the record; asks which where there are several."""
    from partnertui.kit.widgets.picker import Item, Picker

    services, page = context.services, context.services.catalog.page(context.screen)
    record = (context.row or {})["id"]

    def work(connection: Any) -> Any:
        from partnertui.db.rows.lookup import notes_of

        return [note for note in notes_of(connection, page.table, record) if note["author_id"] == services.operator.id]  # type: ignore[union-attr]

    def done(notes: Any) -> None:
        if not notes:
            services.notify("There is no note of yours here: n adds one.", "warn")
        elif len(notes) == 1:
            change_note(context, notes[0]["id"], notes[0]["body"])
        else:
            items = [Item(note, one_line(note["body"], 60), ago(note["created_at"])) for note in notes]
            services.show_dialog(
                Picker(services, "Which note?", items), lambda note: change_note(context, note["id"], note["body"])
            )

    services.jobs.query(
        context.view, "notes", lambda: services.database, work, done, lambda error: services.notify(str(error), "bad")
    )


def change_note(context: ActionContext, note: int, body: str) -> None:
    """Edits a note; one that is refused is kept to be tried again."""
    from partnertui.kit.views.unit_of_work import run_unit_of_work
    from partnertui.kit.widgets.text_box import Question

    def save(text: str) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.notes import edit_note as change

            change(unit, note, text)

        run_unit_of_work(
            context, "change the note", work, "Note changed.", again=lambda: change_note(context, note, text)
        )

    context.services.show_dialog(Question(context.services, "Change your note", body), save)


def write_note(context: ActionContext) -> None:
    """Adds a note to every chosen record."""
    from partnertui.kit.widgets.text_box import Question

    services, page, rows = context.services, context.services.catalog.page(context.screen), context.rows

    def save(text: str) -> None:
        def work() -> None:
            from partnertui.db.notes import add_note
            from partnertui.db.session import UnitOfWork

            assert services.operator is not None
            with UnitOfWork(services.database, services.operator) as unit:
                for row in rows:
                    add_note(unit, page.table, row["id"], text)
                unit.commit()

        def done(result: None) -> None:
            services.notify("Note added." if len(rows) == 1 else f"{len(rows)} notes added.", "good")
            context.view.refresh_rows()  # type: ignore[attr-defined]

        def failed(error: Exception) -> None:
            services.notify(f"The note was not saved: {error}", "bad")
            services.show_dialog(Question(services, "Add a note", text), save)

        services.jobs.write("add a note", work, done, failed)

    if services.operator is None:
        services.notify("Nobody is signed in yet: the database has not answered.", "warn")
        return
    services.show_dialog(Question(services, f"Add a note to {len(rows)} records" if len(rows) > 1 else "Add a note"), save)
