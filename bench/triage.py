"""Canned answer, send, solve, next: milliseconds from each of the four keys until what it does is painted, in a pty.

usage: python bench/triage.py [FOLDER] [TICKETS]   (FOLDER has the demo: partnertui --dir FOLDER demo --no-open)

The replies stay in the demo's outbox: nothing is sent. Half of it is measured at 80×24, half at 140×40.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyte

from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
FOLDER = sys.argv[1] if len(sys.argv) > 1 else str(HERE.parent / ".demo")
TICKETS = int(sys.argv[2]) if len(sys.argv) > 2 else 12
SIZES = ((80, 24), (140, 40))
WORD = "solved"
"""Typed for the canned response “Solved, closing”; its first letter is measured."""
KEYS = ("Ctrl+R: the canned responses", "a letter: narrowed", "Enter: inserted", "Ctrl+N: sent, the next ticket")


class Screen:
    """A program in a pty, and what is on its screen."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.run = PtyRun([str(HERE.parent / ".venv/bin/partnertui"), "--dir", FOLDER], size=size)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """All lines."""
        return "\n".join(self._screen.display)

    def feed(self, seconds: float) -> None:
        """Reads for some seconds."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self._stream.feed(self.run.read_once(0.005))

    def press(self, key: str, done: Callable[[str], bool]) -> tuple[float, float]:
        """Milliseconds until the first byte of the answer, and until `done` holds; reading the screen isn't counted."""
        os.write(self.run.fd, key.encode())
        began, first = time.perf_counter(), 0.0
        while time.perf_counter() - began < 10:
            data = self.run.read_once(0.001)
            at = (time.perf_counter() - began) * 1000
            if data:
                first = first or at
                self._stream.feed(data)
                if done(self.text):
                    return first, at
        raise SystemExit(f"{key!r} was not answered:\n{self.text}")


def title(text: str) -> str:
    """The number of the ticket in front."""
    found = re.search(r"Support › (\S+)", text)
    return found[1] if found is not None else ""


def is_next(old: str, text: str) -> bool:
    """Whether another ticket is in front, or the list, because it was the last one."""
    return title(text) != old


def measure(size: tuple[int, int], tickets: int) -> list[list[tuple[float, float]]]:
    """Times of each key, in the order of KEYS."""
    screen = Screen(size)
    screen.feed(2.5)
    screen.press("gs", lambda text: "Open " in text and "T-1" in text)
    screen.feed(1.0)
    screen.press("\r", lambda text: bool(title(text)))
    found: list[list[tuple[float, float]]] = [[], [], [], []]
    for _ in range(tickets):
        screen.feed(1.0)  # the agent reads
        if "No tickets are waiting" in screen.text:
            break
        number = title(screen.text)
        found[0].append(screen.press("\x12", lambda text: "Insert a canned response" in text and "used" in text))
        screen.feed(0.3)
        found[1].append(screen.press(WORD[0], lambda text: f"│{WORD[0]} " in text))
        screen.feed(0.2)
        screen.press(WORD[1:], lambda text: f"│{WORD}" in text and "Solved, closing" in text)
        screen.feed(0.5)
        found[2].append(screen.press("\r", lambda text: "Insert a canned response" not in text))
        screen.feed(0.5)
        found[3].append(screen.press("\x0e", partial(is_next, number)))
    screen.run.close()
    return found


def main() -> None:
    """Prints the table."""
    rows = []
    for size in SIZES:
        for name, times in zip(KEYS, measure(size, TICKETS // 2), strict=True):
            firsts, wholes = [one for one, _ in times], [one for _, one in times]
            whole = f"{median(wholes):.0f} ms"
            rows.append((f"{size[0]}x{size[1]}", name, f"{median(firsts):.0f} ms", whole, f"{max(wholes):.0f} ms"))
    columns = ("terminal", "key", "first change, median", "done, median", "worst")
    show("Canned answer, send, solve, next", columns, rows)


if __name__ == "__main__":
    main()
