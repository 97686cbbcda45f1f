"""Runs a program in a pty of a given size, types keys, and counts the bytes that it writes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence


class PtyRun:
    """One program in a pty. It always answers the terminal queries that the program may wait for."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (140, 40), env: dict[str, str] | None = None
    ) -> None:
        columns, rows = size
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            full = {
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                **(env or {}),
            }
            full.pop("NO_COLOR", None)
            time.sleep(0.05)
            os.execvpe(command[0], list(command), full)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started += 0.05
        self.output = bytearray()

    def read(self, quiet: float, most: float = 20.0, until: Callable[[bytes], bool] | None = None) -> bytes:
        """What is written until it is quiet for that many seconds, or until a condition on all output holds."""
        start, last, got = time.perf_counter(), time.perf_counter(), bytearray()
        while time.perf_counter() - start < most:
            ready, _, _ = select.select([self.fd], [], [], 0.005)
            if ready:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    break
                if not data:
                    break
                got += data
                self.output += data
                last = time.perf_counter()
                if until is not None and until(bytes(self.output)):
                    break
            elif until is None and time.perf_counter() - last > quiet:
                break
        return bytes(got)

    def read_once(self, wait: float = 0.005) -> bytes:
        """What is there to read within some seconds; empty for nothing."""
        ready, _, _ = select.select([self.fd], [], [], wait)
        data = os.read(self.fd, 65536) if ready else b""
        self.output += data
        return data

    def press(self, keys: bytes, quiet: float = 0.25) -> int:
        """Types keys; returns how many bytes the program wrote in answer."""
        os.write(self.fd, keys)
        return len(self.read(quiet))

    def memory(self) -> float:
        """Resident megabytes of the program."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))

    def close(self) -> None:
        """Ends the program."""
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except ProcessLookupError:
            pass
        os.close(self.fd)
