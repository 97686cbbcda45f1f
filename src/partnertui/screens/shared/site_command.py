"""Runs a command that the site configured: as an argument list, without a shell or our settings in its environment."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress

from partnertui.kit.terminal.safe_text import one_line

# PG: libpq's variables, such as PGPASSWORD.
SECRET = ("PARTNERTUI_", "PG")
READ = 4096


def run_site_command(command: Sequence[str], arguments: Sequence[str], timeout: float) -> tuple[bool, str]:
    """Run it for up to `timeout` seconds; returns whether it succeeded, and a message with its first line."""
    words = [*command, *(one_line(argument, 1000) for argument in arguments)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SECRET)}
    name = os.path.basename(command[0])
    # A file and no pipe: a child that the command leaves behind would keep a pipe open, and reading it would never end.
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=kept,
                start_new_session=True,
            )
        except OSError as error:
            return False, f"The command {name} couldn't be started: {error.strerror}."
        try:
            code: int | None = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with suppress(ProcessLookupError):
                # The whole session, also after an orderly end: what it left running in the background goes with it.
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        output_lines = output.read(READ).decode("utf-8", "replace").strip().splitlines()
    words_of = f": {one_line(output_lines[0], 120)}" if output_lines else "."
    if code is None:
        return False, f"The command {name} was stopped after {timeout:g} seconds{words_of}"
    if code != 0:
        ended = f"exited with code {code}" if code > 0 else f"was killed by signal {-code}"
        return False, f"The command {name} {ended}{words_of}"
    return True, f"{name} succeeded{words_of}"
