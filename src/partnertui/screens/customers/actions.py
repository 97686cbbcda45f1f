"""What can be done with customers: adding, editing, and going to what they have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from partnertui.kit.actions import Action
from partnertui.kit.clock import utc_now
from partnertui.kit.context import Here
from partnertui.kit.desk import Pin, Spot
from partnertui.kit.form import Form, Values, ask_form
from partnertui.kit.safe_text import one_line
from partnertui.screens.customers.form import FIELDS, TABS

if TYPE_CHECKING:
    from sqlalchemy import Connection


TRIAL = timedelta(days=30)
"""How long a new customer may try."""


def _signed_in(here: Here) -> str:
    return "" if here.operator is not None else "nobody is signed in yet: the database has not answered"


def _form(here: Here, title: str, customer_id: int | None) -> Form:
    def load(connection: Connection) -> Values:
        from partnertui.db.customers import load_customer, price_lists

        fresh = {"trial_ends_at": utc_now() + TRIAL}
        values = load_customer(connection, customer_id) if customer_id is not None else fresh
        return {**values, "known_lists": price_lists(connection)}

    def save(values: dict[str, Any]) -> int:
        from partnertui.db.customers import save_customer
        from partnertui.db.work import UnitOfWork

        assert here.operator is not None
        with UnitOfWork(here.desk.database, here.operator) as work:
            found = save_customer(work, customer_id, values)
            work.commit()
            return found

    return Form(title, FIELDS, save, load, tabs=TABS, saved="Saved.")


def add(here: Here) -> None:
    """Adds a customer and opens it."""
    ask_form(here.desk, _form(here, "Add a customer", None), lambda found: here.desk.open(Spot("customers", found)))


def edit(here: Here) -> None:
    """Edits the customer under the cursor."""
    row = here.row or {}
    title = f"Customer {row['id']}: {one_line(row['company'])}"
    ask_form(here.desk, _form(here, title, row["id"]), lambda found: here.view.refresh_rows())  # type: ignore[attr-defined]


def jump(screen: str) -> Callable[[Here], None]:
    """Goes to another screen, narrowed to the customer."""

    def go(here: Here) -> None:
        row = here.row or {}
        pin = Pin("customer_id", row["id"], f"Customer: {one_line(row['company'])}")
        here.desk.open(Spot(screen, pins=(pin,)))

    return go


ACTIONS = (
    Action("customers.edit", "Edit", edit, ("e",), "edit", rows="one", refuse=_signed_in, group="Customer"),
    Action("customers.add", "Add a customer", add, ("a",), "add", refuse=_signed_in, group="Customer"),
    Action("customers.calls", "Calls", jump("cdr"), ("d",), rows="one", group="Go to the customer's"),
    Action(
        "customers.phones", "SIP locations", jump("sip-locations"), ("l",), rows="one", group="Go to the customer's"
    ),
    Action("customers.tickets", "Tickets", jump("support"), ("t",), rows="one", group="Go to the customer's"),
    Action("customers.users", "Users", jump("users"), ("u",), rows="one", group="Go to the customer's"),
    Action("customers.ddis", "DDIs", jump("ddis"), ("b",), rows="one", group="Go to the customer's"),
)
