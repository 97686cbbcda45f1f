"""The select behind the Basket list."""

from __future__ import annotations

from partnertui.db.basket_state import item_state
from partnertui.db.models import BasketItem, Customer, Payment, Product
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.clock import utc_now


def items() -> Query:
    """Basket items with their product and the payment that holds them; the state is that of now."""
    columns = (
        BasketItem.unique_item_id,
        BasketItem.item_type,
        BasketItem.description,
        BasketItem.price,
        BasketItem.currency,
        BasketItem.due_at,
        BasketItem.hidden_until,
        BasketItem.recurrence,
        item_state(utc_now).label("state"),
        BasketItem.created_at,
        BasketItem.payment_id,
        BasketItem.version,
        Product.name.label("product"),
        Customer.status.label("customer_status"),
        Payment.unique_payment_id.label("payment"),
    )
    return (
        list_query(BasketItem, *columns)
        .outerjoin(Product, Product.id == BasketItem.product_id)
        .outerjoin(Payment, Payment.id == BasketItem.payment_id)
    )
