"""Reading and saving of a form, both in jobs: the UI thread never waits for the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from partnertui.db.errors import ConcurrentChange
from partnertui.kit.declare.form import Option, Values
from partnertui.kit.declare.kinds import Number
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.concurrent_change import Difference, StaleDialog
from partnertui.kit.views.form.options import load_options, waits_for_choices

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.kit.views.form.dialog import FormDialog
    from partnertui.kit.views.form.row import FieldRow

Loaded = tuple[Values | None, dict[str, list[Option]]]


class FormSaving:
    """Mixed into the dialog."""

    def read_values(self) -> None:
        """Reads choices and values; fields are shown empty until then."""
        dialog = cast("FormDialog", self)
        form, rows = dialog.form, dialog.rows

        def work(connection: Connection) -> Loaded:
            waiting = [row.entry for row in rows if waits_for_choices(row.entry)]
            choices = {entry.name: load_options(entry, connection) for entry in waiting}
            if any(isinstance(row.entry.kind, Number) for row in rows):
                import partnertui.domain.numbers  # noqa: F401 - here, so that no key press waits for the import
            return (None if form.load is None else form.load(connection)), choices

        def failed(error: Exception) -> None:
            dialog.loading_values = False
            dialog.status.say(f"{error} {getattr(error, 'advice', '')} Esc closes, then try again.", "bad")

        dialog.loading_values = True
        dialog.status.say("Reading …", "muted")
        dialog.box.disabled = form.load is not None
        dialog.services.jobs.query(dialog, "load", lambda: dialog.services.database, work, self.arrived, failed)

    def arrived(self, loaded: Loaded) -> None:
        """Shows what was read; what was typed meanwhile stays."""
        dialog = cast("FormDialog", self)
        values, choices = loaded
        for row in dialog.rows:
            if row.entry.name in choices:
                row.editor.options = choices[row.entry.name]
                row.editor.refresh()
        dialog.put(dialog.base | dict(values or {}), dialog.changed())
        dialog.loading_values = False
        dialog.status.say("")
        if dialog.box.disabled:
            dialog.box.disabled = False
            dialog.call_after_refresh(dialog.focus_first)

    def save(self) -> None:
        """Checks, then saves in a job."""
        dialog = cast("FormDialog", self)
        if dialog.saving or dialog.loading_values:
            return
        values = dialog.check()
        if values is None:
            return
        if dialog.form.load is not None and not dialog.changed():
            dialog.status.say("Nothing is changed, so there is nothing to save. Esc closes.", "warn")
        else:
            self.send(values)

    def send(self, values: dict[str, Any]) -> None:
        """Saves in a job; the dialog takes no keys until it is known how that went."""
        dialog = cast("FormDialog", self)
        form = dialog.form
        current = dialog.current()

        def again() -> None:
            dialog.saving = dialog.box.disabled = False
            if current is not None:
                dialog.call_after_refresh(current.editor.focus)

        def done(result: Any) -> None:
            if form.saved:
                dialog.services.notify(form.saved, "good")
            dialog.dismiss(True if result is None else result)

        def failed(error: Exception) -> None:
            again()
            if isinstance(error, ConcurrentChange):
                self.stale(error, values)
            else:
                dialog.call_after_refresh(dialog.show_trouble, error)

        dialog.saving = dialog.box.disabled = True
        dialog.status.say("Saving …", "accent")
        dialog.services.jobs.write(f"save {one_line(form.title)}", lambda: form.save(values), done, failed)

    def leave(self) -> None:
        """Closes; asks before it throws away what was changed."""
        dialog = cast("FormDialog", self)
        if dialog.saving:
            dialog.status.say("It is being saved; wait for the answer.", "warn")
            return
        changed = dialog.changed()
        if not changed:
            dialog.dismiss(None)
            return
        from partnertui.kit.widgets.text_box import Confirm

        names = ", ".join(row.entry.heading for row in changed[:4]) + (" …" if len(changed) > 4 else "")
        question = Confirm("Throw away what you changed?", f"Changed and not saved: {names}.", "throw it away")

        def thrown_away(yes: Any) -> None:
            dialog.dismiss(None)

        dialog.services.show_dialog(question, thrown_away)

    # somebody else was quicker

    def stale(self, error: ConcurrentChange, mine: dict[str, Any]) -> None:
        """Reads the record anew and shows both versions."""
        dialog = cast("FormDialog", self)
        load = dialog.form.load
        if load is None:
            self.compare(error, mine, dialog.base | dict(error.current))
            return
        dialog.services.jobs.query(
            dialog,
            "load",
            lambda: dialog.services.database,
            load,
            lambda theirs: self.compare(error, mine, dialog.base | dict(theirs)),
            lambda trouble: dialog.show_trouble(trouble),
        )

    def compare(self, error: ConcurrentChange, mine: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Asks field by field; then saves what was chosen."""
        dialog = cast("FormDialog", self)
        found = [
            difference(row, dialog.base, mine, theirs)
            for row in dialog.rows
            if mine.get(row.entry.name) != theirs.get(row.entry.name)
        ]

        def chosen(answer: dict[str, bool]) -> None:
            kept = {name: mine[name] for name, take_mine in answer.items() if take_mine}
            dialog.put(theirs)
            for row in dialog.rows:
                if row.entry.name in kept:
                    row.editor.put(kept[row.entry.name], mine)
            dialog.follow()
            self.save()

        when = f" at {error.changed_at.astimezone():%H:%M}" if error.changed_at else ""
        who = f"{error.changed_by or 'Somebody else'} saved this record{when} while you edited it"
        dialog.status.say("Not saved: this record was changed meanwhile. Ctrl+S shows both versions again.", "warn")
        dialog.services.show_dialog(StaleDialog(dialog.services, who, found), chosen)


def difference(row: FieldRow, base: Values, mine: Values, theirs: Values) -> Difference:
    """How a field differs; who alone changed it is chosen, and where both did, mine."""
    name = row.entry.name
    i_did, they_did = mine.get(name) != base.get(name), theirs.get(name) != base.get(name)
    both = i_did and they_did
    return Difference(name, row.entry.heading, in_words(row, mine), in_words(row, theirs), both, i_did)


def in_words(row: FieldRow, values: Values) -> str:
    """A field's value as an agent reads it."""
    value = values.get(row.entry.name)
    if row.entry.secret:
        return "(hidden)" if value else ""
    if isinstance(value, dict):
        return "; ".join(f"{box}: {', '.join(map(str, ids))}" for box, ids in value.items() if ids)
    label = values.get(f"{row.entry.name}_label")
    options = getattr(row.editor, "options", ())
    named = next((option.label for option in options if option.value == value), label)
    return str(named) if named and value is not None else row.entry.kind.text(value, values)
