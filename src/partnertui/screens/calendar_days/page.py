"""Calendar days: one row per day on which a business calendar has other hours than usual, or is closed."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import BusinessCalendar, CalendarDay
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Date, Identifier
from partnertui.kit.declare.page import Column, Page
from partnertui.screens.calendar_days.actions import ACTIONS, title


def calendar_days() -> Query:
    """Days with their calendar by name."""
    return select(
        CalendarDay.id,
        CalendarDay.calendar_id,
        BusinessCalendar.name.label("calendar"),
        CalendarDay.day,
        CalendarDay.name,
        CalendarDay.hours,
        note_count(CalendarDay),
    ).join(BusinessCalendar, BusinessCalendar.id == CalendarDay.calendar_id)


PAGE = Page(
    rows=calendar_days,
    columns=(
        Column("day", Date(), width=11, group="Day"),
        Column("name", width=28),
        Column("hours", width=26),
        Column("calendar", width=20),
        Column("id", Identifier(), shown=False),
    ),
    search=("name",),
    sort="-day",
    title=title,
    actions=ACTIONS,
    table="calendar_days",
    scope="",
    owner="",
    empty="No days with special hours yet: {key:calendar-days.add} adds one.",
)
