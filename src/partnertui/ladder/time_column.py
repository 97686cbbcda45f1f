"""Text of a ladder's time column: since the call began, since the row before, or time of day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from partnertui.calls.trace_model import LATEST_US
from partnertui.ladder.model import Ladder


class Clock(StrEnum):
    """What the time column shows: since the first message, since the row before, time of day; values are captions."""

    SINCE_START = "elapsed"
    SINCE_LAST = "step"
    LOCAL = "local"


def clock_text(us: int) -> str:
    """Local time of day with milliseconds."""
    return f"{moment(us):%H:%M:%S}.{us % 1_000_000 // 1000:03}"


def moment(us: int) -> datetime:
    """Microseconds since 1970 as local time; the year 9999 where a capture claims more."""
    return datetime.fromtimestamp(min(max(us, 0), LATEST_US) // 1_000_000).astimezone()


def span_text(us: int) -> str:
    """A time span with milliseconds: `+3.204`, `+1:03.204`, `+1:00:03.204`."""
    sign = "-" if us < 0 else "+"
    seconds, rest = divmod(abs(us) // 1000, 1000)
    if seconds < 60:
        return f"{sign}{seconds}.{rest:03}"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{sign}{minutes}:{seconds:02}.{rest:03}"
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}.{rest:03}"


def times_of(ladder: Ladder, clock: Clock) -> list[str]:
    """The time of each row; empty for text below an arrow."""
    last = ladder.rows[0].time_us if ladder.rows else 0
    texts = []
    for row in ladder.rows:
        if not row.stops:
            texts.append("")
            continue
        if clock == Clock.LOCAL:
            texts.append(clock_text(row.time_us))
        else:
            texts.append(span_text(row.time_us - (ladder.start_us if clock == Clock.SINCE_START else last)))
        last = row.time_us
    return texts


def time_width(texts: list[str]) -> int:
    """Width of the time column in cells; the text of a gap may extend beyond it."""
    return max(9, max(map(len, texts), default=0))
