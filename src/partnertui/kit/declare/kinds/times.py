"""Points in time: shown in local time, kept in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from partnertui.db.rows.filter_criteria import Between, Criterion
from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind
from partnertui.kit.declare.kinds.typed_times import AGO, SAMPLES, WORDS, read_range, read_span

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.rows.type_aliases import Row


def begins_clock(typed: str, now: datetime) -> bool:
    """Whether a day and the beginning of a clock are the last that was typed."""
    match = re.fullmatch(r"(?:.*\.\.)?(.+?) [0-2]?\d(?::[0-5]?|[ap])?", typed.lower())
    if match is None:
        return False
    try:
        low, high = read_span(match[1], now)
    except InvalidValue:
        return False
    # A local day has 23 to 25 hours where the clocks change.
    return timedelta(hours=20) < high - low < timedelta(hours=30)


def time_words(prefix: str) -> tuple[str, ...]:
    """Words for usual times that begin with a prefix; all that are understood once something is typed."""
    usual = ("today", "yesterday", "1h", "24h", "7d", "30d", "this week", "last week", "this month", "last month")
    words = dict.fromkeys((*usual, *WORDS)) if prefix else usual
    wanted = prefix.lower()
    return tuple(word for word in words if word.startswith(wanted))


@dataclass(frozen=True)
class Time(Kind[datetime]):
    """A moment, shown in local time."""

    seconds: bool = True
    ahead: bool = False
    """True where a weekday means the next one, as for what is planned."""
    width: ClassVar[int] = 19
    ordered: ClassVar[bool] = True
    spaced: ClassVar[bool] = True
    samples: ClassVar[tuple[str, ...]] = SAMPLES

    def text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """Local date and time."""
        if value is None:
            return ""
        return str(value.astimezone().strftime("%Y-%m-%d %H:%M:%S" if self.seconds else "%Y-%m-%d %H:%M"))

    def long_text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """Local time with its zone, UTC beside it, and how long ago."""
        if value is None:
            return ""
        local = value.astimezone()
        gone = (utc_now() - value).total_seconds()
        ago = f"{short_duration(gone)} ago" if gone >= 0 else f"in {short_duration(gone)}"
        beside = f" · {value.astimezone(UTC):%H:%M:%S} UTC" if local.utcoffset() else ""
        return f"{local:%Y-%m-%d %H:%M:%S %Z}{beside} · {ago}"

    def input_text(self, value: datetime | None) -> str:
        """As it can be typed again."""
        return "" if value is None else str(value.astimezone().strftime("%Y-%m-%dT%H:%M"))

    def parse(self, typed: str) -> datetime:
        """The beginning of what is typed; with `ahead`, 3d is in three days. Raises InvalidValue."""
        return self.span(typed, utc_now())[0]

    def span(self, typed: str, now: datetime) -> tuple[datetime, datetime]:
        """The day, period, minute or moment that is typed."""
        if self.ahead and AGO.fullmatch(typed.strip().lower()):
            moment = now + (now - read_span(typed, now)[0])
            return moment, moment
        return read_span(typed, now, ahead=self.ahead)

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Words for usual times."""
        return time_words(prefix)

    def _ordered(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """An age alone means since then: `start:24h` is the last 24 hours, or the next ones with `ahead`."""
        if op == ":" and AGO.fullmatch(typed.strip().lower()):
            if self.ahead:
                return Between(field, now, self.span(typed, now)[0])
            return Between(field, self.span(typed, now)[0], None)
        return super()._ordered(field, op, typed, now)

    def may_become_right(self, typed: str, now: datetime) -> bool:
        """Also as a day with the beginning of a clock behind it: "yesterday 14:0"."""
        return super().may_become_right(typed, now) or begins_clock(typed, now)

    def _ends(self, first: str, last: str, now: datetime) -> tuple[datetime | None, datetime | None]:
        return read_range(first, last, now, ahead=self.ahead)


def _days_until(value: datetime) -> int:
    return (value.astimezone().date() - utc_now().astimezone().date()).days


@dataclass(frozen=True)
class Date(Kind[date]):
    """A calendar day without a time of day."""

    ahead: bool = False
    """True where a weekday means the next one, as for what is planned."""
    width: ClassVar[int] = 10
    ordered: ClassVar[bool] = True
    spaced: ClassVar[bool] = True
    samples: ClassVar[tuple[str, ...]] = SAMPLES

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Words for usual days."""
        return tuple(word for word in time_words(prefix) if not word[:1].isdigit())

    def text(self, value: date | None, row: Row = EMPTY_ROW) -> str:
        """The day as ISO 8601."""
        return "" if value is None else str(value.isoformat())

    def parse(self, typed: str) -> date:
        """The day; raises InvalidValue."""
        try:
            return read_span(typed, utc_now(), ahead=self.ahead)[0].astimezone().date()
        except InvalidValue:
            raise InvalidValue(f"“{typed}” isn't a date I recognise: use 2026-11-20 or 20.11.2026") from None

    def span(self, typed: str, now: datetime) -> tuple[date, date]:
        """The days that are typed: a day or a month."""
        low, high = read_span(typed, now)
        first, last = low.astimezone().date(), high.astimezone().date()
        return first, max(last, first + timedelta(days=1))


@dataclass(frozen=True)
class Age(Time):
    """How long ago a moment was; ticks."""

    width: ClassVar[int] = 8
    align: ClassVar[str] = "right"
    live: ClassVar[bool] = True

    def text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """The time passed since."""
        return "" if value is None else short_duration((utc_now() - value).total_seconds())


@dataclass(frozen=True)
class Elapsed(Age):
    """An age that is compared as an age: `age>2d` is older than two days, `age<1h` younger than an hour."""

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """As for every time, but an age that is longer began earlier; `age:2d..5d` is from two to five days."""
        first, dots, last = typed.partition("..")
        turned = {">": "<", ">=": "<=", "<": ">", "<=": ">="}.get(op, op)
        is_ages = all(AGO.fullmatch(end.strip().lower()) for end in (first, last) if end)
        if op == ":" and dots and is_ages:
            return super().criterion(field, op, f"{last}..{first}", now)
        return super().criterion(field, turned if is_ages else op, typed, now)


@dataclass(frozen=True)
class Remaining(Time):
    """How long until a moment comes; ticks, warns before it and says when it is past."""

    warn_below: int = 60
    ahead: bool = True
    past: str = "expired"
    by_day: bool = False
    """True where a day is meant: all of that day it says "today", and counts in days."""
    over: Callable[[Row], bool] = lambda row: False
    """Rows for which nobody waits any more; they show the day alone."""
    width: ClassVar[int] = 12
    align: ClassVar[str] = "right"
    live: ClassVar[bool] = True

    def text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """The time left, or how long it is past."""
        if value is None:
            return ""
        if self.over(row):
            return f"{value.astimezone():%Y-%m-%d}"
        if self.by_day:
            days = _days_until(value)
            return "today" if not days else f"{days}d" if days > 0 else f"{self.past} {-days}d"
        left = (value - utc_now()).total_seconds()
        return short_duration(left) if left > 0 else f"{self.past} {short_duration(left)}"

    def role(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """Bad when past, warn when near."""
        if value is None or self.over(row):
            return ""
        left = 86_400 * (_days_until(value) + 1) if self.by_day else (value - utc_now()).total_seconds()
        return "bad" if left <= 0 else "warn" if left < self.warn_below else ""
