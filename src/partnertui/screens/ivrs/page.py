"""IVRs: one row per voice menu, with extension, timeout and number of options; its record shows the menu as a tree."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import Ivr, IvrEntry, Sound
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import TargetType
from partnertui.kit.declare.kinds import Flag, Identifier, Integer, Seconds
from partnertui.kit.declare.page import Column, Drawing, Page
from partnertui.screens.shared.ivr_tree import tree
from partnertui.screens.shared.routed_here import ROUTED_HERE, read_referrers
from partnertui.screens.shared.routing_steps import read_plan


def ivrs() -> Query:
    """Voice menus with their welcome sound, and how many digits lead somewhere."""
    entries = select(func.count()).where(IvrEntry.ivr_id == Ivr.id).correlate(Ivr)
    columns = (
        Ivr.name,
        Ivr.extension,
        Ivr.timeout,
        Ivr.retries,
        Ivr.enabled,
        Ivr.welcome_sound_id,
        Sound.name.label("welcome_sound"),
        entries.scalar_subquery().label("entries"),
    )
    return list_query(Ivr, *columns).outerjoin(Sound, Sound.id == Ivr.welcome_sound_id)


PAGE = Page(
    rows=ivrs,
    columns=(
        Column("id", Identifier(), group="Menu"),
        Column("name", width=20),
        Column("customer", width=24, link="customers"),
        Column("extension", title="Ext", width=6),
        Column("welcome_sound", width=18, link="sounds"),
        Column("entries", Integer(), width=9),
        Column("timeout", Seconds(), title="Timeout", width=8),
        Column("retries", Integer(), width=9),
        Column("enabled", Flag(), width=9),
    ),
    find=("name", "extension"),
    search=("name", "extension"),
    sort="name",
    detail=read_referrers(TargetType.IVR, also=read_plan),
    drawings=(Drawing("Menu options", tree), ROUTED_HERE),
    title=lambda row: row["name"],
    table="ivrs",
    row_role=lambda row: "" if row["enabled"] else "muted",
    empty="No IVRs yet.",
)
