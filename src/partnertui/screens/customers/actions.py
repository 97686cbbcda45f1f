"""What can be done with customers: adding, editing, and going to what they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Form, Values, ask_form
from partnertui.screens.customers.form import FIELDS, TABS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.session import UnitOfWork


TRIAL = timedelta(days=30)
"""How long a new customer may try."""


def _signed_in(context: ActionContext) -> str:
    return "" if context.operator is not None else "no one is signed in yet: the database hasn't answered"


def _form(context: ActionContext, title: str, customer_id: int | None) -> Form:
    def load(connection: Connection) -> Values:
        from partnertui.db.customers import load_customer, price_lists

        fresh = {"trial_ends_at": utc_now() + TRIAL}
        values = load_customer(connection, customer_id) if customer_id is not None else fresh
        return {**values, "known_lists": price_lists(connection)}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.customers import add_customer, edit_customer

        return add_customer(unit, values) if customer_id is None else edit_customer(unit, customer_id, values, seen)

    draft = DraftOf("customers", customer_id or 0, "edit")
    return Form(title, FIELDS, write=write, load=load, tabs=TABS, saved="Saved.", draft=draft)


def add(context: ActionContext) -> None:
    """Adds a customer and opens it."""
    ask_form(
        context.services,
        _form(context, "Add a customer", None),
        lambda found: context.services.open(Location("customers", found)),
    )


def edit(context: ActionContext) -> None:
    """Edits the customer under the cursor."""
    row = context.row or {}
    title = f"Customer {row['id']}: {one_line(row['company'])}"
    ask_form(context.services, _form(context, title, row["id"]), lambda found: context.refresh_rows())


FAILED = "result:rejected,congestion,failed"


def jump(screen: str, query: str | None = None) -> Callable[[ActionContext], None]:
    """Goes to another screen, narrowed to the customer."""

    def go(context: ActionContext) -> None:
        context.services.open(Location(screen, fixed_filters=(_of_customer(context),), query=query))

    return go


def _of_customer(context: ActionContext) -> FixedFilter:
    row = context.row or {}
    return FixedFilter("customer_id", row["id"], f"Customer: {one_line(row['company'])}")


def lists(context: ActionContext) -> None:
    """Every list that has rows of the customer, by its key."""
    from partnertui.kit.widgets.picker import Item, Picker  # no other key of the list needs it

    services, role = context.services, context.operator.role if context.operator is not None else None
    narrowed = (_of_customer(context),)
    items = [
        Item(
            Location(listed.id, fixed_filters=narrowed),
            listed.entry.title,
            listed.entry.about,
            key_label(listed.entry.key),
        )
        for listed in services.catalog.visible(role).values()
        if listed.id != "customers" and services.catalog.page(listed.id).scope == "customer_id"
    ]
    heading = f"Lists of {one_line((context.row or {})['company'], 40)}: press a key"
    services.show_dialog(Picker(services, heading, items, by_key=True), services.open)


def _to(verb: str, title: str, screen: str, *keys: str) -> Action:
    return Action(f"customers.{verb}", title, jump(screen), keys, rows="one", group="Go to the customer's")


ACTIONS = (
    Action("customers.edit", "Edit", edit, ("e",), "edit", rows="one", refuse=_signed_in, group="Customer"),
    Action("customers.add", "Add a customer", add, ("a",), "add", refuse=_signed_in, group="Customer"),
    Action("customers.calls", "Calls", jump("cdr"), ("d",), rows="one", group="Go to the customer's"),
    Action(
        "customers.phones", "SIP locations", jump("sip-locations"), ("l",), rows="one", group="Go to the customer's"
    ),
    Action("customers.tickets", "Tickets", jump("support"), ("number_sign",), rows="one", group="Go to the customer's"),
    _to("payments", "Payments", "payments", "dollar_sign"),
    _to("statements", "Statements", "statements", "percent_sign"),
    _to("basket", "Basket", "basket", "plus"),
    _to("live", "Live calls", "live", "asterisk"),
    _to("devices", "Customer phones", "customer-phones", "upper_h", "H"),
    Action(
        "customers.failed-calls",
        "Failed calls",
        jump("cdr", FAILED),
        ("upper_x", "X"),
        rows="one",
        group="Go to the customer's",
    ),
    Action(
        "customers.lists",
        "All lists of the customer",
        lists,
        ("z",),
        rows="one",
        group="Go to the customer's",
        about="then the screen's own key, as after g",
    ),
    Action("customers.users", "Users", jump("users"), ("u",), rows="one", group="Go to the customer's"),
    Action("customers.ddis", "DDIs", jump("ddis"), ("b",), rows="one", group="Go to the customer's"),
)
