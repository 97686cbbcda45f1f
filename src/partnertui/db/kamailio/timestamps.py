"""How Kamailio stores times: Julian days on SQLite, local time without a zone on PostgreSQL.

Observed with Kamailio 5.6.3: SQLite has REAL, a UTC Julian day minus half a second; PostgreSQL has the time of the
zone that Kamailio runs in. `dialog` has whole seconds since 1970 on both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect, Float
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JULIAN_EPOCH = 2440587.5
DAY_SECONDS = 86400


class JulianDatetime(datetime):
    """A datetime with the stored number that it was read from, because converting it back may change the last bit."""

    julian: float | None = None


def from_julian(value: float) -> JulianDatetime:
    """The whole second that Kamailio meant, clamped to the years that datetime has."""
    seconds = round(DAY_SECONDS * (value - JULIAN_EPOCH) + 0.5)
    # other writers may leave anything in a REAL column; datetime ends at the year 9999
    time = EPOCH + timedelta(seconds=min(max(seconds, -62_000_000_000), 250_000_000_000))
    found = JulianDatetime(*time.timetuple()[:6], tzinfo=UTC)
    # as it was read: a key of paging must be compared with just the number that is stored
    found.julian = value
    return found


def to_julian(time: datetime) -> float:
    """The number that Kamailio stores for a time."""
    return (time.timestamp() - 0.5) / DAY_SECONDS + JULIAN_EPOCH


def from_local(value: datetime, zone: str) -> datetime:
    """A local time of `zone` (empty: this host's) in UTC; of an hour that occurs twice, the first."""
    local = value.replace(tzinfo=ZoneInfo(zone)) if zone else value.replace(tzinfo=None)
    return local.astimezone(UTC)


def to_local(time: datetime, zone: str) -> datetime:
    """A time as a local time of `zone`, without tzinfo."""
    return time.astimezone(ZoneInfo(zone) if zone else None).replace(tzinfo=None)


class KamailioTime(TypeDecorator[datetime]):
    """A UTC datetime in Python; `zone` is the zone that Kamailio runs in, which matters on PostgreSQL only."""

    impl = DateTime
    cache_ok = True

    def __init__(self, zone: str = "") -> None:
        super().__init__()
        self.zone = zone

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[float] | TypeEngine[datetime]:
        """REAL on SQLite, timestamp on PostgreSQL."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Float())
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | datetime | None:
        """See TypeDecorator."""
        if value is None:
            return None
        if dialect.name != "sqlite":
            return to_local(value, self.zone)
        if isinstance(value, JulianDatetime) and value.julian is not None:
            return value.julian
        # a quarter second lower, because stored values are whole seconds only approximately
        return to_julian(value) - 0.25 / DAY_SECONDS

    def process_result_value(self, value: datetime | float | str | None, dialect: Dialect) -> datetime | None:
        """See TypeDecorator."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return from_local(value, self.zone)
        if isinstance(value, str):  # a default that SQLite stored as text, in UTC
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return from_julian(float(value))
