"""Shows how a typed date or amount was understood where that isn't obvious, such as 1.234,50 for 1234.5."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from partnertui.kit.declare.kinds import Date, Money, Time
from partnertui.kit.views.form.text_editors import LineEditor, kind_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from partnertui.kit.declare.form import Field, Values

PLAIN = r"[+-]?\d+(\.\d\d?)?"


def typed_value_echo(entry: Field, editor: Widget, values: Values) -> str:
    """The value as it is shown elsewhere; "" where what was typed says the same."""
    value, kind = values.get(entry.name), entry.kind
    is_echoed = isinstance(kind, Money) or (isinstance(kind, Date | Time) and not entry.fixed)
    if not is_echoed or value is None or not isinstance(editor, LineEditor):
        return ""
    typed = str(editor.state())
    is_plain = typed == kind_of(entry, values).input_text(value) or re.fullmatch(PLAIN, typed)
    return "" if is_plain else kind.text(value, values)
