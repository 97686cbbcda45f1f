"""F1 in a form: what the field under the cursor takes, then the keys of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.kinds import Choice
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.views.form.fields_dialog import FieldsDialog
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.declare.form import Field, Values


def explain_form_field(context: ActionContext) -> None:
    """Explains the field that has the keyboard."""
    services, dialog = context.services, context.front(FieldsDialog)
    row = dialog.current()
    actions = dialog.actions()
    values = dialog.base

    def lines(width: int) -> list[Line]:
        rule = services.symbols.line
        found = [*field_help(row.entry, values, width, rule), BLANK] if row is not None else []
        found.append(title_line("Keys", width, rule))
        for action, keys in services.keymap.pairs(actions):
            found += field_lines("  ".join(key_label(key) for key in keys), action.title, "", width)
        return found

    services.show_dialog(LinesDialog(services, f"Explain: {row.entry.heading}" if row else "Keys of this form", lines))


def field_help(entry: Field, values: Values, width: int, rule: str) -> list[Line]:
    """What a field is for, whether it is required, and what can be entered."""
    lines = [title_line(entry.heading, width, rule), *wrapped(entry.help or "No help for this field.", width)]
    if reason := entry.reason(values):
        lines += field_lines("Not yet", reason, "warn", width)
    lines += field_lines("Required", "yes" if entry.needed(values) else "no", "", width)
    if isinstance(entry.kind, Choice):
        lines += field_lines("Values", ", ".join(entry.kind.text(member) for member in entry.kind.of), "", width)
    if entry.choices:
        lines += field_lines("Values", ", ".join(option.label for option in entry.choices), "", width)
    return lines
