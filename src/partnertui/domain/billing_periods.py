"""Billing periods by the customer's local dates: each begins on the day after the one before ended.

Every period is counted from the first day, never from the one before: the 31st stays the 31st after a February.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partnertui.domain.billing_enums import BillingPeriod
from partnertui.domain.errors import DomainError

MONTHS = {BillingPeriod.MONTHLY: 1, BillingPeriod.YEARLY: 12}


@dataclass(frozen=True)
class Period:
    """A span of whole days, both of them in it."""

    first: date
    last: date

    def words(self) -> str:
        """Both days: 31 Jan 2026 to 27 Feb 2026."""
        return f"{self.first:%-d %b %Y} to {self.last:%-d %b %Y}"


def period_of(first_day: date, recurrence: BillingPeriod, number: int) -> Period:
    """A period by its number, 0 for that which begins on the first day.

    Raises DomainError for what doesn't recur, or a period beyond the calendar.
    """
    months = MONTHS.get(recurrence)
    if months is None:
        raise DomainError("This item doesn't recur.")
    begin, following = (_months_later(first_day, months * (number + more)) for more in (0, 1))
    return Period(begin, following - timedelta(days=1))


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or the last day of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise DomainError("That date is out of range.", field="due", advice="Choose another date.")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def zone_of_customer(name: str) -> ZoneInfo:
    """The customer's time zone; UTC if the stored name is of none."""
    try:
        return ZoneInfo(name)
    # OSError: "Europe" is a folder of the zone database.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def begins_at(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins, in UTC; where the clock skips midnight, that is when it goes on."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        raise DomainError("That date is out of range.", field="due", advice="Choose another date.") from None


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The local date of a moment."""
    return moment.astimezone(zone).date()


def span_of(period: Period, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A period in UTC; the end is the beginning of the next one."""
    return begins_at(period.first, zone), begins_at(period.last + timedelta(days=1), zone)
