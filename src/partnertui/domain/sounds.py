"""Loudness of sounds: limits, measurements, and sentences about them."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.domain.errors import DomainError

MOST_BYTES = 2_000_000
"""Size of an MP3 file: 2 MB."""
MOST_MS = 30 * 60 * 1000
SHORTEST_MS = 400
"""One block of EBU R128: a shorter sound has no integrated loudness (ITU-R BS.1770-4, annex 1)."""
WAVEFORM_STEPS = 200
PLAYED_HZ = 16_000
"""Mono at this rate is what a wideband phone plays (G.722), and what agents hear."""
TOLERANCE = 50
"""Hundredths of LU that an adjusted level may be off its target."""
MOST_TRUE_PEAK = -100
"""Hundredths of dBTP (EBU R128, 7)."""


@dataclass(frozen=True)
class Measurement:
    """What was measured on a decoded sound.

    duration_ms: of what decodes. level: integrated loudness in hundredths of LUFS, None if it is too short or silent.
    true_peak: hundredths of dBTP, None if it is silent. waveform: a byte for each of WAVEFORM_STEPS.
    """

    duration_ms: int
    level: int | None
    true_peak: int | None
    waveform: bytes


@dataclass(frozen=True)
class Adjusted:
    """A sound brought to another level: its MP3 and what was measured on that."""

    content: bytes
    measurement: Measurement


def decibels(hundredths: int) -> str:
    """A level as one writes it: `-23.0`."""
    return f"{hundredths / 100:.1f}"


def no_level_words(duration_ms: int) -> str:
    """Why a measured sound has no level."""
    return "too short to measure" if duration_ms < SHORTEST_MS else "silent"


def level_as_added(measured: Measurement) -> str:
    """The level of a sound that isn't adjusted, in a sentence."""
    if measured.level is None:
        return f"Its level can't be measured: it is {no_level_words(measured.duration_ms)}."
    return f"Its level is {decibels(measured.level)} LUFS."


def adjust_words(before: Measurement, after: Measurement | None, target: int) -> str:
    """What adjusting did, in a sentence; `after` is None where the sound was left as it is."""
    if before.level is None:
        return f"Level unchanged: the sound is {no_level_words(before.duration_ms)}."
    if after is None or after.level is None:
        return f"Level unchanged: {decibels(before.level)} LUFS can't be adjusted to {decibels(target)}."
    changed = f"Level adjusted from {decibels(before.level)} to {decibels(after.level)} LUFS."
    if abs(after.level - target) <= TOLERANCE:
        return changed
    return f"{changed} {decibels(target)} can't be reached without distortion: the sound's peaks are too high."


def check_size(size: int) -> None:
    """Raises DomainError for a file that is empty or too large."""
    if size == 0:
        raise DomainError("This file is empty.", field="file", advice="Choose an MP3 file.")
    if size > MOST_BYTES:
        most = f"{MOST_BYTES / 1_000_000:g}"
        shown = f"{size / 1_000_000:.1f} MB" if size >= MOST_BYTES + 50_000 else f"{size:,} bytes"
        raise DomainError(
            f"This file is {shown}; the limit is {most} MB.",
            field="file",
            advice="Export it with a lower bit rate: 64 kbit/s is plenty for a telephone.",
        )
