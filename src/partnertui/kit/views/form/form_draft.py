"""The draft of a form: the fields that differ from what is stored, as they were typed."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from partnertui.kit.views.form.choice_editors import ChoiceEditor, FlagEditor, PickEditor
from partnertui.kit.views.form.drag_slots_field import DragEditor
from partnertui.kit.views.form.text_editors import AreaEditor, LineEditor

if TYPE_CHECKING:
    from partnertui.domain.drafts import DraftOf, StoredDraft
    from partnertui.kit.views.form.field_row import FieldRow
    from partnertui.kit.views.form.form_dialog import FormDialog

NAMES_SHOWN = 4
"""Fields named in a sentence."""


class FormDraft:
    """Reads, keeps and brings back what was typed in one form."""

    def __init__(self, dialog: FormDialog, what: DraftOf) -> None:
        self.dialog, self.what = dialog, what
        self.reading = False
        self.earlier: dict[str, Any] = {}
        """What was typed and isn't shown."""
        self.earlier_key = token_hex(16)
        """The idempotency key of that."""

    def read(self) -> None:
        """Reads what was left unsaved in this form."""
        self.reading = True
        self.dialog.services.drafts.read(self.what, self.offer)

    def offer(self, found: StoredDraft | None) -> None:
        """Goes on with a draft, or says that one was discarded."""
        self.reading = False
        rows = [row for row in self.dialog.rows if found is not None and row.entry.name in found.values]
        if found is None or not rows:
            return
        when = f"{found.saved_at.astimezone():%d %b %H:%M}"
        key = self.dialog.services.keymap.label("form.clear")
        if found.discarded:
            self.earlier, self.earlier_key = found.values, found.key or self.earlier_key
            self.dialog.status.show_message(f"You discarded changes on {when}; {key} restores them.", "info")
        else:
            self.dialog.key = found.key or self.dialog.key
            self.show(found.values)
            names = named(rows)
            self.dialog.status.show_message(
                f"Your draft from {when} has been restored: {names}. {key} starts afresh.", "info"
            )

    def typed(self) -> dict[str, Any]:
        """What differs from what is stored; never what is typed unseen."""
        return {row.entry.name: typed_state(row) for row in self.dialog.changed() if not row.entry.secret}

    def keep(self, *, discarded: bool = False) -> None:
        """Keeps what is typed now; nothing, where nothing differs."""
        if self.reading:
            return
        if typed := self.typed():
            self.dialog.services.drafts.keep(self.what, typed, discarded=discarded, key=self.dialog.key)

    def forget(self) -> None:
        """What was typed is saved."""
        self.dialog.services.drafts.forget(self.what)

    def show(self, values: dict[str, Any]) -> None:
        """Puts typed values into their fields."""
        for row in self.dialog.rows:
            if row.entry.name in values and not row.entry.fixed:
                restore(row, values[row.entry.name], self.dialog.base)
        self.dialog.update_dependents()

    def swap(self) -> None:
        """Starts without what was typed, or brings it back."""
        if typed := self.typed():
            self.earlier = typed
            self._swap_keys()
            self.dialog.put(self.dialog.base)
            key = self.dialog.services.keymap.label("form.clear")
            self.dialog.status.show_message(f"Started without the draft: {key} restores it.", "info")
        elif self.earlier:
            self._swap_keys()
            self.show(self.earlier)
            self.dialog.status.show_message("")
        else:
            self.dialog.status.show_message("There is no draft to restore.", "muted")

    def _swap_keys(self) -> None:
        self.dialog.key, self.earlier_key = self.earlier_key, self.dialog.key


def named(rows: list[FieldRow]) -> str:
    """The titles of some fields, for a sentence."""
    return ", ".join([row.entry.heading for row in rows[:NAMES_SHOWN]] + ["…"] * (len(rows) > NAMES_SHOWN))


def typed_state(row: FieldRow) -> Any:
    """What is in a field, as JSON can hold it: as typed, the chosen value, or value and label of what was picked."""
    editor = row.editor
    if isinstance(editor, PickEditor):
        return [editor.picked.value, editor.picked.label] if editor.picked else None
    if isinstance(editor, DragEditor):
        return {slot: list(ids) for slot, ids in editor.drag.placement.items() if ids}
    return editor.state()


def restore(row: FieldRow, state: Any, base: dict[str, Any]) -> None:
    """Puts what `typed_state` gave back into a field; what can't be chosen any more is left out."""
    editor = row.editor
    if isinstance(editor, DragEditor):
        editor.put({slot: tuple(ids) for slot, ids in state.items()}, base)
    elif isinstance(editor, PickEditor):
        value, label = state or (None, "")
        editor.put(value, {f"{row.entry.name}_label": label})
    elif isinstance(editor, ChoiceEditor):
        found = [option.value for option in editor.options if option.value == state]
        editor.put(found[0] if found else editor.value, base)
    elif isinstance(editor, FlagEditor):
        editor.put(bool(state), base)
    elif isinstance(editor, AreaEditor):
        with editor.prevent(AreaEditor.Changed):  # it would take the sentence about the draft away
            editor.text = str(state)
    else:
        with editor.prevent(LineEditor.Changed):
            editor.value = str(state)
