"""How Kamailio writes moments: Julian days on SQLite, local time without a zone on PostgreSQL.

Seen with Kamailio 5.6.3: SQLite has REAL, a UTC Julian day less half a second; PostgreSQL has what Kamailio's clock
shows in its own zone. `dialog` has whole seconds since 1970 on both.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Dialect, Float
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
JULIAN_EPOCH = 2440587.5
DAY = 86400


class JulianMoment(datetime):
    """A moment that remembers the number it was read from: a number worked out anew could differ in its last bit."""

    julian: float | None = None


def from_julian(value: float) -> JulianMoment:
    """The whole second that Kamailio meant."""
    seconds = round(DAY * (value - JULIAN_EPOCH) + 0.5)
    moment = EPOCH + timedelta(seconds=min(max(seconds, -62_000_000_000), 250_000_000_000))
    made = JulianMoment(*moment.timetuple()[:6], tzinfo=UTC)
    made.julian = value
    return made


def to_julian(moment: datetime) -> float:
    """As Kamailio writes it."""
    return (moment.timestamp() - 0.5) / DAY + JULIAN_EPOCH


def from_local(value: datetime, zone: str) -> datetime:
    """A local time of Kamailio's zone (empty: this host's) in UTC; of an hour that comes twice, the first."""
    local = value.replace(tzinfo=ZoneInfo(zone)) if zone else value.replace(tzinfo=None)
    return local.astimezone(UTC)


def to_local(moment: datetime, zone: str) -> datetime:
    """The other way; without a zone, as the column has it."""
    return moment.astimezone(ZoneInfo(zone) if zone else None).replace(tzinfo=None)


class KamailioTime(TypeDecorator[datetime]):
    """A moment in UTC in Python; `zone` is Kamailio's own, which matters on PostgreSQL alone."""

    impl = DateTime
    cache_ok = True

    def __init__(self, zone: str = "") -> None:
        super().__init__()
        self.zone = zone

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """REAL on SQLite."""
        return dialect.type_descriptor(Float() if dialect.name == "sqlite" else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """A bound that an agent typed goes a quarter second lower, for what is stored is whole seconds, nearly."""
        if value is None:
            return None
        if dialect.name != "sqlite":
            return to_local(value, self.zone)
        known = getattr(value, "julian", None)
        return known if known is not None else to_julian(value) - 0.25 / DAY

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """None stays None; a default that SQLite took over as text is in UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return from_local(value, self.zone)
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return from_julian(float(value))
