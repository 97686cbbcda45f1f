"""Reads times as Kamailio and Asterisk store them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from partnertui.db.kamailio.timestamps import from_julian


def parse_time(value: object, zone: ZoneInfo | None) -> datetime:
    """A stored time in UTC; `zone` is that of values without one, None for this host's.

    Numbers are Julian days, see kamailio/timestamps.py. Raises ValueError for anything else.
    """
    if isinstance(value, float | Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        days = float(value)
        if not 2_400_000 < days < 3_000_000:
            raise ValueError(f"{days} isn't a Julian day")
        return datetime.combine((read := from_julian(days)).date(), read.time(), UTC)
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, datetime) or not 1970 < value.year < 9000:
        raise ValueError(f"{value!r} isn't a time")
    if value.tzinfo is None and zone is not None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)
