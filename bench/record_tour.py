"""Records the tour: docs/tour.cast (asciicast 2) and stills as SVG, of the real program with its demo, in a pty.

usage: python bench/record_tour.py FOLDER    (FOLDER holds the demo data: partnertui --dir FOLDER demo --no-open)
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import pyte
from pyte.screens import Char
from rich.cells import cell_len

from pty_run import PtyRun

DOCS = Path(__file__).parents[1] / "docs"
COLUMNS, ROWS = 120, 34
CELL, LINE = 8.4, 18
"""Width and height of a character in a still, in pixels."""
ENTER, ESCAPE = "\r", "\x1b"
TOUR: tuple[tuple[str, float, str], ...] = (
    ("", 3.0, "start"),
    ("l", 2.0, ""),
    ("t", 3.0, "sip-test"),
    ("t", 3.0, "sip-test-ladder"),
    (ESCAPE, 1.5, ""),
    (ESCAPE, 1.0, ""),
    ("M", 6.0, "mtr"),
    (ESCAPE, 1.0, ""),
    ("gd", 2.0, ""),
    ("/", 0.6, ""),
    ("disposition:failed", 1.5, ""),
    (ENTER, 1.5, ""),
    ("t", 3.5, "failed-call"),
    (ESCAPE, 1.0, ""),
    ("ga", 7.0, "live"),
    ("gs", 2.5, ""),
    (ENTER, 3.0, "ticket"),
)
"""Keys, seconds to look at what they show, and the name of a still of it."""
KEY_SECONDS = 0.06
NAMED = {"black": "#000000", "default": ""}


class Tour:
    """The program in a pty, what it wrote and when, and its screen."""

    def __init__(self, folder: str) -> None:
        command = [sys.executable, "-m", "partnertui", "--dir", folder, "--theme", "dark", "demo"]
        self.run = PtyRun(command, (COLUMNS, ROWS))
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.events: list[tuple[float, str]] = []
        self.begun = time.perf_counter()

    def watch(self, seconds: float) -> None:
        """Takes what is written for some seconds."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            data = self.run.read_once(0.02)
            if data:
                self.events.append((time.perf_counter() - self.begun, data.decode("utf-8", "ignore")))
                self.stream.feed(data)

    def record(self) -> dict[str, str]:
        """Types the tour; returns the stills by name."""
        stills = {}
        self.watch(4.0)
        for keys, seconds, name in TOUR:
            for key in keys:
                os.write(self.run.fd, key.encode())
                self.watch(KEY_SECONDS)
            self.watch(seconds)
            if name:
                stills[name] = svg(self.screen)
        self.run.close()
        return stills

    def cast(self) -> Iterator[str]:
        """The lines of the recording (https://docs.asciinema.org/manual/asciicast/v2/)."""
        yield json.dumps({"version": 2, "width": COLUMNS, "height": ROWS, "title": "partnertui: a tour of the demo"})
        start = next(index for index, (_, text) in enumerate(self.events) if "\x1b[?1049h" in text)
        first = self.events[start][0]
        for at, text in self.events[start:]:  # before it opens, it names the folder
            yield json.dumps([round(at - first, 3), "o", text], ensure_ascii=False)


def svg(screen: pyte.Screen) -> str:
    """The screen as a picture."""
    width, height = COLUMNS * CELL, ROWS * LINE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" xml:space="preserve" '
        'font-family="monospace" font-size="14">',
        '<rect width="100%" height="100%" fill="#10151d"/>',
    ]
    for row in range(ROWS):
        lines += _row([screen.buffer[row][column] for column in range(COLUMNS)], row)
    return "\n".join([*lines, "</svg>\n"])


def _row(cells: list[Char], row: int) -> Iterator[str]:
    column = 0
    for (front, back, bold), group in groupby(cells, _look):
        text = "".join(cell.data for cell in group)
        size = _cells(cells, column, (front, back, bold))
        x, y = column * CELL, row * LINE
        if back:
            yield f'<rect x="{x:.1f}" y="{y}" width="{size * CELL:.1f}" height="{LINE}" fill="{back}"/>'
        shown = text.strip()
        if shown:
            x += (len(text) - len(text.lstrip())) * CELL
            weight = ' font-weight="bold"' if bold else ""
            length = f' textLength="{cell_len(shown) * CELL:.1f}"'
            yield f'<text x="{x:.1f}" y="{y + 13}" fill="{front or "#d3dae6"}"{weight}{length}>{escape(shown)}</text>'
        column += size


def _look(cell: Char) -> tuple[str, str, bool]:
    front, back = _colour(cell.fg), _colour(cell.bg)
    return (back or "#10151d", front or "#d3dae6", cell.bold) if cell.reverse else (front, back, cell.bold)


def _cells(cells: list[Char], start: int, look: tuple[str, str, bool]) -> int:
    """Cells of the run that begins at a column."""
    end = start
    while end < len(cells) and _look(cells[end]) == look:
        end += 1
    return end - start


def _colour(name: str) -> str:
    return NAMED[name] if name in NAMED else f"#{name}" if len(name) == 6 else name


def main() -> None:
    """Writes the recording and the stills."""
    tour = Tour(sys.argv[1])
    stills = tour.record()
    (DOCS / "tour.cast").write_text("\n".join(tour.cast()) + "\n", "utf-8")
    (DOCS / "tour").mkdir(exist_ok=True)
    for name, picture in stills.items():
        (DOCS / "tour" / f"{name}.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
