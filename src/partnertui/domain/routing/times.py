"""Time conditions of routing rules: `mon-fri 9-17; sat 10-14:30`, in the rule's own time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from partnertui.domain.errors import DomainError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL = frozenset(range(7))
WEEKDAYS = [0, 1, 2, 3, 4]
DAY = 24 * 60
HINT = "Use the format mon-fri 9-17; sat 10-14:30."


@dataclass(frozen=True)
class Span:
    """Days (Monday is 0) and minutes of the day [start, end); an end before the start is on the next day."""

    days: frozenset[int]
    start: int = 0
    end: int = DAY

    def holds(self, day: int, minute: int) -> bool:
        """True at a minute of a day of the week."""
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        late = day in self.days and minute >= self.start
        return late or ((day - 1) % 7 in self.days and minute < self.end)

    def words(self) -> str:
        """As one would say it."""
        days = _day_words(self.days)
        if (self.start, self.end) == (0, DAY):
            return days
        hours = f"{_clock(self.start)} to {_clock(self.end)}"
        return f"{days}, {hours}" + ("" if self.start < self.end else " the next day")


@dataclass(frozen=True)
class TimeCondition:
    """Holds in any of its spans; without one it always holds."""

    spans: tuple[Span, ...] = ()

    def holds(self, local: datetime) -> bool:
        """True at a local time: its wall clock counts, whatever daylight saving does."""
        minute = local.hour * 60 + local.minute
        return not self.spans or any(span.holds(local.weekday(), minute) for span in self.spans)

    def words(self) -> str:
        """As one would say it."""
        return ", and ".join(span.words() for span in self.spans) if self.spans else "at any time"


def read_times(text: str | None) -> TimeCondition:
    """The condition of a text; raises DomainError."""
    clauses = [clause for clause in (text or "").lower().split(";") if clause.strip()]
    return TimeCondition(tuple(span for clause in clauses for span in _clause(clause)))


def _clause(clause: str) -> list[Span]:
    words = clause.split()
    days = ALL
    if words and words[0][:1].isalpha():
        days = _days(words.pop(0))
    if not words:
        return [Span(days)]
    return [_hours(days, part) for part in "".join(words).split(",")]


def _days(word: str) -> frozenset[int]:
    if word in {"daily", "always"}:
        return ALL
    found: set[int] = set()
    for part in word.split(","):
        first, dash, last = part.partition("-")
        begin, end = _day(first), _day(last) if dash else _day(first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


def _day(word: str) -> int:
    found = next((place for place, name in enumerate(NAMES) if len(word) > 1 and name.lower().startswith(word)), None)
    if found is None:
        raise DomainError(f"“{word}” isn't a day of the week.", advice=HINT)
    return found


def _hours(days: frozenset[int], part: str) -> Span:
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?", part)
    if match is None:
        raise DomainError(f"“{part}” isn't a time range.", advice=HINT)
    start = int(match[1]) * 60 + int(match[2] or 0)
    end = int(match[3]) * 60 + int(match[4] or 0)
    if start >= DAY or end > DAY or int(match[2] or 0) > 59 or int(match[4] or 0) > 59 or start == end:
        raise DomainError(f"“{part}” isn't a valid time range.", advice=HINT)
    return Span(days, start, end)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _day_words(days: frozenset[int]) -> str:
    if days == ALL:
        return "every day"
    ordered = sorted(days)
    run = len(days) > 2 and ordered[-1] - ordered[0] == len(days) - 1
    if ordered == WEEKDAYS:
        return "on weekdays"
    if run:
        return f"from {NAMES[ordered[0]]} to {NAMES[ordered[-1]]}"
    *most, last = (NAMES[day] for day in ordered)
    return f"on {', '.join(most)} and {last}" if most else f"on {last}"
