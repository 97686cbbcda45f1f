"""Text about a sound's loudness and true peak: what they mean for callers, or why they are unknown."""

from __future__ import annotations

from partnertui.domain.sounds import SHORTEST_MS, decibels
from partnertui.kit.declare.kinds import Row

LOUD, QUIET = -1600, -3000
"""Hundredths of LUFS beyond which callers complain; telephone announcements aim at -23 (EBU R 128)."""
RIGHT = "as loud as speech"


def level_words(row: Row) -> str:
    """What the level means for callers, or why there is none."""
    level = row["level"]
    if level is None:
        return _no_level(row)
    return "too loud: it distorts" if level > LOUD else "too quiet to hear well" if level < QUIET else RIGHT


def _no_level(row: Row) -> str:
    if row["duration_ms"] < SHORTEST_MS:
        return "too short to measure"
    waveform = row.get("waveform")
    return "silent" if waveform and max(waveform) <= 1 else ""


def both_levels(row: Row) -> str:
    """The level now, and the level that was added where it differs."""
    now, before = row["level"], row["original_level"]
    if now is None:
        return level_words(row)
    return f"{decibels(now)} LUFS" + (f", originally {decibels(before)}" if before is not None else "")


def peak_words(row: Row) -> str:
    """The true peak; empty where it isn't known."""
    peak = row["true_peak"]
    return f"{decibels(peak)} dBTP" if peak is not None else ""


def level_role(row: Row) -> str:
    """Draws the eye to what callers will complain about."""
    return "" if level_words(row) == RIGHT else "warn"
