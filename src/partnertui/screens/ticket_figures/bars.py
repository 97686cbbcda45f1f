"""Bars of the ticket statistics: a section for each figure, a bar for each agent, customer or verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from partnertui.kit.declare.kinds import Count, Seconds
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import RowDict

FIGURES = (
    ("opened", "Opened", Count(), "accent"),
    ("answered", "Replies", Count(), "good"),
    ("solved", "Solved", Count(), "warn"),
    ("first_answer", "First response, median time", Seconds(), "accent"),
    ("solution", "Resolution, median time", Seconds(), "warn"),
)
"""What is drawn: column, heading, how a value is written, colour role."""
SHOWN, NAME_CELLS, LEAST_BAR = 12, 28, 8
BAR = "█"


def bar_lines(rows: Sequence[RowDict], width: int, rule: str) -> list[Line]:
    """The bars of each figure, the longest first; those beyond SHOWN are counted."""
    return [line for figure in FIGURES for line in _section(rows, figure, width, rule)][:-1]


def _section(
    rows: Iterable[RowDict], figure: tuple[str, str, Count | Seconds, str], width: int, rule: str
) -> Iterator[Line]:
    column, heading, kind, role = figure
    known = sorted((row for row in rows if row[column]), key=lambda row: (-row[column], row["name"]))
    yield title_line(heading, width, rule)
    if not known:
        yield Line((("none", "muted"),))
    values = [kind.text(row[column]) for row in known[:SHOWN]]
    names = [one_line(str(row["name"]), min(NAME_CELLS, width // 2)) for row in known[:SHOWN]]
    name_cells, value_cells = max(map(cell_len, names), default=0), max(map(cell_len, values), default=0)
    room = max(LEAST_BAR, width - name_cells - value_cells - 2)
    for row, name, value in zip(known, names, values, strict=False):
        bar = BAR * max(1, round(row[column] / known[0][column] * room))
        padding = " " * (name_cells - cell_len(name) + 1)
        yield Line(((f"{name}{padding}", ""), (bar, role), (f" {value}", "")), copy=f"{row['name']}: {value}")
    if len(known) > SHOWN:
        yield Line(((f"{len(known) - SHOWN:,} more in the list", "muted"),))
    yield BLANK
