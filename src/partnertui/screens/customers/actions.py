"""What can be done with customers: adding, editing, and going to what they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
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


def jump(screen: str) -> Callable[[ActionContext], None]:
    """Goes to another screen, narrowed to the customer."""

    def go(context: ActionContext) -> None:
        row = context.row or {}
        fixed_filter = FixedFilter("customer_id", row["id"], f"Customer: {one_line(row['company'])}")
        context.services.open(Location(screen, fixed_filters=(fixed_filter,)))

    return go


ACTIONS = (
    Action("customers.edit", "Edit", edit, ("e",), "edit", rows="one", refuse=_signed_in, group="Customer"),
    Action("customers.add", "Add a customer", add, ("a",), "add", refuse=_signed_in, group="Customer"),
    Action("customers.calls", "Calls", jump("cdr"), ("d",), rows="one", group="Go to the customer's"),
    Action(
        "customers.phones", "SIP locations", jump("sip-locations"), ("l",), rows="one", group="Go to the customer's"
    ),
    Action("customers.tickets", "Tickets", jump("support"), ("number_sign",), rows="one", group="Go to the customer's"),
    Action("customers.users", "Users", jump("users"), ("u",), rows="one", group="Go to the customer's"),
    Action("customers.ddis", "DDIs", jump("ddis"), ("b",), rows="one", group="Go to the customer's"),
)
