"""Editors for typed text: one line, or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.widgets import Input, TextArea

from partnertui.domain.capital_letter import capital
from partnertui.kit.terminal.safe_text import block, one_line

if TYPE_CHECKING:
    from textual import events

    from partnertui.kit.declare.form import Field, Values
    from partnertui.kit.declare.kinds import Kind

LONGEST = 10_000
"""Characters of one line."""


class Edited(Message):
    """The operator changed a field."""


def parsed(entry: Field, typed: str, values: Values) -> object:
    """The value of a typed text; None for nothing; raises InvalidValue or DomainError."""
    if not typed.strip():
        return None
    if entry.parse is not None:
        return entry.parse(typed, values)
    return kind_of(entry, values).parse(typed)


def kind_of(entry: Field, values: Values) -> Kind[Any]:
    """The field's kind with the country and currency that the form names: 030 is one of Germany, ¥ has no decimals."""
    country, currency = values.get("country"), values.get("currency")
    kind = entry.kind.in_country(country) if isinstance(country, str) and country else entry.kind
    return kind.in_currency(currency) if isinstance(currency, str) and currency else kind


class LineEditor(Input):
    """One line of text."""

    def __init__(self, entry: Field) -> None:
        # what is typed replaces a number, and what is only suggested
        proposed = entry.proposed or entry.suggest is not None
        replaced = proposed or entry.kind.ordered or entry.kind.align == "right"
        super().__init__(password=entry.secret, compact=True, select_on_focus=replaced, disabled=entry.fixed)
        self.entry = entry
        if entry.width:
            self.styles.width = entry.width

    def read(self, values: Values) -> object:
        """What was typed, as the kind reads it."""
        return parsed(self.entry, self.value, values)

    def put(self, value: object, values: Values) -> None:
        """The value as one would type it."""
        # Input reports every new value as a change, and what the program puts in is no edit of the operator.
        with self.prevent(Input.Changed):
            self.value = "" if value is None else one_line(kind_of(self.entry, values).input_text(value), LONGEST)
        self.cursor_position = len(self.value)

    def state(self) -> str:
        """The text."""
        return self.value

    def on_paste(self, event: events.Paste) -> None:
        """Several lines become one: the base class, which goes on from here, would drop all but the first."""
        event.text = " ".join(line for line in event.text.splitlines() if line.strip())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Reports the change to the dialog."""
        event.stop()
        self.post_message(Edited())

    def action_copy(self) -> None:
        """Copies the selection, never out of a secret field."""
        if not self.entry.secret:
            super().action_copy()

    def action_cut(self) -> None:
        """Cuts the selection, never out of a secret field."""
        if not self.entry.secret:
            super().action_cut()


class AreaEditor(TextArea):
    """Several lines of text."""

    def __init__(self, entry: Field) -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, compact=True, read_only=entry.fixed)
        self.entry = entry
        self.styles.height = entry.rows

    def read(self, values: Values) -> object:
        """What was typed, as the kind reads it."""
        if not self.text.strip():
            return None
        return parsed(self.entry, self.text.rstrip(), values)

    def put(self, value: object, values: Values) -> None:
        """The value as one would type it."""
        with self.prevent(TextArea.Changed):
            self.text = "" if value is None else block(self.entry.kind.input_text(value))

    def state(self) -> str:
        """The text."""
        return self.text

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Reports the change to the dialog."""
        event.stop()
        self.post_message(Edited())


def sentence(error: Exception) -> str:
    """An error as shown below a field: with a capital, a full stop and the advice."""
    text = str(error).strip()
    text = capital(text) + ("" if text.endswith((".", "?", "!")) else ".")
    advice = getattr(error, "advice", "")
    return f"{text} {advice}".strip()
