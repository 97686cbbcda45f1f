"""Dates promised in a reply (“until Friday”, “by 3 December”, “am 3.12.”), and when the reminder of one is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from partnertui.domain.business_hours import BusinessHours

MOST_PROMISES = 5
REMINDER_HOUR = 9
"""By the clock of the site; where it opens later on that day, when it opens."""
LONG_AGO = timedelta(days=180)
"""A day without a year that is longer ago than this is next year's; one that is less long ago is in the past."""
_UNTIL = {
    "en": r"until|till|by|before|no later than|on|this|next",
    "de": r"bis(?: zum| spätestens| einschließlich| kommenden| nächsten)?|spätestens(?: am| bis)?|am|vor dem",
    "fr": r"jusqu['’]au?|avant(?: le)?|d['’]ici(?: à| au| le)?|le|au plus tard(?: le)?",
    "es": r"hasta(?: el)?|antes del?|el|para el|a más tardar(?: el)?",
    "it": r"entro(?: il)?|fino al?|prima di|il|per il",
    "nl": r"tot|voor|op|uiterlijk(?: op)?",
}
_DAYS_AHEAD = {
    "en": {"the day after tomorrow": 2, "tomorrow": 1},
    "de": {"übermorgen": 2, "morgen": 1},
    "fr": {"après-demain": 2, "demain": 1},
    "es": {"pasado mañana": 2},
    "it": {"dopodomani": 2, "domani": 1},
    "nl": {"overmorgen": 2},
}
_GREETING = re.compile(r"(?:Guten|guten|heute|jeden|every|de)\s+$")


@dataclass(frozen=True)
class Promise:
    """A day, and the words of the answer that name it."""

    words: str
    day: date


def find_promises(text: str, language: str, today: date) -> tuple[Promise, ...]:
    """The days from today on that a text names after a word such as “until”, each once, in the text's order.

    language: a code; words of it and of English are understood. What is quoted from earlier mails isn't searched.
    """
    own = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    known = [name for name in dict.fromkeys((language.partition("-")[0], "en")) if name in _UNTIL]
    found: dict[date, tuple[int, str]] = {}
    for name in known:
        words = _words(name)
        for match in words.pattern.finditer(own):
            day = words.day(match, today, month_first=language == "en-US")
            if day is None or day < today or (match["ahead"] and _GREETING.search(own[: match.start()])):
                continue
            found.setdefault(day, (match.start(), " ".join(match[0].split()).rstrip(".")))
    ordered = sorted((start, Promise(words, day)) for day, (start, words) in found.items())
    return tuple(promise for _, promise in ordered[:MOST_PROMISES])


def reminder_time(day: date, hours: BusinessHours | None) -> datetime:
    """The moment of a day at which a promise comes back; without a calendar by this host's clock."""
    if hours is None:
        return datetime.combine(day, time(REMINDER_HOUR)).astimezone()
    return hours.open_from(day, REMINDER_HOUR)


@dataclass(frozen=True)
class _Words:
    """How a language names days."""

    pattern: re.Pattern[str]
    weekdays: dict[str, int]
    months: dict[str, int]
    ahead: dict[str, int]

    def day(self, match: re.Match[str], today: date, *, month_first: bool) -> date | None:
        """The day that a match names; None if there is no such day."""
        if match["ahead"]:
            return today + timedelta(days=self.ahead[match["ahead"].lower()])
        if match["iso"]:
            year, month, number = map(int, match["iso"].split("-"))
            return _date(year, month, number)
        if match["month"] or match["first_month"]:
            month = self.months[(match["month"] or match["first_month"]).lower().rstrip(".")]
            return _near(match["year"] or match["first_year"], month, int(match["day"] or match["first_day"]), today)
        if match["one"]:
            one, two = int(match["one"]), int(match["two"])
            day, month = (two, one) if month_first and match["mark"] == "/" else (one, two)
            return _near(match["short_year"], month, day, today)
        weekday = self.weekdays[match["weekday"].lower()]
        # 1 to 7 days: today's own weekday means the one in a week.
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


@lru_cache(8)
def _words(language: str) -> _Words:
    from babel.dates import get_day_names, get_month_names

    weekdays = {name.lower(): number for number, name in get_day_names("wide", locale=language).items()}
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        months |= {name.lower().rstrip("."): number for number, name in get_month_names(width, locale=language).items()}
    ahead = _DAYS_AHEAD[language]
    weekday, month, later = (_one_of(names) for names in (weekdays, months, ahead))
    nth, in_year = r"(?:st|nd|rd|th|er|\.)?", r"\b\.?(?:,?\s+(?P<{}>\d{{4}}))?"
    spoken = rf"(?P<day>\d{{1,2}}){nth}\s+(?:of\s+|de\s+)?(?P<month>{month}){in_year.format('year')}"
    turned = rf"(?P<first_month>{month})\b\.?\s+(?P<first_day>\d{{1,2}}){nth}{in_year.format('first_year')}"
    figures = r"(?P<one>\d{1,2})(?P<mark>[./])(?P<two>\d{1,2})(?:[./]?(?P<short_year>\d{4}|\d{2})?\b|[./])"
    days = rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|{spoken}|{turned}|{figures}"
    date_of = rf"(?:(?:the|den|dem|le|el|il)\s+)?(?:(?:{weekday}),?\s+(?:(?:the|den|dem|le|el|il)\s+)?)?(?:{days})"
    named = rf"(?:(?:next|this|kommenden|nächsten|diesen|prochain)\s+)?(?P<weekday>{weekday})\b"
    until = rf"(?:{_UNTIL[language]})\s+(?:{date_of}|{named})"
    later = rf"(?:(?:{_UNTIL[language]})\s+)?(?P<ahead>{later})\b"
    return _Words(re.compile(rf"\b(?:(?i:{until})|{later})"), weekdays, months, ahead)


def _one_of(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _near(year: str | None, month: int, day: int, today: date) -> date | None:
    """The day in its year, else the next one there is, unless it has just passed."""
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _date(today.year, month, day)
    if found is None or found >= today - LONG_AGO:
        return found
    return _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
