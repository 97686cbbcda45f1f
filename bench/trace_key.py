"""A trace on the screen: milliseconds from `t` on a call until ladder and verdict are painted, in a pty.

usage: python bench/trace_key.py [FOLDER] [ROUNDS]    (FOLDER has the demo: partnertui --dir FOLDER demo --no-open)
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parent / ".demo")
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 15
SIZES = ((80, 24), (140, 40))
VERDICT, LADDER = (b"(certain", b"(likely", b"(possible"), b"INVITE"
"""What is written with a verdict, and with a ladder."""


def painted(run: PtyRun) -> float:
    """Milliseconds from the key until both are there."""
    before = len(run.output)
    os.write(run.fd, b"t")
    started = time.perf_counter()

    def there(output: bytes) -> bool:
        new = output[before:]
        return LADDER in new and any(word in new for word in VERDICT)

    run.read(0, 10, until=there)
    return (time.perf_counter() - started) * 1000


def times(size: tuple[int, int]) -> list[float]:
    """A call more each round; the first warms up."""
    run = PtyRun([str(HERE.parent / ".venv/bin/partnertui"), "--dir", FOLDER, "--operator", ""], size=size)
    run.read(2.0)
    run.press(b"gd", 1.0)
    found = []
    for _ in range(ROUNDS + 1):
        found.append(painted(run))
        run.press(b"\x1b", 0.6)
        run.press(b"\x1b[B", 0.3)
    run.close()
    return found


def main() -> None:
    """Prints the table."""
    if not (Path(FOLDER) / "partnertui.db").is_file():
        sys.exit(f"There is no demo data. Run: partnertui --dir {FOLDER} demo --no-open")
    rows = []
    for size in SIZES:
        first, *rest = times(size)
        cells = (f"{median(rest):.0f} ms", f"{min(rest):.0f} to {max(rest):.0f} ms", f"{first:.0f} ms")
        rows.append((f"{size[0]}x{size[1]}", *cells))
    show("From t to the ladder with its verdict", ("terminal", "median", "from to", "the first of a session"), rows)


if __name__ == "__main__":
    main()
