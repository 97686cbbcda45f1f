"""Price plans: one row per recurring plan, with its monthly fee, fee per user and included minutes."""

from __future__ import annotations

from partnertui.db.models import PricePlan
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import BillingPeriod
from partnertui.kit.declare.kinds import Choice, Count, Flag, Identifier, Money
from partnertui.kit.declare.page import Column, Page
from partnertui.screens.price_plans.actions import ACTIONS


def price_plans() -> Query:
    """All price plans."""
    return list_query(
        PricePlan,
        PricePlan.name,
        PricePlan.currency,
        PricePlan.period,
        PricePlan.monthly_fee,
        PricePlan.per_user_fee,
        PricePlan.unlimited_minutes,
        PricePlan.enabled,
    )


PAGE = Page(
    rows=price_plans,
    columns=(
        Column("id", Identifier(), group="Plan"),
        Column("name", width=26),
        Column("period", Choice(BillingPeriod), width=9),
        Column("monthly_fee", Money(), title="Fee", width=11),
        Column("per_user_fee", Money(), title="Per user", width=12),
        Column("unlimited_minutes", Count(unit="min"), title="Minutes", width=11),
        Column("enabled", Flag(), width=9),
        Column("currency", width=6),
    ),
    search=("name",),
    sort="name",
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="price_plans",
    scope="",
    owner="",
    empty="No price plans yet: {key:price-plans.add} adds one.",
)
