"""Prices: one row per entry of a price list: a call prefix, a DDI range or a product, with price and validity."""

from __future__ import annotations

from partnertui.db.models import PriceList, PriceListEntry, Product
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.kit.declare.kinds import Choice, Country, Date, Flag, Identifier, Integer, Money, Row
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.prices.actions import ACTIONS


def prices() -> Query:
    """Entries of all price lists, in the currency of their list."""
    columns = (
        PriceListEntry.name,
        PriceListEntry.price_list_id,
        PriceList.name.label("price_list"),
        PriceList.kind,
        PriceList.currency,
        PriceListEntry.prefix,
        PriceListEntry.country,
        Product.name.label("product"),
        PriceListEntry.product_id,
        PriceListEntry.per_minute,
        PriceListEntry.per_call,
        PriceListEntry.minimum_charge,
        PriceListEntry.valid_from,
        PriceListEntry.valid_to,
        PriceListEntry.setup_fee,
        PriceListEntry.monthly_fee,
        PriceListEntry.first_seconds,
        PriceListEntry.step_seconds,
        PriceListEntry.unlimited,
    )
    return (
        list_query(PriceListEntry, *columns)
        .join(PriceList, PriceList.id == PriceListEntry.price_list_id)
        .outerjoin(Product, Product.id == PriceListEntry.product_id)
    )


def steps(row: Row) -> str:
    """How a call is billed."""
    if row["per_minute"] is None:
        return ""
    return f"the first {row['first_seconds']} s in full, then every {row['step_seconds']} s"


PAGE = Page(
    rows=prices,
    columns=(
        Column("name", width=26, group="Price"),
        Column("price_list", width=22, link="price-lists"),
        Column("kind", Choice(PriceListKind), title="Type", width=10),
        Column("prefix", width=10),
        Column("country", Country(), width=9),
        Column("product", width=18, link="products"),
        Column("per_minute", Money(exact=True), width=12, group="Amounts"),
        Column("per_call", Money(exact=True), title="Connection fee", width=14),
        Column("minimum_charge", Money(exact=True), title="Minimum charge", width=14, priority=3),
        Column("setup_fee", Money(), title="Set-up", width=10),
        Column("monthly_fee", Money(), title="Monthly", width=10),
        Column("currency", width=6),
        Column("unlimited", Flag(), title="In unlimited plan", width=17),
        Column("first_seconds", Integer("s"), title="First increment", width=15, group="Billing"),
        Column("step_seconds", Integer("s"), title="Increment", width=9),
        Column("valid_from", Date(), title="First day", width=11, priority=3),
        Column("valid_to", Date(), title="Last day", width=11, priority=3),
        Column("id", Identifier(), shown=False),
    ),
    search=("name", "prefix"),
    sort="name",
    facts=(Fact("Billed", steps, "Billing"),),
    title=lambda row: f"{row['name']}, {row['price_list']}",
    actions=ACTIONS,
    table="price_list_entries",
    scope="",
    owner="",
    empty="No prices yet: {key:prices.add} adds one.",
)
