"""The dialog of a form: tabs, fields, one line of help, saving in a job, and what happens when that fails."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from partnertui.kit.declare.form import Form
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.views.form.checking import lenient, strict
from partnertui.kit.views.form.drag_field import CarryEditor
from partnertui.kit.views.form.lines import Edited, LineEditor, wrong
from partnertui.kit.views.form.options import waits_for_choices
from partnertui.kit.views.form.row import FieldRow
from partnertui.kit.views.form.saving import FormSaving
from partnertui.kit.views.form.status import FormStatus
from partnertui.kit.views.form.tab_bar import TabBar

NEXT_TAB, LAST_TAB = frozenset({"ctrl+pagedown", "f6"}), frozenset({"ctrl+pageup", "shift+f6"})


class FormDialog(FormSaving, ModalScreen[Any]):
    """A form; answers with what its `save` returned."""

    DEFAULT_CSS = """
    FormDialog { align: center middle; background: transparent; }
    FormDialog > Vertical { width: 96%; max-width: 104; height: auto; max-height: 100%; padding: 0 1;
        border: round $role-border-focus; border-title-color: $role-title; border-subtitle-color: $role-muted;
        background: $background; }
    FormDialog > .tabbed { height: 96%; max-height: 30; }
    FormDialog VerticalScroll { width: 1fr; height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    FormDialog .tabbed VerticalScroll { height: 1fr; }
    """

    def __init__(self, services: Services, form: Form) -> None:
        super().__init__()
        self.services, self.form = services, form
        self.rows = [FieldRow(services, entry) for entry in form.fields]
        self.base: dict[str, Any] = {entry.name: entry.default for entry in form.fields} | dict(form.values)
        self.tab = form.tabs[0] if form.tabs else ""
        self.bar = TabBar(services, form.tabs)
        self.status = FormStatus(services)
        self.saving = False
        self.loading_values = False

    @property
    def alone(self) -> bool:
        """True for a single line to type: then Enter is enough."""
        return len(self.rows) == 1 and isinstance(self.rows[0].editor, LineEditor)

    def compose(self) -> ComposeResult:
        """Tabs, fields, help."""
        with Vertical(classes="tabbed" if self.form.tabs else "") as box:
            box.border_title = plain(self.form.title)
            tabs = "  F6 next tab" if self.form.tabs else ""
            save = "Enter" if self.alone else "Ctrl+S"
            box.border_subtitle = plain(f"{save} {self.form.verb}{tabs}  F1 keys  Esc cancels")
            if self.form.tabs:
                yield self.bar
            with VerticalScroll(can_focus=False):
                yield from self.rows
            yield self.status

    def on_mount(self) -> None:
        """Shows what there is, and reads what there is to read."""
        self.put(self.base)
        self.open_tab(self.tab)
        if self.form.load is not None or any(waits_for_choices(row.entry) for row in self.rows):
            self.read_values()
        if self.form.load is None:
            self.call_after_refresh(self.focus_first)

    def on_resize(self) -> None:
        """Boards shrink with the terminal."""
        self.call_after_refresh(self.fit_boards)

    def fit_boards(self) -> None:
        """Makes boards as high as there is room for."""
        room = self.query_one(VerticalScroll).size.height
        for row in self.rows:
            if isinstance(row.editor, CarryEditor) and room:
                row.editor.limit(room if self.form.tabs else row.editor.wanted)

    # values

    def put(self, values: dict[str, Any], but: Collection[FieldRow] = ()) -> None:
        """Shows values and takes them as unchanged; not in the fields `but`, which keep what was typed."""
        self.base = dict(values)
        for row in self.rows:
            if row not in but:
                row.put(values.get(row.entry.name), values)
        self.follow()
        self.call_after_refresh(self.fit_boards)

    def changed(self) -> list[FieldRow]:
        """The fields that are not as they were."""
        return [row for row in self.rows if row.changed]

    def follow(self) -> None:
        """Works out anew what follows from the values: units, what is needed and shown, the preview."""
        values = lenient(self.rows, self.base)
        for row in self.rows:
            row.note(values)
            row.display = row.display and self.form.tab_of(row.entry) == (self.tab or self.form.tab_of(row.entry))
        if self.form.preview is not None:
            self.status.preview = self.form.preview(values)
            self.status.refresh()

    def on_edited(self, event: Edited) -> None:
        """A change takes the field's error away."""
        event.stop()
        self.follow()
        focused = self.current()
        if focused is not None:
            focused.mark("")
            self.show_tabs()
        self.status.say("")

    def unsaved(self) -> bool:
        """True where closing would lose something."""
        return bool(self.changed())

    # moving

    def current(self) -> FieldRow | None:
        """The field that has the keyboard."""
        return next((row for row in self.rows if row.editor is self.focused), None)

    def stops(self) -> list[FieldRow]:
        """The fields of this tab that can be edited."""
        return [row for row in self.rows if row.display and not row.entry.fixed]

    def focus_first(self) -> None:
        """Goes to the first field of the tab."""
        stops = self.stops()
        self.focus_row(stops[0]) if stops else self.set_focus(None)

    def focus_row(self, row: FieldRow) -> None:
        """Goes to a field, on its tab."""
        self.open_tab(self.form.tab_of(row.entry))
        row.editor.focus()
        row.scroll_visible(animate=False)

    def open_tab(self, tab: str) -> None:
        """Shows the fields of a tab."""
        moved, self.tab = tab != self.tab, tab
        self.follow()
        self.show_tabs()
        if moved:
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def show_tabs(self) -> None:
        """Marks the current tab and those with errors."""
        self.bar.show(self.tab, frozenset(self.form.tab_of(row.entry) for row in self.rows if row.error))

    def step(self, by: int) -> None:
        """To the next or previous field; beyond the last one to the next tab."""
        stops, current = self.stops(), self.current()
        place = stops.index(current) + by if current in stops else 0
        if 0 <= place < len(stops):
            self.focus_row(stops[place])
        elif self.form.tabs:
            self.step_tab(by)
            stops = self.stops()
            if stops:
                self.focus_row(stops[0 if by > 0 else -1])
        elif stops:
            self.focus_row(stops[place % len(stops)])

    def step_tab(self, by: int) -> None:
        """To the next or previous tab, round and round."""
        if self.form.tabs:
            place = self.form.tabs.index(self.tab) + by
            self.open_tab(self.form.tabs[place % len(self.form.tabs)])
            self.focus_first()

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """A click on a tab."""
        self.open_tab(event.chosen)
        self.focus_first()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the help of the field."""
        current = self.current()
        self.status.help = current.entry.help if current is not None else ""
        self.status.refresh()

    def on_key(self, event: events.Key) -> None:
        """Help, tab, arrows, tabs, saving, Esc. Editors have had their turn."""
        key = event.key
        if key == "f1":
            self.show_keys()
        elif key == "ctrl+s":
            self.save()
        elif key == "escape":
            self.leave()
        elif key in NEXT_TAB | LAST_TAB:
            self.step_tab(1 if key in NEXT_TAB else -1)
        elif key in {"tab", "down", "shift+tab", "up"}:
            self.step(1 if key in {"tab", "down"} else -1)
        elif key == "enter" and isinstance(self.focused, LineEditor):
            self.save() if self.alone else self.step(1)
        else:
            return
        event.stop()
        event.prevent_default()

    def show_keys(self) -> None:
        """The keys of a form."""
        from partnertui.kit.views.form.keys import form_keys
        from partnertui.kit.widgets.text_box import LinesBox

        box = LinesBox(self.services, "Keys of a form", lambda width: form_keys(width, bool(self.form.tabs)))
        self.services.show_dialog(box, lambda answer: None)

    # saving

    def check(self) -> dict[str, Any] | None:
        """All values; None where something is wrong, which is marked then."""
        values, errors = strict(self.rows, self.base)
        self.mark(errors)
        return None if errors else values

    def mark(self, errors: dict[str, str]) -> None:
        """Shows sentences at their fields and goes to the first one."""
        for row in self.rows:
            row.mark(errors.get(row.entry.name, ""))
        self.show_tabs()
        first = next((row for row in self.rows if row.error), None)
        if first is not None:
            count = sum(bool(row.error) for row in self.rows)
            self.status.say("One field needs a look." if count == 1 else f"{count} fields need a look.", "bad")
            self.focus_row(first)

    def show_trouble(self, error: Exception) -> None:
        """A failed save: the sentence at its field, or below. Everything typed stays."""
        name = getattr(error, "field", None)
        if any(row.entry.name == name for row in self.rows):
            self.mark({str(name): wrong(error)})
        else:
            self.status.say(f"{wrong(error)} Nothing is lost: Ctrl+S tries again.", "bad")

    @property
    def box(self) -> Widget:
        """All of the dialog but its border."""
        return self.query_one(Vertical)
