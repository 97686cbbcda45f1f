"""Conferences: one row per conference room. The PIN isn't selected, only whether there is one."""

from __future__ import annotations

from partnertui.db.models import Conference
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Flag, Identifier, Integer, Masked, Row
from partnertui.kit.declare.page import Column, Fact, Page


def conferences() -> Query:
    """Rooms; of their PINs only whether they are set."""
    return list_query(
        Conference,
        Conference.name,
        Conference.extension,
        Conference.max_members,
        Conference.wait_for_moderator,
        Conference.record,
        Conference.announce,
        Conference.enabled,
        Conference.members_now,
        Conference.has_pin.label("pin"),
        Conference.has_moderator_pin.label("moderator_pin"),
    )


def safe(row: Row) -> str:
    """Whether strangers get in."""
    return "" if row["pin"] else "anyone who knows the number can join: no PIN is set"


PAGE = Page(
    rows=conferences,
    columns=(
        Column("id", Identifier(), group="Room"),
        Column("name", width=22),
        Column("customer", width=22, link="customers"),
        Column("extension", width=6, title="Ext"),
        Column("members_now", Integer(), title="Members now", width=11),
        Column("max_members", Integer(), title="Max members", width=11),
        Column("pin", Masked(), title="PIN", width=6, group="Rules"),
        Column("moderator_pin", Masked(), title="Moderator PIN", width=14),
        Column("wait_for_moderator", Flag(), title="Waits for moderator", width=20),
        Column("announce", Flag(), title="Announces", width=10),
        Column("record", Flag(), title="Recorded", width=8),
        Column("enabled", Flag(), width=9),
    ),
    find=("name", "extension"),
    search=("name", "extension"),
    sort="name",
    facts=(Fact("Note", safe, "Rules", lambda row: "warn"),),
    title=lambda row: row["name"],
    table="conferences",
    row_role=lambda row: "" if row["enabled"] else "muted",
    empty="No conference rooms yet.",
)
