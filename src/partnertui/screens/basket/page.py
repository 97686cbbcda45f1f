"""Basket: one row per item that a customer has to pay for, with price, due date, recurrence and payment."""

from __future__ import annotations

from partnertui.db.rows.filter_criteria import Equals, OneOf
from partnertui.domain.billing_enums import UNPAID, BasketState, BillingPeriod, ItemType
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.kit.declare.kinds import Choice, Identifier, Money, Remaining, Row, Time
from partnertui.kit.declare.page import Column, Page, Tab
from partnertui.screens.basket.actions import ITEM_ACTIONS
from partnertui.screens.basket.queries import items

STATES = (("due", "warn"), ("attached", "info"), ("paid", "good"), ("hidden", "muted"))


def open_due(row: Row) -> str:
    """Muted if it's paid, or the customer can't be asked to pay."""
    off = row["customer_status"] in (CustomerStatus.BLOCKED, CustomerStatus.SUSPENDED, CustomerStatus.CANCELLED)
    return "muted" if off or row["state"] == BasketState.PAID else ""


PAGE = Page(
    rows=items,
    columns=(
        Column("id", Identifier(), group="Item"),
        Column("description", width=26),
        Column("customer", width=22, link="customers"),
        Column("price", Money()),
        Column("state", Choice(BasketState, STATES), width=9),
        Column(
            "due_at",
            Remaining(
                warn_below=259_200, past="overdue", by_day=True, over=lambda row: row["state"] == BasketState.PAID
            ),
            title="Due in",
            width=14,
        ),
        Column("product", width=18),
        Column("item_type", Choice(ItemType), title="Type", width=13),
        Column("unique_item_id", title="Unique item ID", width=26),
        Column("hidden_until", Time(seconds=False), width=16),
        Column("recurrence", Choice(BillingPeriod), title="Recurs", width=8),
        Column("payment", width=14, link="payments", group="Payment"),
        Column("customer_status", Choice(CustomerStatus), title="Customer status", width=15, group="Customer"),
        Column("currency", width=5, shown=False),
        Column("created_at", Time(seconds=False), title="Created", width=16, shown=False),
    ),
    find=("unique_item_id", "price"),
    search=("description", "unique_item_id", "product"),
    sort="due_at",
    tabs=(
        Tab("Unpaid", (OneOf("state", UNPAID), OneOf("customer_status", ("active", "trial")))),
        Tab("Blocked and suspended", (OneOf("state", UNPAID), OneOf("customer_status", ("blocked", "suspended")))),
        Tab("Paid", (Equals("state", BasketState.PAID),)),
        Tab("All"),
    ),
    actions=ITEM_ACTIONS,
    title=lambda row: row["description"],
    table="basket_items",
    row_role=open_due,
    empty="No unpaid items in any basket.",
)
