"""Points in time: shown in local time, kept in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from partnertui.db.rows.types import Row
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

HINT = "write 2026-11-20, 2026-11-20T14:30, 14:30, today, yesterday, 2h or 3d"
UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}


def short_span(seconds: float) -> str:
    """A span of time in its two largest units: 3m 20s, 5h 2m, 12d."""
    rest = int(abs(seconds))
    if rest < 60:
        return f"{rest}s"
    if rest < 3600:
        return f"{rest // 60}m {rest % 60}s" if rest < 600 else f"{rest // 60}m"
    if rest < 86400:
        return f"{rest // 3600}h {rest % 3600 // 60}m"
    return f"{rest // 86400}d {rest % 86400 // 3600}h" if rest < 864000 else f"{rest // 86400}d"


def day_span(day: date, days: int = 1) -> tuple[datetime, datetime]:
    """The local day as a half-open range in UTC; a day of clock change has 23 or 25 hours."""
    first = datetime.combine(day, time()).astimezone()
    last = datetime.combine(day + timedelta(days=days), time()).astimezone()
    return first.astimezone(UTC), last.astimezone(UTC)


def read_span(typed: str, now: datetime) -> tuple[datetime, datetime]:
    """The half-open range in UTC of a typed day, month, minute or age; raises InvalidValue."""
    word = typed.strip().lower()
    today = now.astimezone().date()
    named = {"today": 0, "yesterday": 1}
    if word in named:
        return day_span(today - timedelta(days=named[word]))
    if word == "now":
        return now, now + timedelta(microseconds=1)
    try:
        return _ago(word, now) or _clock(word, today) or _calendar(word)
    except (ValueError, OverflowError):
        raise InvalidValue(f"“{typed}” isn't a date or time I recognise: {HINT}") from None


def _ago(word: str, now: datetime) -> tuple[datetime, datetime] | None:
    match = re.fullmatch(r"(\d{1,6})(s|m|min|h|d|w)", word)
    if not match:
        return None
    moment = now - timedelta(seconds=int(match[1]) * UNITS[match[2]])
    return moment, moment + timedelta(microseconds=1)


def _clock(word: str, today: date) -> tuple[datetime, datetime] | None:
    if not re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", word):
        return None
    return _instant(datetime.combine(today, time.fromisoformat(word.zfill(5 if len(word) < 6 else 8))), word)


def _calendar(word: str) -> tuple[datetime, datetime]:
    if re.fullmatch(r"\d{4}-\d{2}", word):
        first = date.fromisoformat(f"{word}-01")
        return day_span(first, ((first + timedelta(days=32)).replace(day=1) - first).days)
    if european := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", word):
        return day_span(date(int(european[3]), int(european[2]), int(european[1])))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        return day_span(date.fromisoformat(word))
    return _instant(datetime.fromisoformat(word.upper()), word)


def _instant(moment: datetime, word: str) -> tuple[datetime, datetime]:
    step = timedelta(seconds=1) if word.count(":") > 1 else timedelta(minutes=1)
    start = moment.astimezone(UTC)
    return start, start + step


@dataclass(frozen=True)
class Time(Kind[datetime]):
    """A moment, shown in local time."""

    seconds: bool = True
    width: ClassVar[int] = 19
    ordered: ClassVar[bool] = True

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
        ago = f"{short_span(gone)} ago" if gone >= 0 else f"in {short_span(gone)}"
        beside = f" · {value.astimezone(UTC):%H:%M:%S} UTC" if local.utcoffset() else ""
        return f"{local:%Y-%m-%d %H:%M:%S %Z}{beside} · {ago}"

    def input_text(self, value: datetime | None) -> str:
        """As it can be typed again."""
        return "" if value is None else str(value.astimezone().strftime("%Y-%m-%dT%H:%M"))

    def parse(self, typed: str) -> datetime:
        """The beginning of what is typed; raises InvalidValue."""
        return read_span(typed, utc_now())[0]

    def span(self, typed: str, now: datetime) -> tuple[datetime, datetime]:
        """The day, minute or moment that is typed."""
        return read_span(typed, now)

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Words for usual times."""
        return tuple(word for word in ("today", "yesterday", "1h", "24h", "7d", "30d") if word.startswith(prefix))


@dataclass(frozen=True)
class Date(Kind[date]):
    """A calendar day without a time of day."""

    width: ClassVar[int] = 10
    ordered: ClassVar[bool] = True

    def text(self, value: date | None, row: Row = EMPTY_ROW) -> str:
        """The day as ISO 8601."""
        return "" if value is None else str(value.isoformat())

    def parse(self, typed: str) -> date:
        """The day; raises InvalidValue."""
        try:
            return read_span(typed, utc_now())[0].astimezone().date()
        except InvalidValue:
            raise InvalidValue(f"“{typed}” isn't a date I recognise: write 2026-11-20 or 20.11.2026") from None

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
        """The time gone since."""
        return "" if value is None else short_span((utc_now() - value).total_seconds())


@dataclass(frozen=True)
class Remaining(Time):
    """How long until a moment comes; ticks, warns before it and says when it is past."""

    warn_below: int = 60
    past: str = "expired"
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
        left = (value - utc_now()).total_seconds()
        return short_span(left) if left > 0 else f"{self.past} {short_span(left)}"

    def role(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """Bad when past, warn when near."""
        if value is None or self.over(row):
            return ""
        left = (value - utc_now()).total_seconds()
        return "bad" if left <= 0 else "warn" if left < self.warn_below else ""
