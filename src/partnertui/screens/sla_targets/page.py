"""SLA targets: one row per ticket priority and price plan, with the time allowed for first answer and solution."""

from __future__ import annotations

from partnertui.db.models import BusinessCalendar, PricePlan, SlaTarget
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.duration_text import short_duration
from partnertui.domain.ticket_enums import Priority
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Row
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.sla_targets.actions import ACTIONS, title

ROLES = (("urgent", "bad"), ("high", "warn"), ("low", "muted"))


def sla_targets() -> Query:
    """The promise for each priority and plan."""
    return (
        list_query(
            SlaTarget,
            SlaTarget.priority,
            SlaTarget.first_answer_minutes,
            SlaTarget.solution_minutes,
            SlaTarget.warn_minutes,
            SlaTarget.price_plan_id,
            PricePlan.name.label("price_plan"),
            SlaTarget.calendar_id,
            BusinessCalendar.name.label("calendar"),
        )
        .outerjoin(PricePlan, PricePlan.id == SlaTarget.price_plan_id)
        .outerjoin(BusinessCalendar, BusinessCalendar.id == SlaTarget.calendar_id)
    )


def words(row: Row) -> str:
    """The promise in a sentence."""
    answer, solution = (short_duration(row[name] * 60) for name in ("first_answer_minutes", "solution_minutes"))
    hours = f"during the business hours “{row['calendar']}”" if row["calendar"] else "around the clock"
    return f"first response within {answer}, resolved within {solution}, {hours}; paused while waiting for the customer"


PAGE = Page(
    rows=sla_targets,
    columns=(
        Column("priority", Choice(Priority, ROLES), width=10, group="SLA"),
        Column("price_plan", title="Plan", width=18),
        Column("first_answer_minutes", Integer("min"), title="First response", width=14),
        Column("solution_minutes", Integer("min"), title="Resolution", width=12),
        Column("calendar", title="Business hours", width=18, link="business-calendars"),
        Column("warn_minutes", Integer("min"), title="Warning", width=10),
        Column("id", Identifier(), shown=False),
    ),
    sort="first_answer_minutes",
    facts=(Fact("Summary", words),),
    title=title,
    actions=ACTIONS,
    table="sla_targets",
    scope="",
    owner="",
    empty="No SLA targets yet: {key:sla.add} adds one.",
)
