"""Arithmetic of business hours: how much counts between two moments, and when an amount of it has passed.

All moments are aware; hours are local to the calendar's time zone, so a day has its real length when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from partnertui.domain.errors import DomainError

Hours = tuple[tuple[int, int], ...]
"""Spans of a day in minutes after midnight, in order."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FARTHEST = timedelta(days=3660)
"""A calendar that is off for longer than this has no due time."""
_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", re.ASCII)


def read_hours(text: str) -> Hours:
    """Reads "08:00-12:00, 13:00-18:00"; "" is a day off.

    Raises DomainError for what isn't a time, ends before it begins, or overlaps.
    """
    spans: list[tuple[int, int]] = []
    for part in text.split(",") if text.strip() else ():
        found = _SPAN.fullmatch(part)
        if found is None:
            raise DomainError(
                f"“{part.strip() or text.strip()}” isn't a range of hours.",
                "Enter hours such as 08:00-12:00, 13:00-18:00.",
            )
        opens, closes = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
        if int(found[2]) > 59 or int(found[4]) > 59 or max(opens, closes) > 24 * 60:
            raise DomainError(f"“{part.strip()}” contains a time that doesn't exist.", "Times run from 00:00 to 24:00.")
        if closes <= opens:
            raise DomainError(
                f"“{part.strip()}” doesn't end after it begins.",
                "Split hours that run past midnight across two days; a whole day is 00:00-24:00.",
            )
        if spans and opens < spans[-1][1]:
            raise DomainError("The ranges overlap or aren't in order.", "Enter them in order, without overlap.")
        spans.append((opens, closes))
    return tuple(spans)


@dataclass(frozen=True)
class Day:
    """A day of a calendar: its spans in UTC, and why it has other hours than its weekday ("" for none)."""

    day: date
    spans: tuple[tuple[datetime, datetime], ...]
    reason: str = ""


@dataclass(frozen=True)
class BusinessHours:
    """Hours by weekday, days on which others hold, and public holidays by name."""

    zone: ZoneInfo
    week: tuple[Hours, ...]
    """Seven, Monday first."""
    other_days: dict[date, tuple[str, Hours]] = field(default_factory=dict)
    holiday: Callable[[date], str | None] = lambda day: None

    def day(self, day: date) -> Day:
        """What holds on a day."""
        hours, reason = self.week[day.weekday()], ""
        own, holiday = self.other_days.get(day), self.holiday(day)
        if own is not None:
            reason, hours = own
        elif holiday is not None:
            reason, hours = holiday, ()
        return Day(day, tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in hours), reason)

    def open_from(self, day: date, hour: int) -> datetime:
        """The first business moment of a day from an hour on; the hour itself on a day off."""
        start = self._at(day, hour * 60)
        return next((max(opens, start) for opens, closes in self.day(day).spans if closes > start), start)

    def _at(self, day: date, minutes: int) -> datetime:
        if minutes == 24 * 60:
            day, minutes = day + timedelta(days=1), 0
        # A time that the clock skips counts as one hour later, one that comes twice as the first of the two (PEP 495).
        return datetime.combine(day, time(minutes // 60, minutes % 60), self.zone).astimezone(UTC)

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """The moment at which `amount` of business time has passed; None if there is none in ten years."""
        if not amount:
            return start
        left = amount
        for opens, closes in self._forward(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        return None

    def subtract(self, end: datetime, amount: timedelta) -> datetime | None:
        """The moment from which on `amount` of business time passes until `end`; None if there is none."""
        left, day = amount, end.astimezone(self.zone).date()
        while end - datetime.combine(day, time(), UTC) < FARTHEST:
            for opens, closes in reversed(self.day(day).spans):
                closes = min(closes, end)
                if closes <= opens:
                    continue
                if closes - opens >= left:
                    return closes - left
                left -= closes - opens
            day -= timedelta(days=1)
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The business time between two moments; zero if `end` isn't after `start`."""
        total, day = timedelta(), start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self.day(day).spans:
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return total

    def _forward(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = start.astimezone(self.zone).date()
        last = day + FARTHEST
        while day < last:
            for opens, closes in self.day(day).spans:
                if closes > start:
                    yield max(opens, start), closes
            day += timedelta(days=1)


ROUND_THE_CLOCK = BusinessHours(ZoneInfo("UTC"), (((0, 24 * 60),),) * 7)
