"""Products: one row per product, with code, price, and whether it is sold once or by the month."""

from __future__ import annotations

from partnertui.db.models import Product
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import BillingPeriod, ItemType
from partnertui.kit.declare.kinds import Choice, Flag, Identifier, Money
from partnertui.kit.declare.page import Column, Page, Panel
from partnertui.screens.products.actions import ACTIONS


def products() -> Query:
    """All products."""
    return list_query(
        Product,
        Product.name,
        Product.code,
        Product.item_type,
        Product.category,
        Product.description,
        Product.currency,
        Product.price,
        Product.period,
        Product.is_user_licence,
        Product.enabled,
    )


PAGE = Page(
    rows=products,
    columns=(
        Column("id", Identifier(), group="Product"),
        Column("name", width=24),
        Column("code", width=14),
        Column("price", Money()),
        Column("period", Choice(BillingPeriod), width=9),
        Column("item_type", Choice(ItemType), title="Type", width=13),
        Column("category", width=14),
        Column("is_user_licence", Flag(), title="User licence", width=13),
        Column("enabled", Flag(), width=9),
        Column("description", width=30),
        Column("currency", width=6, shown=False),
    ),
    search=("name", "code", "description"),
    sort="name",
    panels=(Panel("Prices", "prices", "product_id", columns=("price_list", "monthly_fee", "setup_fee")),),
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="products",
    scope="",
    owner="",
    empty="No products yet: {key:products.add} adds one.",
)
