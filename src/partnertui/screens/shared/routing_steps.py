"""Lines of a call's route, with links to the records that they mention."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from partnertui.domain.pbx_enums import TargetType
from partnertui.domain.routing.customer_pbx import Goal
from partnertui.domain.routing.explain import Step
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import wrapped

SCREENS = {
    TargetType.USER: "users",
    TargetType.VOICEMAIL: "users",
    TargetType.RING_GROUP: "ring-groups",
    TargetType.IVR: "ivrs",
    TargetType.CONFERENCE: "conferences",
    TargetType.SOUND: "sounds",
}


def read_plan(connection: Connection, row: Row) -> dict[str, object]:
    """The routing plan of a row's customer, as `plan` for drawings."""
    from partnertui.db.customer_call_routing import read_plan as read

    return {"plan": read(connection, row["customer_id"])}


def location_of(goal: Goal | None) -> Location | None:
    """The record of a routing target; None if it isn't one of ours."""
    screen = SCREENS.get(goal.kind) if goal is not None else None
    return Location(screen, goal.id) if screen and goal is not None and goal.id is not None else None


def target_of(row: Row) -> Location | None:
    """The record of the target of a DDI, rule or group."""
    return location_of(Goal(row.get("target_type") or row["route_type"], row["target_id"], row["target"] or ""))


def step_lines(steps: Iterable[Step], width: int) -> list[Line]:
    """The steps, indented by depth and wrapped."""
    return [line for step in steps for line in _step(step, width)]


def _step(step: Step, width: int) -> list[Line]:
    indent, role = "  " * min(step.depth, width // 4), step.role or "value"
    first, *rest = wrapped(one_line(step.text, 500), width - len(indent) - 1, role)
    target = location_of(step.goal)
    head = Line(((indent, ""), *first.pieces), target, one_line(step.text, 500))
    return [head, *(Line(((f"{indent} ", ""), *line.pieces)) for line in rest)]
