"""The content of a record view as styled lines, and the link that Enter on a line follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, get_character_cell_size

from partnertui.domain.plurals import plural
from partnertui.kit.declare.styled_line import BLANK, Line, Piece
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.terminal.screen_share_masking import masked
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Column, Page

LABEL = 20
MOST_SHOWN = 50_000
"""Characters of one text that are wrapped; a line of 1 MB must not keep the keys waiting."""


def text_lines(texts: Sequence[str]) -> list[Line]:
    """Texts to read and copy, a line each."""
    return [Line(((one_line(text, 500), "value"),), copy=one_line(text, 500)) for text in texts]


def title_line(text: str, width: int, rule: str) -> Line:
    """A heading with a rule to the right edge."""
    text = one_line(text)
    return Line(((f"{text} ", "title"), (rule * max(0, width - cell_len(text) - 1), "border")))


def field_lines(
    label: str, value: str, role: str, width: int, target: Location | None = None, raw: str = ""
) -> list[Line]:
    """A label and its value, wrapped below itself where it is long; `raw` is what is copied instead of it."""
    value = one_line(value, 2000)
    look = role or ("link" if target else "value")
    parts = [line.copy for line in wrapped(value, max(8, width - LABEL - 1))] or [""]
    lines = [
        Line(
            ((fit(label, LABEL, "left", "…") + " ", "key"), (parts[0], look)),
            target,
            one_line(raw, 2000) or value,
            label,
        )
    ]
    return lines + [Line(((" " * (LABEL + 1) + part, look),)) for part in parts[1:6]]


def wrapped(text: str, width: int, role: str = "", indent: str = "") -> list[Line]:
    """A text of several lines, wrapped at words; every line can be copied. What is beyond MOST_SHOWN is counted."""
    lines: list[Line] = []
    for shown, copied in _wrapped(masked(text[: MOST_SHOWN + 1]), max(1, width - len(indent))):
        lines.append(Line(((indent + shown, role),), copy=copied) if shown else BLANK)
    if len(text) > MOST_SHOWN:
        more = plural(len(text) - MOST_SHOWN, "more character isn't", "more characters aren't")
        lines.append(Line(((f"{indent}{more} shown", "warn"),)))
    return lines


@lru_cache(256)  # views make their lines again at every refresh, and readers make them before the view does
def _wrapped(text: str, room: int) -> tuple[tuple[str, str], ...]:
    """Each line as it is shown and as it is copied, in linear time."""
    lines: list[tuple[str, str]] = []
    for paragraph in block(text, MOST_SHOWN).split("\n"):
        rest = paragraph.rstrip()
        start, is_ascii = 0, rest.isascii()
        while (end := _end(rest, start, room, is_ascii)) < len(rest):
            space = rest.rfind(" ", start + 1, end + 1)
            # One character at least: a wide one never fits into a single cell, and the loop wouldn't end.
            cut = space if space > start and _keeps(rest, start, space, end, room) else max(start + 1, end)
            lines.append((rest[start:cut].rstrip(), rest[start:cut]))
            start = cut
            while rest[start] == " ":  # it doesn't end in blanks
                start += 1
        lines.append((rest[start:], rest[start:]))
    return tuple(lines)


def _keeps(text: str, start: int, space: int, end: int, room: int) -> bool:
    """Whether a line ends at a space: a word that fits into the next line is never cut, however much stays empty."""
    return space - start > (end - start) // 3 or cell_len(text[space + 1 : space + 2 + room].split(" ", 1)[0]) <= room


def _end(text: str, start: int, room: int, is_ascii: bool) -> int:
    """Where a line that begins at `start` must end at the latest."""
    if is_ascii:
        return min(len(text), start + room)
    cells = 0
    for index in range(start, len(text)):
        cells += get_character_cell_size(text[index])
        if cells > room:
            return index
    return len(text)


def groups(page: Page, row: Row, width: int, rule: str) -> list[list[Line]]:
    """The facts of a row in their groups, each a block of lines."""
    blocks: dict[str, list[Line]] = {}
    last = "Record"
    for column in page.columns:
        last = column.group or last
        lines = column_lines(column, row, width)
        if lines:
            blocks.setdefault(last, []).extend(lines)
    for fact in page.facts:
        text = fact.text(row)
        if text:
            blocks.setdefault(fact.group or last, []).extend(field_lines(fact.title, text, fact.role(row), width))
    return [[title_line(name, width, rule), *lines] for name, lines in blocks.items()]


def longest_fact(page: Page, row: Row) -> int:
    """Cells of a field whose longest word stays whole."""
    texts = (column.kind.long_text(row.get(column.name), row) for column in page.columns)
    words = (word for text in texts for word in one_line(text, 2000).split(" "))
    return LABEL + 1 + max(map(cell_len, words), default=0)


def drawing_lines(page: Page, row: Row, width: int, rule: str) -> list[Line]:
    """The drawings of a record, each under its title; those that draw nothing are left away."""
    lines: list[Line] = []
    for drawing in page.drawings:
        drawn = [part if isinstance(part, Line) else plain_line(part, width) for part in drawing.draw(row, width)]
        if drawn:
            lines += [title_line(drawing.title, width, rule), *drawn, BLANK]
    return lines


def plain_line(text: str, width: int) -> Line:
    """A line of plain text, cut to fit; it can be copied."""
    shown = one_line(text, 2000)
    return Line(((fit(shown, width, "left", "…").rstrip(), "value"),), copy=shown.strip())


def column_lines(column: Column, row: Row, width: int) -> list[Line]:
    """The lines of one column; none where the row has nothing to show."""
    value = row.get(column.name)
    text, target = column.kind.long_text(value, row), link_of(column, row)
    if (value is None or text == "") and target is not None:
        text = f"#{target.record}"  # what is linked has no name; it can be gone to all the same
    if text == "":
        return []
    shown, raw = text.replace("\n", " "), column.kind.raw_text(value, row)
    return field_lines(column.heading, shown, column.kind.role(value, row), width, target, raw)


def link_of(column: Column, row: Row) -> Location | None:
    """Where a column leads: the linked screen's record whose ID the row holds."""
    if column.leads is not None:
        return column.leads(row)
    found: Any = row.get(f"{column.name}_id")
    return Location(column.link, found) if column.link and found is not None else None


@dataclass(frozen=True)
class PanelRows:
    """The first rows of another screen that belong to a record, and the columns to show of them."""

    title: str
    page: Page
    screen: str
    rows: Sequence[Row]
    more: bool
    trouble: str
    fixed_filter: FixedFilter
    names: tuple[str, ...] = ()

    def columns(self) -> list[Column]:
        """The declared columns, without the one that is the record itself."""
        chosen = [self.page.column(name) for name in self.names]
        known = chosen or [column for column in self.page.columns if column.shown][1:6]
        return [column for column in known if column and column.name != self.fixed_filter.field.removesuffix("_id")]


def panel_lines(panel: PanelRows, width: int, rule: str) -> list[Line]:
    """A short list of what belongs to the record; its last line leads to all of it."""
    columns = panel.columns()
    lines = [title_line(panel.title, width, rule)]
    lines += [_panel_row(columns, row, panel.screen, width) for row in panel.rows]
    if not panel.rows:
        lines.append(Line(((panel.trouble or "none", "warn" if panel.trouble else "muted"),)))
    elif panel.more:
        lines.append(Line((("show all …", "link"),), Location(panel.screen, fixed_filters=(panel.fixed_filter,))))
    return lines


def _panel_row(columns: list[Column], row: Row, screen: str, width: int) -> Line:
    pieces: list[Piece] = []
    room = width
    for column in columns:
        cells = min(column.cells, room)
        if cells < 4:
            break
        value = row.get(column.name)
        text = fit(one_line(column.kind.text(value, row)), cells, column.kind.align, "…")
        pieces.append((text + "  ", column.kind.role(value, row)))
        room -= cells + 2
    return Line(tuple(pieces), Location(screen, row["id"], row=row), " ".join(text.strip() for text, _ in pieces))
