"""Table: milliseconds from a key until the rows are on the screen, and memory, in a pty at 140x40.

usage: python bench/table.py [FOLDER]    (FOLDER holds the demo data: partnertui --dir FOLDER demo --no-open)

Against the stock DataTable and harlequin with 10,000 of the calls, which both hold in memory. Ours has all calls.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from peers import peer
from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parent / ".demo")
DATABASE = f"{FOLDER}/partnertui.db"
PAGE_DOWN, HOME, END = b"\x1b[6~", b"\x1b[H", b"\x1b[F"
QUIET = 0.25
"""Seconds without output after which an answer is complete; not part of the time."""
ROWS, PAUSE = 1500, 0.02
"""Bytes that a screen of rows takes at least; seconds of silence that end a burst."""


def answer(run: PtyRun, keys: bytes, quiet: float = QUIET) -> float:
    """Milliseconds from a key press until the rows are on screen."""
    os.write(run.fd, keys)
    started = last = time.perf_counter()
    size, rows_at = 0, 0.0
    while time.perf_counter() - last < quiet:
        data = run.read_once()
        if data:
            last = time.perf_counter()
            size += len(data)
        elif not rows_at and size > ROWS and time.perf_counter() - last > PAUSE:
            rows_at = last
    return ((rows_at or last) - started) * 1000


def times(run: PtyRun, keys: bytes, rounds: int = 5, between: bytes = b"") -> float:
    """The median of some rounds."""
    found = []
    for _ in range(rounds):
        if between:
            answer(run, between)
        found.append(answer(run, keys))
    return median(found)


def ours() -> list[str]:
    """Our list of calls, filtered and sorted in the database."""
    run = PtyRun([str(HERE.parent / ".venv/bin/partnertui"), "--dir", FOLDER, "--operator", ""])
    run.read(2.0)
    opened = times(run, b"gd", between=b"gc")
    pages = times(run, PAGE_DOWN)
    ends = times(run, END, between=HOME)
    sorts = times(run, b"s")
    answer(run, b"/")
    filters = times(run, b"4", rounds=3)
    answer(run, b"\x1b")
    memory = run.memory()
    run.close()
    return [f"{value:.0f}" for value in (opened, pages, ends, sorts, filters)] + [f"{memory:.0f}"]


def stock() -> list[str]:
    """The stock DataTable."""
    started = time.perf_counter()
    run = PtyRun([sys.executable, str(HERE / "stock_table.py"), DATABASE, "10000"])
    run.read(1.5, 30)
    opened = (time.perf_counter() - started - 1.5) * 1000
    pages, ends = times(run, PAGE_DOWN), times(run, END, between=HOME)
    memory = run.memory()
    run.close()
    return [f"{opened:.0f} (start)", f"{pages:.0f}", f"{ends:.0f}", "-", "-", f"{memory:.0f}"]


def harlequin() -> list[str]:
    """harlequin, whose table loads what the query gives."""
    run = PtyRun([peer("harlequin"), "-a", "sqlite", DATABASE])
    run.read(1.5, 20)
    os.write(run.fd, b"select * from cdrs limit 10000")
    run.read(0.5)
    opened = answer(run, b"\x0a", quiet=2.0)
    run.press(b"\x1b[20~", 0.5)
    pages = times(run, PAGE_DOWN)
    memory = run.memory()
    run.close()
    return [f"{opened:.0f}", f"{pages:.0f}", "-", "-", "-", f"{memory:.0f}"]


def main() -> None:
    """Prints the table."""
    head = ("program", "open", "page down", "End", "sort", "one more digit in the filter", "memory, MB")
    rows = [("partnertui", *ours()), ("stock DataTable", *stock()), ("harlequin", *harlequin())]
    show("Table: ms from a key to rows on the screen", head, rows)


if __name__ == "__main__":
    main()
