"""The form of a basket item; the chosen product proposes type, description and price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.db.basket_items import add_item, edit_item
from partnertui.db.models import BasketItem
from partnertui.domain.basket_item_rules import id_problem, price_problem
from partnertui.domain.billing_enums import BillingPeriod, ItemType
from partnertui.domain.billing_periods import period_of
from partnertui.domain.drafts import DraftOf
from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Choice, Date, Flag, Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Option, Values
from partnertui.screens.shared.currency_options import currency_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row, RowDict
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.view_location import Scope


def _product(values: Values) -> RowDict | None:
    return next((one for one in values.get("products") or () if one["id"] == values.get("product_id")), None)


def _products(connection: Connection) -> Sequence[Option]:
    from partnertui.db.basket_items import read_products  # the mapped models, which the list doesn't need

    prices = [
        Option(row["id"], row["name"], format_money(row["price"], row["currency"])) for row in read_products(connection)
    ]
    return [Option(None, "none"), *prices]


def _proposed(name: str, otherwise: object = None) -> Any:
    """Suggests what the product has for a field."""

    def suggest(values: Values) -> object:
        product = _product(values)
        return otherwise if product is None else product[name]

    return suggest


def _price(values: Values) -> object:
    """The product's price, if it has one in the customer's currency."""
    product = _product(values)
    return product["price"] if product is not None and product["currency"] == values.get("currency") else None


def _description(values: Values) -> object:
    product = _product(values)
    return None if product is None else product["description"] or product["name"]


def preview(values: Values) -> str:
    """What of the item comes again, and when."""
    product, currency, due = _product(values), values.get("currency") or "", values.get("due")
    if product is not None and product["currency"] != currency:
        return f"{one_line(product['name'], 40)} is sold in {product['currency']}: enter the price in {currency}."
    recurrence = values.get("recurrence")
    if recurrence in (None, BillingPeriod.ONCE) or due is None:
        return ""
    number = values.get("period_number") or 0
    first_day = values.get("first_day") if number else due
    try:
        first, following = (period_of(first_day or due, recurrence, number + more) for more in (0, 1))
    except DomainError as error:
        return f"{error} {error.advice}"
    return f"Covers {first.words()}; the next item is due on {following.first:%-d %b %Y} and hidden until then."


WHEN = (
    Field("recurrence", Choice(BillingPeriod), title="Recurs", default=BillingPeriod.ONCE, required=True),
    Field(
        "due",
        Date(ahead=True),
        title="Due date",
        required=True,
        width=16,
        help="In the customer's time zone: today, monday, 2026-12-24.",
    ),
    Field(
        "hidden",
        Flag(),
        title="Hidden until due",
        default=False,
        help="The customer can't see it before that day.",
    ),
)


def fields(own_id: int) -> tuple[Field, ...]:
    """The fields; `own_id` is the item that is edited, 0 for a new one."""

    def in_use(connection: Connection, typed: str, values: Values) -> str:
        from partnertui.db.basket_items import taken  # as above

        return taken(connection, BasketItem.unique_item_id, typed, own_id)

    is_new = not own_id
    of_product = "Fills in type, description and price." if is_new else "Type, description and price stay as they are."
    return (
        Field("product_id", title="Product", load_choices=_products, help=of_product),
        Field(
            "item_type",
            Choice(ItemType),
            title="Item type",
            required=True,
            suggest=_proposed("item_type", ItemType.SERVICE) if is_new else None,
        ),
        Field(
            "unique_item_id",
            title="Unique item ID",
            required=True,
            proposed=True,
            width=30,
            check=lambda typed, values: id_problem(typed),
            look_up=in_use,
            help="Must be unique among items.",
        ),
        Field(
            "description",
            required=True,
            suggest=_description if is_new else None,
            help="Shown in the basket and on the invoice.",
        ),
        Field(
            "price",
            Money(),
            required=True,
            width=16,
            unit=currency_of,
            suggest=_price if is_new else None,
            check=lambda price, values: price_problem(price, currency_of(values)),
            help="Excluding tax, in the customer's currency.",
        ),
        *WHEN,
    )


def add_form(scope: Scope) -> Form:
    """The form of a new item of a customer; its answer is the item's ID."""

    def load(connection: Connection) -> Values:
        from partnertui.db.basket_items import new_item_values  # as above

        return {
            "recurrence": BillingPeriod.ONCE,
            "hidden": False,
            **new_item_values(connection, scope.record_id, utc_now()),
        }

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        return add_item(unit, scope.record_id, values)

    title = f"Add an item for {one_line(scope.name, 40)}"
    draft = DraftOf("customers", scope.record_id, "add item")
    return Form(title, fields(0), write=write, load=load, draft=draft, verb="add", preview=preview)


def edit_form(row: Row) -> Form:
    """The form of an item that isn't paid."""
    key = row["id"]

    def load(connection: Connection) -> Values:
        from partnertui.db.basket_items import load_item  # as above

        return load_item(connection, key)

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        return edit_item(unit, key, values, seen)

    title = f"Edit {one_line(row['description'], 40)}"
    draft = DraftOf("basket_items", key, "edit")
    return Form(title, fields(key), write=write, load=load, draft=draft, preview=preview, saved="Saved.")
