"""Identifies the process that claimed a mail (host, PID, start), and tells whether it still runs."""

from __future__ import annotations

import os
import socket
from pathlib import Path

START_FIELD = 19
"""Of /proc/<pid>/stat behind the program's name: the start time (proc(5))."""


def this_process() -> str:
    """This process, as `host:pid:start`."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_of(os.getpid())}"


def is_gone(claimant: str | None) -> bool:
    """Whether a process certainly ended; of one on another host, nobody here knows."""
    host, _, rest = (claimant or "").rpartition(":")[0].rpartition(":")
    start = (claimant or "").rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdigit() or not start:
        return False
    return _start_of(int(rest)) != start


def _start_of(pid: int) -> str:
    """When a process started, in clock ticks; "" if it isn't there, or the host doesn't tell."""
    try:
        # The program's name stands in brackets and may hold blanks and brackets itself: fields are counted behind the
        # last one.
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[START_FIELD]
    except (OSError, IndexError):
        return ""
