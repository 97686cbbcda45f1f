"""What the keys of a form do."""

from __future__ import annotations

from partnertui.kit.widgets.styled_lines import Line, field_lines

KEYS = (
    ("Tab, arrow down", "the next field; behind the last one the next tab"),
    ("Shift+Tab, arrow up", "the field before"),
    ("Enter", "the next field, or saves if there is just one; behind an arrow, the list to choose from"),
    ("Space", "turns yes and no round; opens the list of choices"),
    ("letters", "in a list of choices: jump to what begins with them"),
    ("Backspace", "takes a choice away"),
    ("Ctrl+S", "saves; fields that cannot be saved are marked, and say why"),
    ("Esc", "closes; asks first if something was changed"),
)
TABS = (
    ("F6, Ctrl+PgDn", "the next tab; a tab with ! has a field that needs a look"),
    ("Shift+F6, Ctrl+PgUp", "the tab before"),
)


def form_keys(width: int, tabs: bool) -> list[Line]:
    """The keys, and what to do with the boards on which things are carried."""
    carrying = (("on a board", "Space grabs, arrows carry, Enter drops, Esc takes back; or drag with the mouse"),)
    found = (*KEYS, *(TABS if tabs else ()), *carrying)
    return [line for keys, words in found for line in field_lines(keys, words, "", width)]
