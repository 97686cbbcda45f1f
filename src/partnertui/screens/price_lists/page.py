"""Price lists: one row per list of call, DDI or product prices, with currency, and how many customers use it."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import CustomerPriceList, PriceList, PriceListEntry
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Integer
from partnertui.kit.declare.page import Column, Page, Panel
from partnertui.screens.price_lists.actions import ACTIONS


def price_lists() -> Query:
    """Price lists, how many prices they have and how many customers use them."""
    prices = select(func.count()).where(PriceListEntry.price_list_id == PriceList.id).correlate(PriceList)
    used = select(func.count()).where(CustomerPriceList.price_list_id == PriceList.id).correlate(PriceList)
    return list_query(
        PriceList,
        PriceList.name,
        PriceList.kind,
        PriceList.currency,
        PriceList.enabled,
        prices.scalar_subquery().label("prices"),
        used.scalar_subquery().label("customers"),
    )


PAGE = Page(
    rows=price_lists,
    columns=(
        Column("id", Identifier(), group="List"),
        Column("name", width=28),
        Column("kind", Choice(PriceListKind), title="Type", width=10),
        Column("currency", width=6),
        Column("enabled", Flag(), width=9),
        Column("prices", Integer(), width=8, group="Use"),
        Column("customers", Integer(), title="Used by", width=10),
    ),
    search=("name",),
    sort="name",
    panels=(Panel("Prices", "prices", "price_list_id", columns=("name", "prefix", "per_minute", "monthly_fee")),),
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="price_lists",
    scope="",
    owner="",
    empty="No price lists yet: {key:price-lists.add} adds one.",
)
