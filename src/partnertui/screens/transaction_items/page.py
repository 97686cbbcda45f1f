"""Transaction items: one row per line of a sale or refund, with quantity, price, VAT, and what was refunded of it."""

from __future__ import annotations

from partnertui.db.models import Product, Transaction, TransactionItem
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import ItemType
from partnertui.kit.declare.kinds import Choice, Hundredths, Identifier, Money, Row, Thousandths, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel


def items() -> Query:
    """Lines of transactions with their product."""
    columns = (
        TransactionItem.transaction_id,
        Transaction.invoice_number.label("transaction"),
        Transaction.at,
        TransactionItem.category,
        TransactionItem.item_type,
        Product.name.label("product"),
        TransactionItem.description,
        TransactionItem.quantity,
        TransactionItem.unit_price,
        TransactionItem.tax,
        TransactionItem.tax_rate,
        TransactionItem.total,
        TransactionItem.refunded,
        TransactionItem.currency,
        TransactionItem.period_from,
        TransactionItem.period_to,
    )
    return (
        list_query(TransactionItem, *columns)
        .outerjoin(Transaction, Transaction.id == TransactionItem.transaction_id)
        .outerjoin(Product, Product.id == TransactionItem.product_id)
    )


def days(row: Row) -> str:
    """How long the period is."""
    if row["period_from"] is None or row["period_to"] is None:
        return ""
    count = (row["period_to"] - row["period_from"]).days
    return f"{count} day{'s' if count != 1 else ''}"


PAGE = Page(
    rows=items,
    columns=(
        Column("id", Identifier(), group="Item"),
        Column("transaction", width=16, link="transactions"),
        Column("customer", width=22, link="customers", priority=1),
        Column("description", width=22, priority=1),
        Column("quantity", Thousandths()),
        Column("unit_price", Money(), width=10),
        Column("total", Money(), priority=1),
        Column("at", Time(seconds=False), title="Sold", width=16),
        Column("category", width=12, group="Product"),
        Column("product", width=18),
        Column("item_type", Choice(ItemType), title="Type", width=13),
        Column("tax", Money(), width=10, group="Money"),
        Column("tax_rate", Hundredths(), title="VAT %", width=6),
        Column("refunded", Money(), width=10),
        Column("currency", width=5, shown=False),
        Column("period_from", Time(seconds=False), title="From", width=16, group="Period"),
        Column("period_to", Time(seconds=False), title="To", width=16),
    ),
    search=("description", "product"),
    sort="-at",
    facts=(Fact("Length", days, "Period"),),
    panels=(
        Panel(
            "Payments",
            "payments",
            "transaction_id",
            "transaction_id",
            columns=("at", "amount", "state", "failure_code"),
        ),
        Panel(
            "On the statement",
            "statements",
            "transaction_id",
            "transaction_id",
            columns=("at", "description", "credit"),
        ),
    ),
    title=lambda row: row["description"],
    table="transaction_items",
    empty="Nothing has been sold yet.",
)
