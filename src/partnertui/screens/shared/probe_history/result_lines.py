"""Text of earlier probes: a list of them, one in full, or two compared."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.domain.symbols import Symbols
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.table.painter import fit

KINDS = {"options": "SIP test", "mtr": "MTR"}
ROLES = (("answered", ""), ("no loss", ""), ("no answer", "bad"))
"""The colour role of an outcome by its beginning; of all others, warn."""
TIME, KIND, WHO, LABEL = 21, 10, 18, 16
"""Cells of the columns."""


def list_lines(runs: Sequence[Row], marked: Row | None, width: int, symbols: Symbols) -> list[Line]:
    """A line per result, the newest first."""
    return [_run_line(run, run is marked, width, symbols) for run in runs]


def _run_line(run: Row, marked: bool, width: int, symbols: Symbols) -> Line:
    outcome, target = one_line(run["outcome"] or ""), one_line(run["phone"] or run["target"])
    role = next((role for start, role in ROLES if outcome.startswith(start)), "warn")
    who = one_line(run["operator"] or "")
    room = max(10, width - TIME - KIND - WHO - 4)
    left = f"{symbols.mark if marked else ' '} {when(run):<{TIME}}"
    words = fit(f"{outcome}  {target}", room, "left", symbols.cut)
    pieces = ((left, "muted"), (f"{kind(run):<{KIND}}", ""), (f"{words}  ", role), (who[:WHO], "muted"))
    return Line(pieces, copy=" ".join((when(run), kind(run), outcome, target, who)), name=str(run["id"]))


def when(run: Row) -> str:
    """When it began, in local time."""
    return f"{run['at'].astimezone():%Y-%m-%d %H:%M:%S}"


def kind(run: Row) -> str:
    """Which probe it was."""
    return KINDS.get(run["kind"], one_line(run["kind"]))


def one_result(run: Row, width: int, rule: str) -> list[Line]:
    """A result in full, as it was shown when it ended."""
    lines = [title_line(f"{kind(run)}, {when(run)}, by {one_line(run['operator'] or 'somebody')}", width, rule)]
    for line in block(run["report"]).split("\n"):
        lines += wrapped(line, width) if line else [BLANK]
    return lines


def comparison(old: Row, new: Row, width: int, rule: str) -> list[Line]:
    """Two results side by side, what differs first."""
    names = list(dict.fromkeys([*(new["figures"] or {}), *(old["figures"] or {})]))
    column = max(10, (width - LABEL - 4) // 2)
    heading = f"{'':<{LABEL}}  {when(old):<{column}}  {when(new)}"
    lines = [title_line("Compared", width, rule), Line(((heading, "key"),))]
    same: list[Line] = []
    for name in names:
        pair = tuple(_text((run["figures"] or {}).get(name)) for run in (old, new))
        differs = pair[0] != pair[1]
        cells = [fit(text, column, "left", "…") for text in pair]
        role = "warn" if differs else "muted"
        text = f"{fit(one_line(name), LABEL, 'left', '…')}  {cells[0]}  {cells[1].rstrip()}"
        line = Line(((text, role),), copy=f"{one_line(name)}: {pair[0]} / {pair[1]}")
        (lines if differs else same).append(line)
    if len(lines) == 2:
        lines.append(Line((("No differences.", "good"),)))
    return [*lines, *([BLANK, title_line("Identical in both", width, rule), *same] if same else [])]


def _text(value: object) -> str:
    return "none" if value is None else one_line(f"{value:g}" if isinstance(value, float) else str(value))
