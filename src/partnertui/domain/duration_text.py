"""Spans of time as text, wherever one is shown: 3m 20s, 5h 2m, 12d; in sentences ten minutes, an hour, 30 days."""

from __future__ import annotations

from datetime import timedelta

UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def short_duration(seconds: float) -> str:
    """A span of time in its two largest units: 3m 20s, 5h 2m, 12d."""
    rest = int(abs(seconds))
    if rest < 60:
        return f"{rest}s"
    if rest < 3600:
        return f"{rest // 60}m {rest % 60}s" if rest < 600 else f"{rest // 60}m"
    if rest < 86400:
        return f"{rest // 3600}h {rest % 3600 // 60}m"
    return f"{rest // 86400}d {rest % 86400 // 3600}h" if rest < 864000 else f"{rest // 86400}d"


def span_words(span: timedelta) -> str:
    """A limit as sentences say it, in its largest whole unit: ten minutes, an hour, 30 days."""
    seconds = int(span.total_seconds())
    unit, size = next(one for one in UNITS if not seconds % one[1])
    count = seconds // size
    if count == 1:
        return f"{'an' if unit == 'hour' else 'a'} {unit}"
    return f"{NUMBERS[count] if count < len(NUMBERS) else count} {unit}s"
