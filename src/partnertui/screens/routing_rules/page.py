"""Routing rules: one row per rule, with number pattern, time condition, target and priority."""

from __future__ import annotations

from partnertui.db.models import RoutingRule
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.capital_letter import capital
from partnertui.domain.pbx_enums import RuleDirection, TargetType
from partnertui.domain.routing.explain import follow, sentence
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Integer, Row
from partnertui.kit.declare.page import Column, Drawing, Page, Tab
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.shared.explain_call_routing import EXPLAIN
from partnertui.screens.shared.routing_steps import read_plan, step_lines, target_of


def rules() -> Query:
    """Rules; the lowest priority number is asked first."""
    return list_query(
        RoutingRule,
        RoutingRule.name,
        RoutingRule.direction,
        RoutingRule.priority,
        RoutingRule.time_condition,
        RoutingRule.time_zone,
        RoutingRule.caller_pattern,
        RoutingRule.number_pattern,
        RoutingRule.target_type,
        RoutingRule.target_id,
        RoutingRule.target,
        RoutingRule.enabled,
    )


def in_words(row: Row, width: int) -> list[Line]:
    """The rule in one sentence."""
    rule = next((rule for rule in row["plan"].rules if rule.id == row["id"]), None)
    if rule is None:
        return []
    off = "Disabled. " if not rule.enabled else ""
    text = sentence(row["plan"], rule)
    return wrapped(f"{off}{capital(text)}", width, "value")


def way(row: Row, width: int) -> list[Line]:
    """What happens to a call that it takes."""
    rule = next((rule for rule in row["plan"].rules if rule.id == row["id"]), None)
    return step_lines(follow(row["plan"], rule.goal), width) if rule is not None else []


PAGE = Page(
    rows=rules,
    columns=(
        Column("priority", Integer(), width=9, group="Rule"),
        Column("name", width=18),
        Column("customer", width=22, link="customers"),
        Column("direction", Choice(RuleDirection), width=10),
        Column("number_pattern", title="Number", width=16),
        Column("time_condition", title="When", width=18),
        Column("target_type", Choice(TargetType), title="Goes to", width=13),
        Column("target", width=20, priority=1, leads=target_of),
        Column("caller_pattern", title="Caller", width=14),
        Column("time_zone", width=18),
        Column("enabled", Flag(), width=9),
        Column("id", Identifier(), shown=False),
    ),
    find=("name", "number_pattern"),
    search=("name", "number_pattern", "target"),
    sort="priority",
    tabs=(
        Tab("All"),
        Tab("Inbound", (Equals("direction", RuleDirection.INBOUND),)),
        Tab("Outbound", (Equals("direction", RuleDirection.OUTBOUND),)),
    ),
    actions=(EXPLAIN,),
    detail=read_plan,
    drawings=(Drawing("Summary", in_words), Drawing("What happens to a matching call", way)),
    title=lambda row: f"{row['priority']} {row['name']}",
    table="routing_rules",
    row_role=lambda row: "" if row["enabled"] else "muted",
    empty="No rules yet: calls follow the route of their DDI.",
)
