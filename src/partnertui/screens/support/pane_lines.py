"""Lines of facts for the narrow pane beside a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import link_of, title_line, wrapped
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Page
    from partnertui.kit.declare.view_location import Location

LABEL, WIDE_LABEL = 12, 16
WIDE = 46
"""Cells from which on labels have all their words."""
MOST_LINES = 4
IN_FULL = frozenset({"harm"})
"""Columns whose figure says nothing without how it is made up."""


def short_field(label: str, value: str, role: str, width: int, target: Location | None = None) -> list[Line]:
    """A label and its value."""
    value, cells = one_line(value, 500), LABEL if width < WIDE else WIDE_LABEL
    look = role or ("link" if target else "value")
    parts = [line.copy for line in wrapped(value, max(8, width - cells - 1))] or [""]
    first = Line(((fit(label, cells, "left", "…") + " ", "key"), (parts[0], look)), target, value, label)
    return [first, *(Line(((" " * (cells + 1) + part, look),)) for part in parts[1:MOST_LINES])]


def fact_lines(page: Page, row: Row, width: int, rule: str) -> list[Line]:
    """The facts of a row in their groups, as short as a list shows them, but for sums."""
    lines: list[Line] = []
    group = ""
    for column in page.columns:
        kind = column.kind
        shown = kind.long_text if column.name in IN_FULL else kind.text
        text = shown(row.get(column.name), row)
        if not text:
            continue
        if column.group and column.group != group:
            group = column.group
            lines += [*([BLANK] if lines else []), title_line(group, width, rule)]
        role = kind.role(row.get(column.name), row)
        lines += short_field(column.heading, text, role, width, link_of(column, row))
    return [*lines, BLANK]
