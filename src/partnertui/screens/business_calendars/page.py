"""Business calendars: one row per calendar that SLA targets use, with time zone and the country of its holidays."""

from __future__ import annotations

from partnertui.db.models import BusinessCalendar
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.business_hours import WEEKDAYS
from partnertui.kit.declare.kinds import Identifier
from partnertui.kit.declare.page import Column, Page
from partnertui.screens.business_calendars.actions import ACTIONS


def business_calendars() -> Query:
    """All calendars."""
    return list_query(
        BusinessCalendar,
        BusinessCalendar.name,
        BusinessCalendar.time_zone,
        BusinessCalendar.country,
        BusinessCalendar.subdivision,
        *(getattr(BusinessCalendar, name) for name in WEEKDAYS),
    )


PAGE = Page(
    rows=business_calendars,
    columns=(
        Column("id", Identifier(), group="Calendar"),
        Column("name", width=20),
        Column("time_zone", title="Time zone", width=18),
        Column("country", title="Public holidays", width=15),
        Column("subdivision", title="Region", width=6),
        *(Column(name, width=13, group="Hours") for name in WEEKDAYS),
    ),
    search=("name",),
    sort="name",
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="business_calendars",
    scope="",
    owner="",
    empty="No business calendars yet, so SLA targets run around the clock: {key:calendars.add} adds one.",
)
