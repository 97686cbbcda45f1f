"""Draws a sound's waveform over several lines, with the played part marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.styled_line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnertui.domain.symbols import Symbols

EIGHTHS = " ▁▂▃▄▅▆▇█"
ASCII = " ...:::##"
ROWS = 6


def waveform_lines(points: Sequence[int], width: int, played: float, symbols: Symbols) -> list[Line]:
    """ROWS lines of `width` cells; `played` is the part, from 0 to 1, that is behind the position."""
    blocks = ASCII if symbols.ascii else EIGHTHS
    columns = [_loudest(points, cell, width) for cell in range(width)]
    split = round(played * width)
    found = []
    for row in range(ROWS - 1, -1, -1):
        cells = "".join(blocks[max(0, min(8, level * ROWS * 8 // 255 - row * 8))] for level in columns)
        if row == 0:  # silence is a line, too
            cells = cells.replace(" ", blocks[1])
        found.append(Line(((cells[:split], "accent"), (cells[split:], "muted"))))
    return found


def _loudest(points: Sequence[int], cell: int, width: int) -> int:
    begin = cell * len(points) // width
    return max(points[begin : max(begin + 1, (cell + 1) * len(points) // width)], default=0)
