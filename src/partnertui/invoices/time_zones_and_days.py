"""Time zones by name, the local day of a moment, and the beginning of a day in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(name: str) -> ZoneInfo | None:
    """A time zone by name; None, which is this host's, where there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    # OSError: the name of a folder, such as Europe, is opened as a file before Python 3.12.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local_day(moment: datetime, zone: ZoneInfo | None) -> str:
    """The date of a moment in a time zone, ISO 8601."""
    return moment.astimezone(zone).date().isoformat()


def midnight(iso: str) -> datetime:
    """The beginning of a day in UTC, as PDF wants the time it was made."""
    return datetime.combine(date.fromisoformat(iso), datetime.min.time(), UTC)
