"""Pick-up groups: one row per group of users who can pick up each other's ringing calls."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models import PickupGroup, PickupGroupMember, User
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Identifier, Integer, Row
from partnertui.kit.declare.page import Column, Drawing, Page
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line


def pickup_groups() -> Query:
    """Pick-up groups, and how many members they have."""
    members = select(func.count()).where(PickupGroupMember.pickup_group_id == PickupGroup.id).correlate(PickupGroup)
    return list_query(PickupGroup, PickupGroup.name, members.scalar_subquery().label("members"))


def read_members(connection: Connection, row: Row) -> dict[str, object]:
    """The members by extension."""
    query = (
        select(User.id, User.name, User.extension, User.state)
        .join(PickupGroupMember, PickupGroupMember.user_id == User.id)
        .where(PickupGroupMember.pickup_group_id == row["id"])
    )
    return {"people": connection.execute(query.order_by(User.extension, User.id)).mappings().all()}


def members(row: Row, width: int) -> list[Line]:
    """A line a member; Enter goes to the user."""
    lines = []
    for person in row["people"]:
        text = f"{one_line(person['extension'] or '', 12):>6}  {one_line(person['name'])}"
        state = "" if person["state"] == "active" else f"  {one_line(person['state'], 40)}"
        lines.append(Line(((text, "link"), (state, "warn")), Location("users", person["id"]), text.strip()))
    return lines or [Line((("no members yet", "muted"),))]


PAGE = Page(
    rows=pickup_groups,
    columns=(
        Column("id", Identifier(), group="Group"),
        Column("name", width=24),
        Column("customer", width=28, link="customers"),
        Column("members", Integer(), width=9),
    ),
    find=("name",),
    search=("name",),
    sort="name",
    detail=read_members,
    drawings=(Drawing("Members", members),),
    title=lambda row: row["name"],
    table="pickup_groups",
    empty="No pick-up groups yet.",
)
