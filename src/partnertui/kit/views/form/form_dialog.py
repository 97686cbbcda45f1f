"""A declared form in a dialog: reads and saves in jobs, so that no key waits for the database."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING

from partnertui.db.errors import ConcurrentChange
from partnertui.domain.drafts import DraftOf
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.form import Form, MutableValues, Option, Values
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.kinds import Number
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.check_while_typing import FieldLookup
from partnertui.kit.views.form.choice_editors import ChoiceEditor, ChooserBase
from partnertui.kit.views.form.choice_options import load_options, waits_for_choices
from partnertui.kit.views.form.drag_slots_field import DragEditor
from partnertui.kit.views.form.edit_conflict import ConcurrentChangeDialog, difference
from partnertui.kit.views.form.field_row import FieldRow
from partnertui.kit.views.form.field_values import read_leniently
from partnertui.kit.views.form.fields_dialog import FieldsDialog
from partnertui.kit.views.form.form_draft import FormDraft, named
from partnertui.kit.views.form.text_editors import Edited, LineEditor
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN, SAVED_BEFORE
from partnertui.kit.widgets.calendar_dialog import CalendarDialog
from partnertui.kit.widgets.dialog import close_action
from partnertui.kit.widgets.text_dialogs import discard_or_keep

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork


Loaded = tuple[Values | None, dict[str, list[Option]]]


class FormDialog(FieldsDialog):
    """A form; answers with what its `save` returned."""

    def __init__(self, services: Services, form: Form) -> None:
        super().__init__(services, form)
        self.saving = False
        self.reading = False
        what = form.draft or (DraftOf("", 0, form.title) if form.write is not None else None)
        self.draft = FormDraft(self, what) if what is not None else None
        self.lookup = FieldLookup(self)
        self.key = token_hex(16)
        """The idempotency key of what is typed here: tried again, it is stored once."""
        self.saved_before = False
        """Whether saving again found that an earlier try had been stored."""
        self.mask = token_bytes(32)
        """Makes what is compared of secret fields useless to whoever reads the database; it is stored nowhere."""

    def actions(self) -> tuple[Action, ...]:
        """The editor's own actions, then those of the form."""
        editor = self.focused
        own = editor.actions() if isinstance(editor, ChooserBase | DragEditor) else ()
        return (*own, *(SINGLE_LINE_ACTIONS if self.single_line else FORM_ACTIONS))

    def hints(self, width: int = 200) -> str:
        """Saving by the form's own verb."""
        return super().hints(width).replace(" save", f" {self.form.verb}", 1)

    def on_mount(self) -> None:
        """Shows what is known and reads the rest."""
        self.put(self.base)
        self.open_tab(self.tab)
        if self.form.load is not None or any(waits_for_choices(row.entry) for row in self.rows):
            self.read_values()
        if self.form.load is None:
            self.call_after_refresh(self.focus_start)
            self.read_draft()

    def is_ready_for(self, key: str) -> bool:
        """What is typed while values are read or saved is for the fields that come back."""
        if self.saving or (self.reading and self.box.disabled):
            return self.saving and key == "escape"
        if self.draft is not None and self.draft.reading:
            return key == "escape"
        return self.focused is not None or self.box.disabled  # it stays disabled where reading failed

    # reading

    def read_values(self) -> None:
        """Reads choices and values; the fields are empty until then."""
        form, rows = self.form, self.rows

        def work(connection: Connection) -> Loaded:
            waiting = [row.entry for row in rows if waits_for_choices(row.entry)]
            choices = {entry.name: load_options(entry, connection) for entry in waiting}
            if any(isinstance(row.entry.kind, Number) for row in rows):
                import partnertui.domain.phone_numbers  # noqa: F401 - 90 ms of phonenumbers, here instead of at a key press
            return (None if form.load is None else form.load(connection)), choices

        def failed(error: UserError) -> None:
            self.reading = False
            self.status.show_message(f"{error} {error.advice or 'Close the form and try again.'}", "bad")

        self.reading = True
        self.status.show_message("Reading …", "muted")
        self.box.disabled = form.load is not None
        self.services.read(self, "load", work, self.values_read, failed)

    def values_read(self, loaded: Loaded) -> None:
        """Shows what was read; what was typed meanwhile stays."""
        values, choices = loaded
        for row in self.rows:
            if isinstance(row.editor, ChoiceEditor) and row.entry.name in choices:
                row.editor.set_options(choices[row.entry.name])
        self.put(self.base | dict(values or {}), self.changed())
        self.reading = False
        self.status.show_message("")
        if self.box.disabled:
            self.box.disabled = False
            self.call_after_refresh(self.focus_start)
        if self.form.load is not None:
            self.read_draft()

    def read_draft(self) -> None:
        """Goes on with what was left unsaved here."""
        if self.draft is not None:
            self.draft.read()

    def on_edited(self, event: Edited) -> None:
        """Keeps what is typed as a draft."""
        super().on_edited(event)
        current = self.current()
        if current is not None:
            self.lookup.start(current)
        if self.draft is not None:
            self.draft.keep()

    def discard(self) -> None:
        """Closes it; the draft stays, to be brought back on request."""
        if self.draft is not None:
            self.draft.keep(discarded=True)
        super().discard()

    def open_calendar(self, row: FieldRow | None) -> None:
        """Chooses the day of a field from a calendar; does nothing for a field that is no date."""
        editor = row.editor if row is not None else None
        if row is None or not row.is_date or not isinstance(editor, LineEditor):
            return
        today = utc_now().astimezone().date()
        value = read_leniently(self.rows, self.base)[row.entry.name]
        local = value.astimezone() if isinstance(value, datetime) else None
        day = local.date() if local is not None else value if isinstance(value, date) else today

        def chosen(found: date) -> None:
            has_time = local is not None and (local.hour or local.minute)
            editor.value = f"{found:%Y-%m-%d}T{local:%H:%M}" if has_time else f"{found:%Y-%m-%d}"
            self.focus_row(row)

        self.services.show_dialog(CalendarDialog(self.services, row.entry.heading, day, today), chosen)

    def on_field_row_calendar_wanted(self, event: FieldRow.CalendarWanted) -> None:
        """A click beside a date opens the calendar."""
        event.stop()
        self.open_calendar(event.row)

    # saving

    def save(self) -> None:
        """Checks, then saves in a job."""
        if self.saving or self.reading:
            return
        values = self.check()
        if values is None:
            return
        if self.form.load is not None and not self.form.saves_unchanged and not self.changed():
            self.status.show_message("Nothing was changed, so there is nothing to save.", "warn")
        else:
            self.send(values)

    def send(self, values: MutableValues) -> None:
        """Saves in a job; the dialog takes no keys until the outcome is known."""
        form, current = self.form, self.current()

        def enable() -> None:
            self.saving = self.box.disabled = False
            if current is not None:
                self.call_after_refresh(current.editor.focus)

        def done(result: object) -> None:
            if self.draft is not None:
                self.draft.forget()
            if words := " ".join(filter(None, (SAVED_BEFORE if self.saved_before else "", form.saved))):
                self.services.notify(words, "good")
            self.dismiss(True if result is None else result)

        def failed(error: UserError) -> None:
            enable()
            if isinstance(error, ConcurrentChange):
                self.changed_by_others(error, values)
            else:
                self.call_after_refresh(self.show_failure, error)

        self.saving = self.box.disabled = True
        self.status.show_message("Saving …", "accent")
        self.services.jobs.write(f"save {one_line(form.title)}", lambda: self.store(values), done, failed)

    def store(self, values: MutableValues) -> object:
        """Saves the values, in the job's thread."""
        form, operator, seen = self.form, self.services.operator, self.base
        if form.write is None:
            return form.save(values) if form.save is not None else None
        if operator is None:
            raise UserError(NOT_SIGNED_IN)
        from partnertui.db.idempotent_writes import commit_once  # the mapped models, at the first save

        typed = (row for row in self.rows if not row.entry.fixed)
        write, entered = form.write, {row.entry.name: self.compared(row, values) for row in typed}
        if form.prepare is not None:
            # Before the unit of work: what takes long, such as decoding a sound, must hold no lock.
            values = form.prepare(values)

        def work(unit: UnitOfWork) -> object:
            return write(unit, values, seen)

        def found_earlier() -> None:
            self.saved_before = True

        database = self.services.database
        result = commit_once(database, operator, self.key, work, entered, found_earlier=found_earlier)
        return result if form.after is None else form.after(result)

    def compared(self, row: FieldRow, values: Values) -> object:
        """What two tries of the same save are compared by; a secret is masked."""
        value = values.get(row.entry.name)
        if not row.entry.secret or value is None:
            return value
        return hmac.new(self.mask, str(value).encode(), hashlib.sha256).hexdigest()

    def changed_by_others(self, error: ConcurrentChange, mine: MutableValues) -> None:
        """Somebody else saved the record meanwhile: reads it again and shows both versions."""
        load = self.form.load
        if load is None:
            self.compare(error, mine, self.base | dict(error.current))
        else:
            self.services.read(
                self,
                "load",
                load,
                lambda theirs: self.compare(error, mine, self.base | dict(theirs)),
                self.show_failure,
            )

    def compare(self, error: ConcurrentChange, mine: MutableValues, theirs: MutableValues) -> None:
        """Asks field by field which version to keep, then saves that."""
        edited = [row for row in self.rows if not row.entry.fixed]
        differing = [row for row in edited if mine.get(row.entry.name) != theirs.get(row.entry.name)]
        found = [difference(row, self.base, mine, theirs) for row in differing]

        def chosen(answer: dict[str, bool]) -> None:
            kept = {name: mine[name] for name, take_mine in answer.items() if take_mine}
            self.put(theirs)
            for row in self.rows:
                if row.entry.name in kept:
                    row.editor.put(kept[row.entry.name], mine)
            self.update_dependents()
            self.save()

        when = f" at {error.changed_at.astimezone():%H:%M}" if error.changed_at else ""
        heading = f"{error.changed_by or 'Someone else'} saved this record{when} while you were editing it"
        save = key_label(self.services.keymap.keys(SAVE)[0])
        self.status.show_message(
            f"Not saved: this record has been changed in the meantime. {save} shows both versions again.", "warn"
        )
        self.services.context().refresh_rows()  # whoever gives up now sees theirs in the list
        self.services.show_dialog(ConcurrentChangeDialog(self.services, heading, found), chosen)

    def close(self) -> None:
        """Closes it; asks before changes are discarded."""
        changed = self.changed()
        if self.saving:
            self.status.show_message("Saving: please wait for the result.", "warn")
        elif changed:
            discard_or_keep(self.services, self, f"Unsaved changes: {named(changed)}.")
        else:
            super().close()


def _form(context: ActionContext) -> FormDialog:
    return context.front(FormDialog)


def _save(context: ActionContext) -> None:
    _form(context).save()


def _swap(context: ActionContext) -> None:
    draft = _form(context).draft
    if draft is not None:
        draft.swap()


def _calendar(context: ActionContext) -> None:
    _form(context).open_calendar(_form(context).current())


SAVE = Action("form.save", "Save", _save, ("ctrl+s",), "save", group="Form", palette=False)
_COMMON = (
    Action("form.next", "Next field", lambda c: _form(c).step(1), ("tab", "down", "enter"), group="Form"),
    Action("form.previous", "Previous field", lambda c: _form(c).step(-1), ("shift+tab", "up"), group="Form"),
    Action("form.next-tab", "Next tab", lambda c: _form(c).step_tab(1), ("f6", "ctrl+pagedown"), group="Form"),
    Action(
        "form.previous-tab", "Previous tab", lambda c: _form(c).step_tab(-1), ("shift+f6", "ctrl+pageup"), group="Form"
    ),
    Action(
        "form.explain",
        "Explain the field under the cursor, and all keys",
        lazy("partnertui.kit.views.form.field_help:explain_form_field"),
        ("f1",),
        "explain",
        group="Form",
    ),
    Action("form.calendar", "Choose a date from a calendar", _calendar, ("f8",), group="Form"),
    Action("form.clear", "Start without the draft, or restore it", _swap, ("f4",), group="Form"),
    close_action("form", "cancel"),
)
FORM_ACTIONS = (SAVE, *_COMMON)
SINGLE_LINE_ACTIONS = (
    Action("form.save-line", "Save", _save, ("enter", "ctrl+s"), "save", group="Form", palette=False),
    *_COMMON,
)
