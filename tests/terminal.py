"""A terminal with partnertui in it, as its user sees it: keys go in, a screen of text comes out."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from pty_run import PtyRun as PtyRun

_FOREIGN = re.compile(rb"\x1b\[[<>=?][0-9;]*(?:\$p|u|m|c|q)|\x1b[P_].*?\x1b\\", re.DOTALL)
"""Queries and keyboard protocols that pyte would print."""


class Terminal:
    """A program in a pty of 140×40."""

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (140, 40)) -> None:
        self.run = PtyRun(command, size=size, env={"COLUMNS": str(size[0]), "LINES": str(size[1])})
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""

    @property
    def lines(self) -> list[str]:
        """What is on the screen now."""
        return list(self._screen.display)

    def type(self, keys: str) -> None:
        """Types keys, one after the other as fingers do."""
        for key in keys:
            os.write(self.run.fd, key.encode())
            self._feed(0.05)

    def write(self, keys: str) -> None:
        """Sends keys in one write, as a stalled link, a paste or a script does."""
        os.write(self.run.fd, keys.encode())

    def wait(self, *wanted: str, seconds: float = 15.0) -> str:
        """The first line that has all of these texts; fails with the whole screen where none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._feed(0.1)
            for line in self.lines:
                if all(text in line for text in wanted):
                    return line
        raise AssertionError(f"no line with {wanted}:\n" + "\n".join(line.rstrip() for line in self.lines))

    def until(self, condition: Callable[[], bool], seconds: float = 3.0) -> None:
        """Goes on when something is so, or after some seconds."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self._feed(0.05)

    def _feed(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            data = self._held + self.run.read_once(0.02)
            whole = data.rfind(b"\x1b", max(len(data) - 64, 0))
            cut = (
                whole
                if whole >= 0 and not re.match(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[^\[P_\]])", data[whole:])
                else len(data)
            )
            self._held = data[cut:]
            self._stream.feed(_FOREIGN.sub(b"", data[:cut]))

    def close(self) -> None:
        """Ends the program."""
        self.run.close()
