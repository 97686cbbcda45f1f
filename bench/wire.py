"""Wire: bytes written to the terminal at 140x40, against the stock DataTable, htop and mc in the same run.

usage: python bench/wire.py [FOLDER]    (FOLDER holds the demo data: partnertui --dir FOLDER demo --no-open)
"""

from __future__ import annotations

import sys
from pathlib import Path

from peers import packaged
from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parent / ".demo")
OURS = [str(HERE.parent / ".venv/bin/partnertui"), "--dir", FOLDER, "--operator", ""]
STOCK = [sys.executable, str(HERE / "stock_table.py"), f"{FOLDER}/partnertui.db", "2000"]
DOWN, PAGE_DOWN, END = b"\x1b[B", b"\x1b[6~", b"\x1b[F"


def steps(run: PtyRun, mark: bytes, down: bytes = DOWN, page_down: bytes = PAGE_DOWN) -> list[float]:
    """Bytes of a cursor step, of 60 steps through the window's edge, of a page down; medians of 5.

    It begins once the mark was written and the program is quiet.
    """
    run.read(0, 60, until=lambda output: mark in output)
    run.read(1.0)
    one = [run.press(down, 0.15) for _ in range(5)]
    sixty = sum(run.press(down, 0.06) for _ in range(60))
    pages = [run.press(page_down, 0.3) for _ in range(5)]
    return [median(one), float(sixty), median(pages)]


def ours() -> list[float]:
    """Our list of calls; opening a screen is another one than the first."""
    run = PtyRun(OURS)
    run.read(2.5)
    run.press(b"gd", 1.5)
    found = steps(run, b"partnertui")
    opened = [run.press(keys, 1.0) for keys in (b"gc", b"gs", b"gc", b"gs", b"gd")]
    record = run.press(b"\r", 1.0)
    idle = len(run.read(5.0, 5.0))
    run.close()
    return [*found, max(opened), record, float(idle)]


def peer(command: list[str], mark: bytes, *keys: bytes) -> list[float]:
    """A peer; keys are its own for a step and a page down, where it knows others."""
    run = PtyRun(command)
    found = steps(run, mark, *keys)
    run.close()
    return found


def main() -> None:
    """Prints the table."""
    rows = [("partnertui", ours()), ("stock DataTable", peer(STOCK, b"answered"))]
    for name, command, mark, keys in (
        ("htop", ["htop", "-d", "600"], b"Quit", ()),
        ("mc", ["mc", "-u", "/usr/lib", "/usr/share"], b"Quit", (b"\x1bOB", b"\x16")),
    ):
        if packaged(name):
            rows.append((name, peer(command, mark, *keys)))
    head = ("program", "cursor step", "60 steps", "page down", "open a screen", "open a record", "5 s idle")
    show(
        "Wire: bytes at 140x40",
        head,
        [(name, *(f"{cell:,.0f}" for cell in found)) + ("",) * (6 - len(found)) for name, found in rows],
    )


if __name__ == "__main__":
    main()
