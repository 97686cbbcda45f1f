"""The fields of a form in their dialog: values, tabs, moving between fields, errors beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical, VerticalScroll

from partnertui.db.errors import RowDeleted
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.amount_locale import amount_locale
from partnertui.kit.declare.default_phone_country import number_country
from partnertui.kit.views.form.drag_slots_field import DragEditor
from partnertui.kit.views.form.field_row import FieldRow
from partnertui.kit.views.form.field_values import read_all, read_leniently
from partnertui.kit.views.form.form_status import FormStatus
from partnertui.kit.views.form.tab_bar import TabBar
from partnertui.kit.views.form.text_editors import Edited, LineEditor, sentence
from partnertui.kit.widgets.dialog import ActionDialog
from partnertui.kit.widgets.record_lines import text_lines
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual import events
    from textual.app import ComposeResult

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.form import Form, MutableValues


class FieldsDialog(ActionDialog[Any]):
    """A dialog with the fields of a form; `FormDialog` adds reading and saving."""

    DEFAULT_CSS = """
    FieldsDialog { align: center middle; background: transparent; }
    FieldsDialog > Vertical { width: 96%; max-width: 104; height: auto; max-height: 100%; padding: 0 1;
        border: round $role-border-focus; border-title-color: $role-title; border-subtitle-color: $role-muted;
        background: $background; }
    FieldsDialog > .tabbed { height: 96%; max-height: 30; }
    FieldsDialog VerticalScroll { width: 1fr; height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    FieldsDialog .tabbed VerticalScroll { height: 1fr; }
    """

    def __init__(self, services: Services, form: Form) -> None:
        super().__init__(services, form.title)
        self.form = form
        country, locale = number_country(services), amount_locale(services.settings.locale)
        fields = (replace(entry, kind=entry.kind.in_country(country).in_locale(locale)) for entry in form.fields)
        self.rows = [FieldRow(services, entry) for entry in fields]
        self.base: MutableValues = {entry.name: entry.default for entry in form.fields} | dict(form.values)
        self.tab = form.tabs[0] if form.tabs else ""
        self.bar = TabBar(services, form.tabs)
        self.status = FormStatus(services)

    @property
    def single_line(self) -> bool:
        """True if the form is one line of text: then Enter saves."""
        return len(self.rows) == 1 and isinstance(self.rows[0].editor, LineEditor)

    def compose(self) -> ComposeResult:
        """Tabs, fields, help."""
        with Vertical(classes="tabbed" if self.form.tabs else "") as box:
            self.title_box(box)
            if self.form.tabs:
                yield self.bar
            with VerticalScroll(can_focus=False):
                yield from self.rows
            yield self.status

    def on_resize(self) -> None:
        """Boards shrink with the terminal."""
        # What scrolls has its new size only after the layout.
        self.call_after_refresh(self.fit_boards)

    def fit_boards(self) -> None:
        """Makes boards as high as there is room for."""
        room = self.query_one(VerticalScroll).size.height
        for row in self.rows:
            if isinstance(row.editor, DragEditor) and room:
                row.editor.limit(room if self.form.tabs else row.editor.wanted)

    # values

    def put(self, values: MutableValues, keep: Collection[FieldRow] = ()) -> None:
        """Shows values as unchanged; the fields in `keep` keep what was typed."""
        self.base = dict(values)
        for row in self.rows:
            if row not in keep:
                row.put(values.get(row.entry.name), values)
        self.update_dependents()
        self.call_after_refresh(self.fit_boards)

    def changed(self) -> list[FieldRow]:
        """The fields that differ from what was shown first."""
        return [row for row in self.rows if row.changed]

    def unsaved(self) -> bool:
        """Whether closing would lose something."""
        return bool(self.changed())

    def update_dependents(self) -> None:
        """Works out what depends on the values: units, what is required and shown, the preview."""
        values = read_leniently(self.rows, self.base)
        for row in self.rows:
            if row.entry.suggest is not None:
                values[row.entry.name] = row.suggest(values)
        for row in self.rows:
            row.update_from(values)
            row.display = row.display and self.form.tab_of(row.entry) == (self.tab or self.form.tab_of(row.entry))
        if self.form.preview is not None:
            self.status.preview = self.form.preview(values)
        if self.form.warning is not None:
            self.status.warning = self.form.warning(values)
        self.status.refresh()

    def on_edited(self, event: Edited) -> None:
        """A change takes the field's error away."""
        event.stop()
        self.update_dependents()
        current = self.current()
        if current is not None:
            current.show_error("")
            self.show_tabs()
        self.status.show_message("")

    # errors

    def check(self) -> MutableValues | None:
        """All values; None if something is wrong, which is marked then."""
        values, errors = read_all(self.rows, self.base)
        self.show_errors(errors)
        return None if errors else values

    def show_errors(self, errors: dict[str, str]) -> None:
        """Shows sentences at their fields and goes to the first one."""
        for row in self.rows:
            row.show_error(errors.get(row.entry.name, ""))
        self.show_tabs()
        wrong = [row for row in self.rows if row.error]
        if wrong:
            text = "1 field needs correcting." if len(wrong) == 1 else f"{len(wrong)} fields need correcting."
            self.status.show_message(text, "bad")
            self.focus_row(wrong[0])

    def show_failure(self, error: Exception) -> None:
        """A failed save: the sentence at its field, or below. Everything typed stays."""
        name = getattr(error, "field", None)
        if any(row.entry.name == name for row in self.rows):
            self.show_errors({str(name): sentence(error)})
        else:
            refused = isinstance(error, DomainError | RowDeleted)  # the same again would be refused again
            told = refused or bool(getattr(error, "advice", ""))
            kept = "Nothing is lost." if told else "Nothing is lost: try again."
            self.status.show_message(f"{sentence(error)} {kept}", "bad")
        if details := getattr(error, "details", ()):
            self.services.show_dialog(LinesDialog(self.services, str(error), lambda width: text_lines(details)))

    # moving

    def current(self) -> FieldRow | None:
        """The field that has the keyboard."""
        return next((row for row in self.rows if row.editor is self.focused), None)

    def editable(self) -> list[FieldRow]:
        """The fields of this tab that can be edited."""
        return [row for row in self.rows if row.display and not row.entry.fixed and not row.reason]

    def focus_start(self) -> None:
        """Goes to the field that the form begins with."""
        row = next((row for row in self.rows if row.entry.name == self.form.start and not row.entry.fixed), None)
        self.focus_row(row) if row is not None else self.focus_first()

    def focus_first(self) -> None:
        """Goes to the first field of the tab."""
        rows = self.editable()
        self.focus_row(rows[0]) if rows else self.set_focus(None)

    def focus_row(self, row: FieldRow) -> None:
        """Goes to a field, on its tab."""
        self.open_tab(self.form.tab_of(row.entry))
        row.editor.focus()
        # An animation would write the form several times over.
        row.scroll_visible(animate=False)

    def open_tab(self, tab: str) -> None:
        """Shows the fields of a tab."""
        moved, self.tab = tab != self.tab, tab
        self.update_dependents()
        self.show_tabs()
        if moved:
            self.query_one(VerticalScroll).scroll_home(animate=False)

    def show_tabs(self) -> None:
        """Marks the current tab and those with errors."""
        self.bar.show(self.tab, frozenset(self.form.tab_of(row.entry) for row in self.rows if row.error))

    def step(self, by: int) -> None:
        """Goes to the next or previous field; after the last one to the next tab."""
        rows, current = self.editable(), self.current()
        index = rows.index(current) + by if current in rows else 0
        if 0 <= index < len(rows):
            self.focus_row(rows[index])
        elif self.form.tabs:
            self.step_tab(by)
            rows = self.editable()
            if rows:
                self.focus_row(rows[0 if by > 0 else -1])
        elif rows:
            self.focus_row(rows[index % len(rows)])

    def step_tab(self, by: int) -> None:
        """Goes to the next or previous tab; from the last one to the first."""
        if self.form.tabs:
            index = self.form.tabs.index(self.tab) + by
            self.open_tab(self.form.tabs[index % len(self.form.tabs)])
            self.focus_first()

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        """A click on a tab."""
        event.stop()
        self.open_tab(event.chosen)
        self.focus_first()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the help of the field."""
        current = self.current()
        self.status.help = current.entry.help if current is not None else ""
        self.status.refresh()
