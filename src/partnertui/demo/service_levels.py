"""Demo business calendars and SLA targets."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from partnertui.db.models import BusinessCalendar, CalendarDay, SlaTarget
from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.shared_state import World
from partnertui.domain.business_hours import ROUND_THE_CLOCK, WEEKDAYS, BusinessHours, read_hours
from partnertui.domain.public_holidays import public_holidays
from partnertui.domain.service_levels import SlaClock, Terms
from partnertui.domain.sla_targets import DEFAULT_SLA
from partnertui.domain.ticket_enums import Priority

ZONE, COUNTRY, PART = "Europe/London", "GB", "ENG"
WEEK = ("08:00-18:00",) * 5 + ("", "")
OWN_DAYS = ((12, 24, "Christmas Eve", "08:00-12:00"), (12, 31, "New Year's Eve", ""))
"""Month, day, name, hours."""
OFFICE_MINUTES = {Priority.LOW: (600, 6000), Priority.NORMAL: (240, 1800)}
"""First response and resolution of what is worked on in office hours."""
WARN = timedelta(hours=1)


def make_service_levels(world: World) -> None:
    """A calendar with its own days, and a target for each priority."""
    week = {name: hours or None for name, hours in zip(WEEKDAYS, WEEK, strict=True)}
    calendar = world.rows.add(
        BusinessCalendar, name="Office hours", time_zone=ZONE, country=COUNTRY, subdivision=PART, **week
    )
    for month, day, name, hours in OWN_DAYS:
        held = date(world.now.year, month, day)
        world.rows.add(CalendarDay, calendar_id=calendar["id"], day=held, name=name, hours=hours or None)
    for priority in Priority:
        in_office = priority in OFFICE_MINUTES
        first, solution = _minutes(priority)
        world.rows.add(
            SlaTarget,
            priority=priority,
            calendar_id=calendar["id"] if in_office else None,
            first_answer_minutes=first,
            solution_minutes=solution,
            warn_minutes=int(WARN.total_seconds()) // 60,
        )


def due_times(created: datetime, priority: Priority, *, answered: bool) -> RowDict:
    """The due times of a ticket under these targets, as columns of its row."""
    hours = _office(created.year) if priority in OFFICE_MINUTES else ROUND_THE_CLOCK
    first, solution = (timedelta(minutes=minutes) for minutes in _minutes(priority))
    terms = Terms(first, solution, WARN, hours)
    clock = SlaClock(created, created if answered else None).promise(terms)
    due = clock.due
    return {
        "first_answer_due_at": clock.first_answer_due,
        "solution_due_at": clock.solution_due,
        "sla_due_at": due,
        "sla_warn_at": None if due is None else terms.hours.subtract(due, WARN),
    }


def _minutes(priority: Priority) -> tuple[int, int]:
    if priority in OFFICE_MINUTES:
        return OFFICE_MINUTES[priority]
    built_in = DEFAULT_SLA[priority]
    return int(built_in.first_answer.total_seconds()) // 60, int(built_in.solution.total_seconds()) // 60


def _office(year: int) -> BusinessHours:
    own = {date(year, month, day): (name, read_hours(hours)) for month, day, name, hours in OWN_DAYS}
    return BusinessHours(ZoneInfo(ZONE), tuple(read_hours(text) for text in WEEK), own, public_holidays(COUNTRY, PART))
