"""The demo's phones: milliseconds from `t` on one until “200 OK” is painted, in a pty; the first press counts alone.

usage: python bench/demo_answer.py [ROUNDS]    (each round is a demo of its own)
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
PROGRAM = str(HERE.parent / ".venv/bin/partnertui")
MORE = 4
"""Presses after the first."""


def answered(run: PtyRun) -> float:
    """Milliseconds from the key until the answer is there; nan if none comes."""
    before, started = len(run.output), time.perf_counter()
    os.write(run.fd, b"t")
    run.read(0, 6.0, until=lambda seen: b"200 OK" in seen[before:])
    found = (time.perf_counter() - started) * 1000
    return found if b"200 OK" in run.output[before:] else float("nan")


def one_demo(folder: str) -> list[float]:
    """The first press and those after it, on one phone."""
    run = PtyRun([PROGRAM, "--dir", folder, "demo"], size=(80, 24))
    run.read(0, 30.0, until=lambda seen: b"Start here" in seen and b"(support)" in seen)
    run.read(1.0, 6.0)
    run.press(b"/status:active\r", 2.0)
    run.press(b"l", 2.0)
    found = []
    for _ in range(1 + MORE):
        found.append(answered(run))
        os.write(run.fd, b"\x1b")
        run.read(1.2, 1.2)  # one probe a second to a phone
    run.close()
    return found


def main() -> None:
    """Prints the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    first, later = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            one, *more = one_demo(folder)
        first.append(one)
        later += more
    rows = [
        (name, f"{median(found):.0f} ms", f"{min(found):.0f} to {max(found):.0f} ms")
        for name, found in (("first press", first), ("later presses", later))
    ]
    show("From t on a phone of the demo to 200 OK", ("press", "median", "from to"), rows)


if __name__ == "__main__":
    main()
