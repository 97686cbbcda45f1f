"""A field in its dialog: label, editor, unit, and the sentence that says what is wrong."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.kinds import Date, Flag, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form.choice_editors import ChoiceEditor, FlagEditor, PickEditor
from partnertui.kit.views.form.choice_options import options_of
from partnertui.kit.views.form.drag_slots_field import DragEditor
from partnertui.kit.views.form.text_editors import AreaEditor, LineEditor
from partnertui.kit.views.form.typed_value_echo import typed_value_echo
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.form import Field, Values

Editor = LineEditor | AreaEditor | ChoiceEditor | FlagEditor | PickEditor | DragEditor
LABEL = 24
"""Cells of the label."""


def make_editor(services: Services, entry: Field) -> Editor:
    """The editor for a field's declaration."""
    if entry.board is not None:
        return DragEditor(services, entry)
    if entry.pick is not None:
        return PickEditor(services, entry)
    if isinstance(entry.kind, Flag):
        return FlagEditor(services, entry)
    if options_of(entry) is not None:
        return ChoiceEditor(services, entry)
    return AreaEditor(entry) if entry.rows > 1 else LineEditor(entry)


class FieldRow(Widget):
    """One field. A board has the whole width and its label above."""

    DEFAULT_CSS = """
    FieldRow { height: auto; width: 1fr; layout: vertical; }
    FieldRow > .editor { margin: 0 0 0 24; }
    FieldRow > DragEditor.editor { margin: 0; }
    FieldRow > LineEditor { height: 1; border: none; padding: 0 1 !important; background: $role-input !important; }
    FieldRow > LineEditor:focus { background: $role-input !important; }
    FieldRow.unit > LineEditor { width: 24; }
    FieldRow > AreaEditor { border: none; padding: 0 1 !important; background: $role-input !important; }
    FieldRow.bad > LineEditor, FieldRow.bad > AreaEditor { background: $role-input-bad !important; }
    """

    class CalendarWanted(Message):
        """The word beside a date was clicked."""

        def __init__(self, row: FieldRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__()
        self.services, self.entry = services, entry
        self.is_date = isinstance(entry.kind, Time | Date) and not entry.fixed
        self.editor = make_editor(services, entry)
        self.editor.add_class("editor")
        self.full_width = entry.board is not None
        self.set_class(bool(entry.unit) or self.is_date, "unit")
        self.error = ""
        self.unit = self.reason = ""
        self.needed = False
        self.value: object = None
        self.clean: object = self.editor.state()

    @property
    def changed(self) -> bool:
        """True if the operator changed it."""
        return bool(self.editor.state() != self.clean)

    def put(self, value: object, values: Values) -> None:
        """Shows a value, as unchanged."""
        self.editor.put(value, values)
        self.value, self.clean = value, self.editor.state()

    def suggest(self, values: Values) -> object:
        """Shows what is suggested for it from other fields, unless the operator changed it; returns the value."""
        if self.entry.suggest is not None and not self.changed:
            suggested = self.entry.suggest(values)
            if suggested != self.value:
                self.put(suggested, values)
        return values[self.entry.name] if self.changed else self.value

    def read(self, values: Values) -> object:
        """The value; an unchanged one as it came, because typing can lose detail. Raises InvalidValue, DomainError."""
        return self.editor.read(values) if self.changed or self.full_width else self.value

    def compose(self) -> ComposeResult:
        """The editor; the rest is drawn."""
        yield self.editor

    def update_from(self, values: Values) -> None:
        """Updates what depends on other fields: unit, board, whether it is required and shown."""
        unit = self.entry.unit(values) if callable(self.entry.unit) else self.entry.unit
        if self.is_date:
            unit = self.services.keymap.fill("{key:form.calendar} calendar")
        if self.changed and (understood := typed_value_echo(self.entry, self.editor, values)):
            unit = f"{'' if self.is_date else unit + ' '}= {understood}"
        needed = self.entry.needed(values)
        self.display = self.entry.visible(values)
        self.show_reason(self.entry.reason(values))
        if isinstance(self.editor, DragEditor):
            self.editor.update_board(values)
        if (unit, needed) != (self.unit, self.needed):
            self.unit, self.needed = unit, needed
            self.refresh()

    def show_reason(self, reason: str) -> None:
        """Shows why the field can't be set, instead of its editor; "" shows the editor again."""
        if reason != self.reason:
            self.reason = reason
            self.editor.display = not reason
            self.refresh(layout=True)

    def show_error(self, error: str) -> None:
        """Shows a sentence below the editor; "" removes it."""
        if error != self.error:
            self.error = error
            self.set_class(bool(error), "bad")
            self.editor.set_class(bool(error), "bad")
            self.editor.refresh()
            self.refresh(layout=True)

    def _rows(self) -> int:
        if self.reason:
            return 1
        return int(self.editor.styles.height.value) if self.editor.styles.height else 1

    def _sentences(self, width: int) -> list[str]:
        indent = 0 if self.full_width else LABEL + 1
        return [" " * indent + line for line in textwrap.wrap(self.error, max(20, width - indent))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The editor's lines and those of the sentence."""
        return self._rows() + len(self._sentences(width))

    def render_line(self, y: int) -> Strip:
        """Label and unit beside the editor, the sentence below it."""
        palette, width = self.services.palette, self.size.width
        sentences, below = self._sentences(width), y - self._rows()
        segments: list[Segment] = []
        if y == 0 and not self.full_width:
            focused = self.has_focus_within
            mark = self.services.symbols.cursor if focused else " "
            star = " *" if self.needed else ""
            label = fit(one_line(self.entry.heading) + star, LABEL - 2, "left", self.services.symbols.cut)
            role = "bad" if self.error else "muted" if self.reason else "accent" if focused else "key"
            segments = [Segment(mark, palette.style("accent")), Segment(label, palette.style(role))]
            if self.reason:
                room = max(1, width - LABEL - 1)
                text = fit(one_line(self.reason), room, "left", self.services.symbols.cut).rstrip()
                segments += [Segment(" " * (LABEL - 1 - cell_len(label)), palette.style("text"))]
                segments.append(Segment(f" {text}", palette.style("muted")))
            elif self.unit:
                wide = self.editor.outer_size.width + LABEL - 1
                segments = [*Strip(segments).adjust_cell_length(wide, palette.style("text"))]
                segments.append(Segment(f"  {one_line(self.unit)}", palette.style("muted")))
        elif 0 <= below < len(sentences):
            segments = [Segment(one_line(sentences[below]), palette.style("bad"))]
        return Strip(segments).adjust_cell_length(width, palette.style("text"))

    def on_click(self, event: events.Click) -> None:
        """A click on the label goes to the field."""
        if event.widget is not self or self.reason:
            return
        self.editor.focus()
        if self.is_date and event.screen_x >= self.editor.region.right:
            self.post_message(self.CalendarWanted(self))

    def on_descendant_focus(self) -> None:
        """Marks the label."""
        self.refresh()

    def on_descendant_blur(self) -> None:
        """Takes the mark away."""
        self.refresh()
