"""The SLA targets screen."""

from __future__ import annotations

from partnertui.db.models import SlaTarget
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.types import Query
from partnertui.domain.support import Priority
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Row
from partnertui.kit.declare.kinds.times import short_span
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.sla_targets.actions import ACTIONS

ROLES = (("urgent", "bad"), ("high", "warn"), ("low", "muted"))


def sla_targets() -> Query:
    """The promise for each priority."""
    return list_query(SlaTarget, SlaTarget.priority, SlaTarget.first_answer_minutes, SlaTarget.solution_minutes)


def words(row: Row) -> str:
    """The promise in a sentence."""
    answer, solution = (short_span(row[name] * 60) for name in ("first_answer_minutes", "solution_minutes"))
    return f"first response within {answer}, resolved within {solution}; paused while waiting for the customer"


PAGE = Page(
    rows=sla_targets,
    columns=(
        Column("priority", Choice(Priority, ROLES), width=10, group="SLA"),
        Column("first_answer_minutes", Integer("min"), title="First response", width=14),
        Column("solution_minutes", Integer("min"), title="Resolution", width=12),
        Column("id", Identifier(), shown=False),
    ),
    sort="first_answer_minutes",
    facts=(Fact("Summary", words),),
    title=lambda row: f"{row['priority']} tickets",
    actions=ACTIONS,
    table="sla_targets",
    scope="",
    owner="",
    empty="No SLA targets yet: {key:sla.add} adds one.",
)
