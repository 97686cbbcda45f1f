"""Notes and history of a record: the lines of its view, and the dialogs that show or add to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.kit.clock import utc_now
from partnertui.kit.context import Here
from partnertui.kit.kinds import Time
from partnertui.kit.kinds.times import short_span
from partnertui.kit.records.lines import BLANK, Line, title_line, wrapped
from partnertui.kit.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.db.work import UnitOfWork
    from partnertui.kit.records.reading import Reading

NOTES_SHOWN = 10


def trail_lines(reading: Reading, width: int, rule: str) -> list[Line]:
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


def open_history(here: Here) -> None:
    """All changes of a record, in a dialog."""
    from partnertui.kit.text_box import LinesBox

    desk, page = here.desk, here.desk.catalog.page(here.screen)
    record = (here.row or {})["id"]

    def work(connection: Any) -> Any:
        from partnertui.db.lookup import history_of

        return history_of(connection, page.table, record, limit=500)

    def done(entries: Any) -> None:
        def lines(width: int) -> list[Line]:
            found = [line for entry in entries for line in change_lines(entry, width)]
            return found or [Line((("Nothing has been changed yet.", "muted"),))]

        desk.ask(LinesBox(desk, f"History of {one_line(page.title(here.row or {}))}", lines), lambda answer: None)

    desk.jobs.query(here.view, "history", lambda: desk.database, work, done, lambda error: desk.say(str(error), "bad"))


def edit_note(here: Here) -> None:
    """Changes a note of one's own on the record; asks which where there are several."""
    from partnertui.kit.picker import Item, Picker

    desk, page = here.desk, here.desk.catalog.page(here.screen)
    record = (here.row or {})["id"]

    def work(connection: Any) -> Any:
        from partnertui.db.lookup import notes_of

        return [note for note in notes_of(connection, page.table, record) if note["author_id"] == desk.operator.id]  # type: ignore[union-attr]

    def done(notes: Any) -> None:
        if not notes:
            desk.say("There is no note of yours here: n adds one.", "warn")
        elif len(notes) == 1:
            change_note(here, notes[0]["id"], notes[0]["body"])
        else:
            items = [Item(note, one_line(note["body"], 60), ago(note["created_at"])) for note in notes]
            desk.ask(Picker(desk, "Which note?", items), lambda note: change_note(here, note["id"], note["body"]))

    desk.jobs.query(here.view, "notes", lambda: desk.database, work, done, lambda error: desk.say(str(error), "bad"))


def change_note(here: Here, note: int, body: str) -> None:
    """Edits a note; one that is refused is kept to be tried again."""
    from partnertui.kit.deeds import deed
    from partnertui.kit.text_box import Question

    def save(text: str) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.notes import edit_note as change

            change(unit, note, text)

        deed(here, "change the note", work, "Note changed.", again=lambda: change_note(here, note, text))

    here.desk.ask(Question(here.desk, "Change your note", body), save)


def write_note(here: Here) -> None:
    """Adds a note to every chosen record."""
    from partnertui.kit.text_box import Question

    desk, page, rows = here.desk, here.desk.catalog.page(here.screen), here.rows

    def save(text: str) -> None:
        def work() -> None:
            from partnertui.db.notes import add_note
            from partnertui.db.work import UnitOfWork

            assert desk.operator is not None
            with UnitOfWork(desk.database, desk.operator) as unit:
                for row in rows:
                    add_note(unit, page.table, row["id"], text)
                unit.commit()

        def done(result: None) -> None:
            desk.say("Note added." if len(rows) == 1 else f"{len(rows)} notes added.", "good")
            here.view.refresh_rows()  # type: ignore[attr-defined]

        def failed(error: Exception) -> None:
            desk.say(f"The note was not saved: {error}", "bad")
            desk.ask(Question(desk, "Add a note", text), save)

        desk.jobs.write("add a note", work, done, failed)

    if desk.operator is None:
        desk.say("Nobody is signed in yet: the database has not answered.", "warn")
        return
    desk.ask(Question(desk, f"Add a note to {len(rows)} records" if len(rows) > 1 else "Add a note"), save)
