"""Draws ladder rows as styled text for a width in cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from partnertui.domain.symbols import Symbols
from partnertui.ladder.column_positions import EDGE, MARGIN, Grid
from partnertui.ladder.model import Participant, Row, RowKind
from partnertui.ladder.text_cutting import end_cut, middle

StyledText = tuple[str, str]
"""A text and its colour role."""


def heading(
    grid: Grid, participants: Sequence[Participant], symbols: Symbols, time: str = ""
) -> tuple[list[StyledText], list[StyledText]]:
    """Two lines that stay on top: names, and addresses below them; `time` says what the time column shows."""
    rooms = list(_rooms(grid))
    shown = [(participants[column], room) for column, room in zip(grid.shown, rooms, strict=False)]
    names = [(end_cut if part.name else middle)(part.title, right - left, symbols.cut) for part, (left, right) in shown]
    rooms[0] = (grid.start, rooms[0][1])
    addresses = [
        middle(part.address_text if part.name else "", right - left, symbols.cut)
        for (part, _), (left, right) in zip(shown, rooms, strict=False)
    ]
    caption = " " * MARGIN + f"{time:>{grid.time}}"
    return _captions(grid, names, symbols, "header-key", ""), _captions(grid, addresses, symbols, "header", caption)


def _rooms(grid: Grid) -> Iterator[tuple[int, int]]:
    """Cells available to each heading: halfway to its neighbours; the first also gets those above the times."""
    begin = grid.start if grid.first else MARGIN
    for index, centre in enumerate(grid.centres):
        last = index + 1 == len(grid.centres)
        end = grid.width - 1 if last else (centre + grid.centres[index + 1]) // 2
        yield begin, max(begin, end)
        begin = end + 1


def _captions(grid: Grid, texts: Sequence[str], symbols: Symbols, role: str, caption: str) -> list[StyledText]:
    """Each text above its lifeline, moved aside where the edge of its room is nearer than half of it."""
    left = symbols.more_left if grid.first else " "
    more = grid.first + len(grid.centres) < grid.count
    line = caption.ljust(grid.start - 1) + left if caption or grid.first else ""
    for centre, text, (begin, end) in zip(grid.centres, texts, _rooms(grid), strict=False):
        size = cell_len(text)
        start = max(begin, cell_len(line), min(centre - size // 2, end - size))
        line += " " * (start - cell_len(line)) + text
    rest = max(0, grid.width - cell_len(line))
    return [(line + (" " * (rest - 1) + (symbols.more_right if more else " ") if rest else ""), role)]


def render_row(grid: Grid, row: Row, time: str, symbols: Symbols) -> list[StyledText]:
    """One row: mark, time, lifelines, and what goes between them."""
    mark = (symbols.evidence if row.evidence else " ") + " "
    if row.kind == RowKind.GAP:
        words = middle(f"{symbols.dot} {row.label} {symbols.dot}", grid.time + EDGE, symbols.cut)
        end = MARGIN + max(grid.time, len(words)) + 1
        return [(f"{mark}{words:>{grid.time}} ", "muted"), *_lifelines(grid, end, grid.width, symbols.gap)]
    pieces: list[StyledText] = [(mark, "bad"), (f"{time:>{grid.time}} ", "muted")]
    if row.kind == RowKind.SDP:
        start, drawn = _below(grid, row, symbols)
    else:
        start, drawn = _arrow(grid, row, symbols)
    end = start + sum(cell_len(text) for text, _ in drawn)
    return [
        *pieces,
        *_lifelines(grid, grid.start, start, symbols.bar),
        *drawn,
        *_lifelines(grid, end, grid.width, symbols.bar),
    ]


def _lifelines(grid: Grid, start: int, end: int, bar: str) -> list[StyledText]:
    """The lifelines between two cells, where there is no arrow."""
    if end <= start:
        return []
    cells = [" "] * (end - start)
    for centre in grid.centres:
        if start <= centre < end:
            cells[centre - start] = bar
    return [("".join(cells), "muted")]


def _below(grid: Grid, row: Row, symbols: Symbols) -> tuple[int, list[StyledText]]:
    """Text below an arrow, starting at its left end, or further left if it needs the room."""
    wanted = max(grid.cell(min(row.source, row.target)), grid.start - 2) + 2
    start = max(grid.start, min(wanted, grid.width - cell_len(row.label) - 1))
    return start, [(middle(row.label, grid.width - start - 1, symbols.cut) + " ", row.role)]


def _label(row: Row, room: int, symbols: Symbols) -> str:
    """The label with its count, in at most `room` cells; neither the count nor the status code is ever cut."""
    count = f" {symbols.times}{row.count}" if row.count > 1 else ""
    text = row.label
    if text.endswith(" SDP") and len(text) + len(count) > room:
        text = text.removesuffix(" SDP")
    if row.short and cell_len(text) > room:
        text = row.short
    return (end_cut(text, max(0, room - len(count)), symbols.cut) + count)[: max(0, room)]


def _arrow(grid: Grid, row: Row, symbols: Symbols) -> tuple[int, list[StyledText]]:
    source, target = grid.cell(row.source), grid.cell(row.target)
    if row.source == row.target:
        return _to_itself(grid, row, source, symbols)
    if (source < 0 and target < 0) or (source >= grid.width and target >= grid.width):
        return _out_of_sight(grid, row, source < 0, symbols)
    line = symbols.sound if row.kind == RowKind.STREAM else symbols.line
    rightward = source < target
    low, high = min(source, target), max(source, target)
    start, end = (low + 1 if low >= 0 else grid.start), min(high, grid.width)
    head = symbols.right if rightward else symbols.left
    if target < 0:
        head = symbols.more_left
    elif target >= grid.width:
        head = symbols.more_right
    tail = symbols.more_left if source < 0 else symbols.more_right if source >= grid.width else ""
    room = end - start - 1 - len(tail)
    text = _label(row, max(0, room - 1), symbols)
    words = f" {text} " if cell_len(text) + 2 <= room else f"{text} " if rightward else f" {text}"
    words = words if text else ""
    filled = max(0, room - cell_len(words))
    drawn: list[StyledText] = [(line * (filled // 2), row.line), (line * (filled - filled // 2), row.line)]
    if text:
        drawn.insert(1, (words, row.role))
    ends = ((tail, row.line), (head, row.line))
    drawn = [ends[0], *drawn, ends[1]] if rightward else [ends[1], *drawn, ends[0]]
    return start, [piece for piece in drawn if piece[0]]


def _to_itself(grid: Grid, row: Row, cell: int, symbols: Symbols) -> tuple[int, list[StyledText]]:
    """From a host to itself: to the right of its lifeline, at the last column to the left of it."""
    if cell < 0 or cell >= grid.width:
        return _out_of_sight(grid, row, cell < 0, symbols)
    line = symbols.sound if row.kind == RowKind.STREAM else symbols.line
    if row.source == grid.shown[-1] and row.source != grid.shown[0]:
        text = _label(row, grid.step - 7, symbols)
        drawn = [(symbols.turn_left + line, row.line), (f" {text} ", row.role), (line + symbols.right, row.line)]
        return cell - sum(cell_len(part) for part, _ in drawn), drawn
    room = min(grid.step - 1, grid.width - cell - 1)
    text = _label(row, max(0, room - 6), symbols)
    return cell + 1, [(symbols.left + line, row.line), (f" {text} ", row.role), (line + symbols.turn, row.line)]


def _out_of_sight(grid: Grid, row: Row, left: bool, symbols: Symbols) -> tuple[int, list[StyledText]]:
    """An arrow between columns that aren't visible: a note at the nearer edge."""
    sign = symbols.more_left if left else symbols.more_right
    text = _label(row, min(20, grid.width - grid.start - 3), symbols)
    if left:
        return grid.start, [(f"{sign} {text} ", "muted")]
    return grid.width - cell_len(text) - 3, [(f" {text} {sign}", "muted")]
