"""Validation of business calendars and of days with other hours."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partnertui.domain.business_hours import WEEKDAYS, read_hours
from partnertui.domain.errors import DomainError
from partnertui.domain.price_lists import one_name
from partnertui.domain.public_holidays import public_holidays
from partnertui.domain.value_types import StoredValues, Values


def checked_calendar(values: Values) -> StoredValues:
    """The values of a calendar to store. Raises DomainError with the field that isn't valid."""
    zone = str(values.get("time_zone") or "").strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DomainError(
            f"“{zone}” isn't a time zone.", "Enter a name such as Europe/Berlin.", field="time_zone"
        ) from error
    country = str(values.get("country") or "").strip().upper() or None
    subdivision = str(values.get("subdivision") or "").strip() or None
    if country is not None:
        public_holidays(country, subdivision)
    elif subdivision is not None:
        raise DomainError("A region requires a country.", "Enter the country's code as well.", field="country")
    hours = {name: checked_hours(values.get(name), name) for name in WEEKDAYS}
    if not any(hours.values()):
        raise DomainError(
            "A calendar needs opening hours on at least one day.",
            "Enter hours for at least one day of the week.",
            field="monday",
        )
    return {
        **values,
        **hours,
        "name": one_name(values),
        "time_zone": zone,
        "country": country,
        "subdivision": subdivision,
    }


def checked_day(values: Values) -> StoredValues:
    """The values of a day with other hours to store. Raises DomainError with the field that isn't valid."""
    if values.get("day") is None:
        raise DomainError("A date is required.", "Enter a date.", field="day")
    return {**values, "name": one_name(values), "hours": checked_hours(values.get("hours"), "hours")}


def checked_hours(value: object, field: str) -> str | None:
    """Hours written the same way by everybody; None for a day off. Raises DomainError with the field."""
    try:
        spans = read_hours(str(value or ""))
    except DomainError as error:
        raise DomainError(str(error), error.advice, field=field) from error
    return ", ".join("-".join(f"{n // 60:02}:{n % 60:02}" for n in span) for span in spans) or None
