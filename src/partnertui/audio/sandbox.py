"""Decodes MP3 files that nobody vouches for in a child process with limits, and checks what it answers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import IO

import partnertui
from partnertui.audio.refusals import refusal
from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import (
    MOST_BYTES,
    MOST_MS,
    PLAYED_HZ,
    WAVEFORM_STEPS,
    Adjusted,
    Measurement,
    check_size,
)

MEMORY_KIB = 768 * 1024
CPU_SECONDS = 180
WALL_SECONDS = 240.0
LIMITS = f'ulimit -c 0; ulimit -f 0; ulimit -v {MEMORY_KIB}; ulimit -t {CPU_SECONDS}; exec "$@"'
"""Core dumps, files that it writes, memory, processor time; set by a shell, because a forked Python with threads may
hang before it could set its own."""
PACKAGE = Path(partnertui.__file__).parent
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from partnertui.audio.decoder_process import main; main(sys.argv[2], int(sys.argv[3]))"
)
LONGEST_LINE = 4_096
MOST_SAMPLES = (MOST_MS // 1000 + 1) * PLAYED_HZ
SYSTEM_PATH = "/usr/bin:/bin"
LOUDEST, QUIETEST = 2_000, -20_000
"""Hundredths of LUFS or dBTP that can be measured."""


def measure(content: bytes) -> Measurement:
    """What is measured on an MP3. Raises DomainError, with the field `file`, for anything else."""
    return _run("measure", content)[0]


def measure_and_adjust(content: bytes, target: int) -> tuple[Measurement, Adjusted | None]:
    """What is measured on an MP3, and the MP3 at the target level (hundredths of LUFS); None if it has no level."""
    return _run("adjust", content, target)


def samples(content: bytes) -> bytes:
    """An MP3 as 16-bit mono samples of PLAYED_HZ. Raises DomainError."""
    check_size(len(content))
    answer, found = _answer("samples", content, 0, MOST_SAMPLES * 2)
    if answer.get("samples") != PLAYED_HZ or len(found) % 2:
        raise _broken()
    return found


def _run(operation: str, content: bytes, target: int = 0) -> tuple[Measurement, Adjusted | None]:
    check_size(len(content))
    answer, adjusted = _answer(operation, content, target, MOST_BYTES)
    before = _measurement(answer.get("before"))
    if answer.get("after") is None:
        return before, None
    if not adjusted:
        raise _broken()
    return before, Adjusted(adjusted, _measurement(answer["after"]))


def _answer(operation: str, content: bytes, target: int, most: int) -> tuple[dict[str, object], bytes]:
    """The line of JSON that the child answers with, and up to `most` bytes behind it."""
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        with subprocess.Popen(
            _command(operation, target),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            start_new_session=True,  # Ctrl+C at the terminal is ours
        ) as process:
            timer = threading.Timer(WALL_SECONDS, process.kill)
            timer.start()
            try:
                assert process.stdout is not None
                line, found = _read(process.stdout, most)
            finally:
                timer.cancel()
                process.kill()
                process.wait()
    answer = _object(line)
    if "refused" in answer:
        raise refusal(answer["refused"], answer.get("figures"))
    return answer, found


def _read(output: IO[bytes], most: int) -> tuple[bytes, bytes]:
    line = output.readline(LONGEST_LINE)
    found = output.read(most + 1)
    if len(found) > most:
        raise _broken()
    return line, found


def _object(line: bytes) -> dict[str, object]:
    try:
        answer: object = json.loads(line)
    except ValueError:  # it was killed at a limit, or broke
        raise _broken() from None
    if not isinstance(answer, dict):
        raise _broken()
    return answer


def _measurement(found: object) -> Measurement:
    """The child's figures, none of them believed before it was looked at."""
    if not isinstance(found, dict):
        raise _broken()
    duration, waveform = found.get("duration_ms"), found.get("waveform")
    if not isinstance(duration, int) or not 0 <= duration <= MOST_MS + 1000 or not isinstance(waveform, str):
        raise _broken()
    try:
        steps = bytes.fromhex(waveform)
    except ValueError:
        raise _broken() from None
    if len(steps) != WAVEFORM_STEPS:
        raise _broken()
    return Measurement(duration, _level(found.get("level")), _level(found.get("true_peak")), steps)


def _level(found: object) -> int | None:
    if found is None:
        return None
    if not isinstance(found, int) or not QUIETEST <= found <= LOUDEST:
        raise _broken()
    return found


def _broken() -> DomainError:
    return DomainError(
        "This file couldn't be decoded within the time and memory limits.",
        field="file",
        advice="Export it again as a plain MP3.",
    )


def _command(operation: str, target: int) -> list[str]:
    python = [sys.executable, "-I", "-c", START, str(PACKAGE.parent), operation, str(target)]
    return ["/bin/sh", "-c", LIMITS, "sh", *_confined(), *python]


@cache
def _confined() -> tuple[str, ...]:
    """The command that hides network and files from the child; empty where bubblewrap is missing or not allowed."""
    program = shutil.which("bwrap", path=SYSTEM_PATH)
    if program is None or os.environ.get("PARTNERTUI_NO_SANDBOX"):
        return ()
    folders = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", sys.base_prefix, sys.prefix, str(PACKAGE))
    binds = [word for folder in dict.fromkeys(folders) for word in ("--ro-bind-try", folder, folder)]
    confined = (
        program,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        *binds,
        "--dev",
        "/dev",
        "--proc",
        "/proc",
    )
    tried = subprocess.run([*confined, "--", "/bin/true"], capture_output=True, check=False)
    return (*confined, "--") if tried.returncode == 0 else ()
