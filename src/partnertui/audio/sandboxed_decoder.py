"""Decodes untrusted MP3 files in a child process with limits, and checks what it answers."""

from __future__ import annotations

import json
from typing import IO

from partnertui.audio.file_error_messages import refusal
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
from partnertui.limited_process import Limits, run_limited

LIMITS = Limits(memory_kib=768 * 1024, cpu_seconds=180, wall_seconds=240.0)
DECODER = "partnertui.audio.decoder_child"
LONGEST_LINE = 4_096
MOST_SAMPLES = (MOST_MS // 1000 + 1) * PLAYED_HZ
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
    arguments = (operation, str(target))
    line, found = run_limited(DECODER, arguments, content, LIMITS, lambda output: _read(output, most))
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
        "This file couldn't be decoded: the decoder crashed, or reached its time or memory limit.",
        field="file",
        advice="Export it again as a plain MP3.",
    )
