"""Ring groups: one row per group of users that ring together or in turn, with members and where unanswered calls go."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import RingGroup, RingGroupMember
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import RingStrategy, TargetType
from partnertui.domain.routing.customer_pbx import Goal
from partnertui.domain.routing.explain import follow
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Integer, Row, Seconds
from partnertui.kit.declare.page import Column, Drawing, Page
from partnertui.kit.declare.styled_line import Line
from partnertui.screens.shared.routed_here import ROUTED_HERE, read_referrers
from partnertui.screens.shared.routing_steps import read_plan, step_lines, target_of


def ring_groups() -> Query:
    """Ring groups, and how many members they have."""
    members = select(func.count()).where(RingGroupMember.ring_group_id == RingGroup.id).correlate(RingGroup)
    return list_query(
        RingGroup,
        RingGroup.name,
        RingGroup.extension,
        RingGroup.strategy,
        RingGroup.ring_time,
        RingGroup.target_type,
        RingGroup.target_id,
        RingGroup.target,
        RingGroup.enabled,
        members.scalar_subquery().label("members"),
    )


def order(row: Row, width: int) -> list[Line]:
    """The members in ringing order, and what happens on no answer."""
    return step_lines(follow(row["plan"], Goal(TargetType.RING_GROUP, row["id"], row["name"])), width)


PAGE = Page(
    rows=ring_groups,
    columns=(
        Column("id", Identifier(), group="Group"),
        Column("name", width=20),
        Column("customer", width=22, link="customers"),
        Column("extension", title="Ext", width=6),
        Column("strategy", Choice(RingStrategy), width=12),
        Column("ring_time", Seconds(), width=10, priority=3),
        Column("members", Integer(), width=9, priority=1),
        Column("target_type", Choice(TargetType), title="On no answer", width=14),
        Column("target", width=20, priority=1, leads=target_of),
        Column("enabled", Flag(), width=9),
    ),
    find=("name", "extension"),
    search=("name", "extension"),
    sort="name",
    detail=read_referrers(TargetType.RING_GROUP, also=read_plan),
    drawings=(Drawing("What happens to a call", order), ROUTED_HERE),
    title=lambda row: row["name"],
    table="ring_groups",
    row_role=lambda row: "" if row["enabled"] else "muted",
    empty="No ring groups yet.",
)
