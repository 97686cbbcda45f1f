"""Actions that add, edit and delete a calendar's days with other hours, and the fields of their form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import BusinessCalendar
from partnertui.kit.declare.kinds import Date, Row
from partnertui.kit.views.form import Field, Option
from partnertui.screens.business_calendars.actions import WEEK
from partnertui.screens.shared.settings_list_actions import EditedList

if TYPE_CHECKING:
    from sqlalchemy import Connection


def calendars(connection: Connection) -> Sequence[Option]:
    """Calendars to choose from."""

    rows = select(BusinessCalendar.id, BusinessCalendar.name).order_by(BusinessCalendar.name)
    return [Option(row.id, row.name) for row in connection.execute(rows)]


FIELDS = (
    Field("calendar_id", title="Calendar", required=True, load_choices=calendars),
    Field("day", Date(), required=True),
    Field("name", required=True, help="The reason, such as Christmas Eve or a company outing."),
    Field("hours", width=34, check=WEEK[0].check, help="For example 09:00-12:00; empty means closed."),
)


def title(row: Row) -> str:
    """The day and why."""
    return f"{row['day']} {row['name']}"


ACTIONS = EditedList("calendar-days", "day", "CALENDAR_DAYS", FIELDS, title).actions()
