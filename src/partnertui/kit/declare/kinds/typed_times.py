"""Days, weeks, months and moments as people type them, read as half-open ranges in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from partnertui.kit.declare.kinds.base import InvalidValue

HINT = "use 2026-11-20, 2026-11-20T14:30, 14:30, today, monday 20:00, last week, this month, 2h or 3d"
HINT_AHEAD = "use 2026-11-20, 2026-11-20T14:30, 14:30, tomorrow 9:00, monday 20:00, next week, 2h or 3d"
UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
# as people type them; those of business calendars are names of columns, which stay as they are
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
WORDS = (
    *("today", "yesterday", *WEEKDAYS, "this week", "last week", "this month", "last month", "this year", "last year"),
    *("tomorrow", "next week", "next month", "now"),
    *(f"{which} {day}" for which in ("last", "next") for day in WEEKDAYS),
)
"""What can be typed for days and periods."""
SAMPLES = (
    *("2000-01-01T00:00:00", "2000-10-10T00:00:00", "2000-01-01 00:00", "2000-10-10 00:00", "01.01.2000", "1.1.2000"),
    *("10.10.2000", "00:00:00", "0:00", "0h", "00h", "000h", "0000h"),
)
"""Dates and times whose ends complete an unfinished one."""
CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}(?::\d{2})?[ap]m"
AGO = re.compile(rf"(\d{{1,6}})({'|'.join(UNITS)})")
Span = tuple[datetime, datetime]


def day_span(day: date, days: int = 1) -> Span:
    """The local day as a half-open range in UTC; a day of clock change has 23 or 25 hours."""
    first = datetime.combine(day, time()).astimezone()
    last = datetime.combine(day + timedelta(days=days), time()).astimezone()
    return first.astimezone(UTC), last.astimezone(UTC)


def read_span(typed: str, now: datetime, *, ahead: bool = False) -> Span:
    """The half-open range in UTC of a typed day, period, minute or age; raises InvalidValue.

    A weekday is the latest one up to today; with `ahead` the next one from today on.
    """
    word = " ".join(re.sub(r"(?<=[a-z])[_-](?=[a-z])", " ", typed.lower()).split())
    today = now.astimezone().date()
    try:
        if word == "now":
            return now, now + timedelta(microseconds=1)
        return (
            _ago(word, now) or _clock(word, today) or _day_and_clock(word, today, ahead) or _named(word, today, ahead)
        ) or _calendar(word)
    except (ValueError, OverflowError):
        raise InvalidValue(f"“{typed}” isn't a date or time I recognise: {HINT_AHEAD if ahead else HINT}") from None


def read_range(first: str, last: str, now: datetime, *, ahead: bool = False) -> tuple[datetime | None, datetime | None]:
    """Both ends of a range, None for an end left out; a clock alone at its end is of the day that it begins with.

    "yesterday 22:00..02:00" ends in the morning after. Raises InvalidValue.
    """
    first, last = first.strip(), last.strip()
    low = read_span(first, now, ahead=ahead)[0] if first else None
    day, clock = _split_clock(first.lower())
    if low is not None and day and clock and re.fullmatch(CLOCK, last.lower()):
        high = read_span(f"{day} {last}", now, ahead=ahead)[1]
        return low, high if high > low else high + timedelta(days=1)
    return low, read_span(last, now, ahead=ahead)[1] if last else None


def _ago(word: str, now: datetime) -> Span | None:
    match = AGO.fullmatch(word)
    if not match:
        return None
    moment = now - timedelta(seconds=int(match[1]) * UNITS[match[2]])
    return moment, moment + timedelta(microseconds=1)


def _clock(word: str, day: date) -> Span | None:
    if not re.fullmatch(CLOCK, word):
        return None
    figures, half = (word[:-2], word[-2:]) if word.endswith("m") else (word, "")
    hours, _, rest = figures.partition(":")
    if half and not 1 <= int(hours) <= 12:
        raise ValueError(word)
    hour = int(hours) % 12 + 12 * (half == "pm") if half else int(hours)
    clock = time.fromisoformat(f"{hour:02}:{rest or '00'}")
    return instant(datetime.combine(day, clock), figures)


def _split_clock(word: str) -> tuple[str, str]:
    match = re.fullmatch(rf"(.+?)(?:\s+|(?<=\d)t)({CLOCK})", word)
    return (match[1], match[2]) if match else (word, "")


def _day_and_clock(word: str, today: date, ahead: bool) -> Span | None:
    """The minute of "sunday 20:00" or "2026-11-20 8pm"."""
    day, clock = _split_clock(word)
    if not clock:
        return None
    low, high = _named(day, today, ahead) or _calendar(day)
    if high - low > timedelta(hours=25):
        raise ValueError(word)
    return _clock(clock, low.astimezone().date())


def _named(word: str, today: date, ahead: bool) -> Span | None:
    if word in DAYS:
        return day_span(today + timedelta(days=DAYS[word]))
    which, _, unit = word.rpartition(" ")
    if unit in {"week", "month", "year"} and which in {"last", "this", "next"}:
        return _period(unit, {"last": -1, "this": 0, "next": 1}[which], today)
    names = [index for index, name in enumerate(WEEKDAYS) if unit in {name, name[:3]}]
    if not names or which not in {"", "last", "this", "next"}:
        return None
    if which == "this":
        return day_span(today + timedelta(days=names[0] - today.weekday()))
    if which == "next" or (not which and ahead):
        days = (names[0] - today.weekday()) % 7
        return day_span(today + timedelta(days=days or (7 if which else 0)))
    days = (today.weekday() - names[0]) % 7
    return day_span(today - timedelta(days=days or (7 if which else 0)))


def _period(unit: str, by: int, today: date) -> Span:
    if unit == "week":
        return day_span(today + timedelta(days=7 * by - today.weekday()), 7)
    if unit == "year":
        first = date(today.year + by, 1, 1)
        return day_span(first, (date(first.year + 1, 1, 1) - first).days)
    year, month = divmod(today.year * 12 + today.month - 1 + by, 12)
    return _month(date(year, month + 1, 1))


def _month(first: date) -> Span:
    return day_span(first, ((first + timedelta(days=32)).replace(day=1) - first).days)


def _calendar(word: str) -> Span:
    if re.fullmatch(r"\d{4}-\d{2}", word):
        return _month(date.fromisoformat(f"{word}-01"))
    if european := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", word):
        return day_span(date(int(european[3]), int(european[2]), int(european[1])))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
        return day_span(date.fromisoformat(word))
    return instant(datetime.fromisoformat(word.upper()), word)


def instant(moment: datetime, word: str) -> Span:
    """The minute of a moment, or its second if that was typed."""
    step = timedelta(seconds=1) if word.count(":") > 1 else timedelta(minutes=1)
    # A moment without a zone is one of this host's local time to astimezone.
    start = moment.astimezone(UTC)
    return start, start + step
