"""Phone models: one row per model that can be provisioned, with make, firmware, lines, and how many are in use."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import CustomerPhone, PhoneModel
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.phone_model_mac_prefixes import shown_ouis
from partnertui.kit.declare.kinds import Flag, Identifier, Integer, Row
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.phone_models.actions import ACTIONS


def phone_models() -> Query:
    """Models, and how many phones of them customers have."""
    used = select(func.count()).where(CustomerPhone.phone_model_id == PhoneModel.id).correlate(PhoneModel)
    return list_query(
        PhoneModel,
        PhoneModel.make,
        PhoneModel.model,
        PhoneModel.lines,
        PhoneModel.firmware,
        PhoneModel.enabled,
        PhoneModel.ouis,
        used.scalar_subquery().label("phones"),
    )


def prefixes(row: Row) -> str:
    """The maker's MAC prefixes as they are printed on the box."""
    return shown_ouis(row["ouis"])


PAGE = Page(
    rows=phone_models,
    columns=(
        Column("id", Identifier(), group="Model"),
        Column("make", width=16),
        Column("model", width=18),
        Column("lines", Integer(), width=7),
        Column("firmware", width=18),
        Column("phones", Integer(), title="In use", width=8),
        Column("enabled", Flag(), width=9),
    ),
    search=("make", "model"),
    sort="make",
    facts=(Fact("MAC prefixes", prefixes, "Model"),),
    title=lambda row: f"{row['make']} {row['model']}",
    actions=ACTIONS,
    table="phone_models",
    scope="",
    owner="",
    empty="No phone models yet: {key:phone-models.add} adds one.",
)
