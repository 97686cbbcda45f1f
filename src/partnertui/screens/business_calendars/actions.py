"""Actions that add, edit and delete business calendars, and the fields of their form."""

from __future__ import annotations

from partnertui.domain.business_calendar_rules import checked_hours
from partnertui.domain.business_hours import WEEKDAYS
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.views.form import Field, Values
from partnertui.screens.shared.settings_list_actions import EditedList


def _problem(value: str, values: Values) -> str:
    try:
        checked_hours(value, "")
    except DomainError as error:
        return f"{error} {error.advice}"
    return ""


WEEK = tuple(
    Field(
        name,
        width=34,
        default="09:00-17:00" if name not in {"saturday", "sunday"} else None,
        check=_problem,
        help="For example 08:00-12:00, 13:00-18:00; empty means closed.",
    )
    for name in WEEKDAYS
)
FIELDS = (
    Field("name", required=True),
    Field("time_zone", title="Time zone", required=True, default="Europe/Berlin", help="For example Europe/Berlin."),
    *WEEK,
    Field("country", width=6, title="Public holidays", help="A country code such as DE; empty for none."),
    Field("subdivision", width=12, title="Region", help="For example BY; empty for nationwide holidays only."),
)


def open_days(context: ActionContext) -> None:
    """The days on which this calendar has other hours."""
    row = context.row or {}
    only = FixedFilter("calendar_id", row["id"], f"calendar: {row['name']}")
    context.services.open(Location("calendar-days", fixed_filters=(only,)))


ACTIONS = (
    *EditedList("calendars", "calendar", "BUSINESS_CALENDARS", FIELDS, lambda row: row["name"]).actions(),
    Action("calendars.days", "Days with special hours", open_days, (), "special days", rows="one", group="Calendar"),
)
