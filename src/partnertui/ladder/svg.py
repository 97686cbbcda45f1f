"""A ladder as self-contained SVG: no scripts, all text escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from rich.cells import cell_len

from partnertui.calls.diagnosis.verdict import Diagnosis
from partnertui.calls.trace_model import Trace
from partnertui.domain.safe_text import one_line
from partnertui.ladder.ladder_rows import layout
from partnertui.ladder.model import Ladder, Options, Participant, Row, RowKind
from partnertui.ladder.plain_text import summary, verdict_lines, with_evidence
from partnertui.ladder.text_cutting import end_cut, middle
from partnertui.ladder.time_column import Clock, times_of

COLOURS = {
    "title": "#0b1420",
    "value": "#2b3748",
    "accent": "#1663b5",
    "info": "#16768a",
    "link": "#3568c0",
    "good": "#1c7c45",
    "warn": "#96610a",
    "bad": "#c02a22",
    "muted": "#626d7d",
    "border": "#bac4d2",
    "header": "#eef2f7",
}
STEP, ROW, TIME, CELL = 240, 22, 130, 7.3
"""Pixels from column to column, of a row, of the time column, and of a character of 12 pixels."""
STYLE = "text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}"


def ladder_svg(
    trace: Trace,
    names: Mapping[str, str] | None = None,
    options: Options | None = None,
    *,
    judgement: Diagnosis | None = None,
    clock: Clock = Clock.SINCE_START,
) -> str:
    """The whole ladder as an SVG document, with the parties and the verdict above it."""
    options = with_evidence(options or Options(), judgement)
    ladder = layout(trace, names, options)
    width = TIME + max(2, len(ladder.participants)) * STEP + 20
    told = [*summary(trace, ladder, options), *verdict_lines(judgement, int(width / CELL) - 6)]
    top = 16 + len(told) * 18 + 8
    height = top + 52 + ROW * len(ladder.rows) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{_text(told[0])}</title><style>{STYLE}{_rules()}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(f'<text x="16" y="{28 + 18 * index}" class="title">{_text(line)}</text>' for index, line in enumerate(told)),
        *_columns(ladder.participants, top, height - 16),
        *_rows(ladder, top + 52, clock),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rules() -> str:
    return "".join(f".{role}{{fill:{colour}}}.l-{role}{{stroke:{colour}}}" for role, colour in COLOURS.items())


def _text(text: str) -> str:
    return escape(one_line(text, 600))


def _x(column: int) -> float:
    return TIME + STEP * column + STEP / 2


def _columns(participants: tuple[Participant, ...], top: int, bottom: int) -> Iterator[str]:
    """A box for each host and its lifeline."""
    for column, part in enumerate(participants):
        x = _x(column)
        yield f'<line x1="{x}" y1="{top + 38}" x2="{x}" y2="{bottom}" class="l-border"/>'
        yield f'<rect x="{x - STEP / 2 + 10}" y="{top}" width="{STEP - 20}" height="38" rx="4" class="header"/>'
        lines = [(part.title, "title", 16), (part.address_text if part.name else "", "muted", 31)]
        for text, role, down in lines:
            shown = _text(middle(text, int((STEP - 28) / CELL), "…"))
            yield f'<text x="{x}" y="{top + down}" text-anchor="middle" class="{role}">{shown}</text>'


def _rows(ladder: Ladder, top: int, clock: Clock) -> Iterator[str]:
    times = times_of(ladder, clock)
    for number, (row, time) in enumerate(zip(ladder.rows, times, strict=True)):
        y = top + ROW * number + ROW / 2
        if time:
            yield f'<text x="{TIME - 8}" y="{y + 4}" text-anchor="end" class="muted">{_text(time)}</text>'
        if row.evidence:
            yield f'<circle cx="10" cy="{y}" r="4" class="bad"/>'
        yield from _row(row, y, len(ladder.participants))


def _row(row: Row, y: float, columns: int) -> Iterator[str]:
    if row.kind == RowKind.GAP:
        yield f'<text x="{TIME - 8}" y="{y + 4}" text-anchor="end" class="muted">· {_text(row.label)} ·</text>'
        return
    low = min(_x(row.source), _x(row.target))
    if row.kind == RowKind.SDP:
        room = TIME + columns * STEP - low
        shown = middle(row.label, int(room / CELL) - 2, "…")
        yield from _words(shown, low + 10, y, row.role, "start")
        return
    start, end = _x(row.source), _x(row.target)
    count = f" ×{row.count}" if row.count > 1 else ""
    turned = row.source == row.target
    room = (STEP if turned else abs(end - start)) - 50
    text = end_cut(row.label, int(room / CELL) - len(count), "…") + count
    thick = ' stroke-width="4" stroke-opacity="0.45"' if row.kind == RowKind.STREAM else ' stroke-width="1.5"'
    if turned:
        side = 1 if row.source < columns - 1 or columns == 1 else -1
        far = start + side * (STEP / 2 - 14)
        path = f"M{start} {y - 5}H{far}V{y + 5}H{start + side * 8}"
        yield f'<path d="{path}" fill="none"{thick} class="l-{row.line}"/>'
        yield _head(start, y + 5, -side, row.line)
        yield from _words(text, start + side * (STEP / 4 - 3), y, row.role, "middle")
        return
    way = 1 if end > start else -1
    yield f'<line x1="{start}" y1="{y}" x2="{end - way * 8}" y2="{y}"{thick} class="l-{row.line}"/>'
    yield _head(end, y, way, row.line)
    yield from _words(text, (start + end) / 2, y, row.role, "middle")


def _head(x: float, y: float, way: int, role: str) -> str:
    return f'<path d="M{x} {y}L{x - way * 9} {y - 4}V{y + 4}Z" class="{role}"/>'


def _words(text: str, x: float, y: float, role: str, anchor: str) -> Iterator[str]:
    """Text on a white box, so that lines don't cross it."""
    wide = cell_len(text) * CELL + 8
    left = x - wide / 2 if anchor == "middle" else x - 4
    yield f'<rect x="{left:.1f}" y="{y - 8}" width="{wide:.1f}" height="16" fill="#ffffff"/>'
    yield f'<text x="{x}" y="{y + 4}" text-anchor="{anchor}" class="{role}">{_text(text)}</text>'
