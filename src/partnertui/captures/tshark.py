"""Runs tshark in a sandbox on a capture from an untrusted source, and reads the messages that it reassembled."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

from partnertui.domain.errors import DomainError

PROGRAM = Path(__file__).parent / "sandbox" / "tshark"
ALWAYS = ("-n", "-o", "sdp.establish_conversation:FALSE", "-o", "tcp.reassemble_out_of_order:TRUE")
"""No name look-ups. Without the first option calls that share a media address make it slow with the square of their
number; without the second, segments in the wrong order are lost."""
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where tshark may be: the PATH belongs to whoever starts us."""
SECONDS = 120.0
MOST_OUTPUT = 400_000_000
MOST_ERRORS = 4_096
"""Of what it says to standard error, for the log file."""
log = logging.getLogger(__name__)


def installed() -> bool:
    """True where there is a tshark."""
    return shutil.which("tshark", path=SYSTEM_PATH) is not None


def need() -> None:
    """Raises DomainError where there is none, with what to do."""
    if not installed():
        raise DomainError(
            "tshark isn't installed (apt-get install tshark):"
            " messages in fragments, over TCP or in tunnels can't be read.",
            advice="All other messages are shown without it.",
        )


def run(path: Path, *words: str, keys: Path | None = None, stop: threading.Event | None = None) -> bytes:
    """What tshark prints about a capture; raises DomainError where it fails, or takes too long.

    `stop` ends it at once; what it printed so far is dropped then.
    """
    need()
    opened = ("-o", f"tls.keylog_file:{keys}") if keys is not None else ()
    command = [str(PROGRAM), *ALWAYS, *opened, "-r", str(path), *words]
    with subprocess.Popen(
        # a session of its own: Ctrl+C at the terminal must reach us and not tshark
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        watcher = _watch(process, stop) if stop is not None else None
        errors = _Errors(process)
        try:
            assert process.stdout is not None
            # bounded: what a capture that nobody vouches for expands to is not known
            output = process.stdout.read(MOST_OUTPUT)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            errors.join(1)
            if watcher is not None:
                watcher.join(1)
    # -9 is our own kill, at the time limit or because somebody stopped it
    if not output and process.returncode not in (0, -9):
        log.warning("tshark: %s", errors.text)
        raise DomainError(f"tshark couldn't read {path.name}.", advice="See the log file for its output.")
    return output


def convert(path: Path, target: int, most: int) -> None:
    """Writes the packets of a file in any format that tshark reads as pcapng; nothing for what it can't read.

    `target`: an open file; about `most` bytes are written to it.
    """
    need()
    command = [str(PROGRAM), "-n", "-r", str(path), "-F", "pcapng", "-w", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=target, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        latest = time.monotonic() + SECONDS
        try:
            # a compressed file may expand without end, so its size is watched while it is written
            while process.poll() is None and time.monotonic() < latest and os.fstat(target).st_size <= most:
                time.sleep(0.02)
        finally:
            process.kill()
            process.wait()


def _watch(process: subprocess.Popen[bytes], stop: threading.Event) -> threading.Thread:
    def wait() -> None:
        while process.poll() is None:
            if stop.wait(0.1):
                process.kill()

    thread = threading.Thread(target=wait, daemon=True, name="tshark")
    thread.start()
    return thread


class _Errors(threading.Thread):
    """Reads standard error to its end and keeps the beginning: tshark would wait for ever for a pipe that is full."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True, name="tshark-errors")
        self._process = process
        self.text = ""
        self.start()

    def run(self) -> None:
        assert self._process.stderr is not None
        while said := os.read(self._process.stderr.fileno(), MOST_ERRORS):
            self.text = (self.text + said.decode("utf-8", "replace"))[:MOST_ERRORS]
