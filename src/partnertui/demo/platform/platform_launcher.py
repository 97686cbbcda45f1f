"""Starts the platform as a process that can't outlive the program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 2.0


@contextmanager
def platform_running(database_url: str, log_file: Path) -> Iterator[None]:
    """The platform runs inside; it ends with the program in any case, because it reads the program's pipe."""
    process = subprocess.Popen(
        [sys.executable, "-m", "partnertui.demo.platform"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # keys and signals of the terminal are for the program
        text=True,
    )
    assert process.stdin is not None
    try:
        process.stdin.write(f"{database_url}\n{log_file}\n")
        process.stdin.flush()
        yield
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
