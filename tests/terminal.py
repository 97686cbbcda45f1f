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
        """Types keys, one after the other as fingers do, and waits until they were worked through."""
        for key in keys:
            self.send(key)
            self.feed(0.05)
        self.settle()

    def write(self, keys: str) -> None:
        """Sends keys in one write, as a stalled link, a paste or a script does, and waits as `type` does."""
        self.send(keys)
        self.settle()

    def send(self, keys: str) -> None:
        """Sends keys and waits for nothing."""
        os.write(self.run.fd, keys.encode())

    def wait(self, *wanted: str, seconds: float = 15.0) -> str:
        """The first line that has all of these texts; fails with the whole screen where none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.feed(0.1)
            for line in self.lines:
                if all(text in line for text in wanted):
                    return line
        raise AssertionError(f"no line with {wanted}:\n" + "\n".join(line.rstrip() for line in self.lines))

    def until(self, condition: Callable[[], bool], seconds: float = 3.0) -> None:
        """Goes on when something is so, or after some seconds."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.feed(0.05)

    def settle(self, calm: float = 0.12, most: float = 10.0) -> None:
        """Reads until the program has been asleep for some seconds.

        A pause of fixed length is too short on a busy machine and too long on an idle one: a program that waits for
        the processor is not asleep, so that this holds on both.
        """
        now = time.monotonic()
        end, asleep_since = now + most, now
        while now < end and now - asleep_since < calm:
            told = self.feed(0.02)
            now = time.monotonic()
            if told or self._works():
                asleep_since = now

    def _works(self) -> bool:
        """Whether one of the program's threads runs, waits for the processor or waits for the disk."""
        try:
            threads = list(Path(f"/proc/{self.run.pid}/task").iterdir())
            return any((thread / "stat").read_text().rpartition(")")[2].split()[0] in "RD" for thread in threads)
        except (FileNotFoundError, ProcessLookupError):  # it ended
            return False

    def feed(self, seconds: float) -> bool:
        """Reads for some seconds; whether anything was there."""
        end, told = time.monotonic() + seconds, False
        while time.monotonic() < end:
            try:
                read = self.run.read_once(0.02)
            except OSError:  # the program ended, and what it wrote last was read
                break
            told = told or bool(read)
            data = self._held + read
            whole = data.rfind(b"\x1b", max(len(data) - 64, 0))
            cut = (
                whole
                if whole >= 0 and not re.match(rb"\x1b(\[[0-?]*[ -/]*[@-~]|[^\[P_\]])", data[whole:])
                else len(data)
            )
            self._held = data[cut:]
            self._stream.feed(_FOREIGN.sub(b"", data[:cut]))
        return told

    def close(self) -> None:
        """Ends the program."""
        self.run.close()
