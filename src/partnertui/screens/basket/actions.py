"""Basket actions: add, edit and delete an item, and take a payment for chosen items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.basket_item_rules import change_refusal
from partnertui.domain.billing_enums import BillingPeriod
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import ask_form
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.screens.shared.customer_scope import with_customer
from partnertui.screens.shared.payment_form import pay_action

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.view_location import Scope


def _changeable(context: ActionContext) -> str:
    row = context.row or {}
    return signed_in(context) or change_refusal(str(row.get("state")), row.get("payment"))


def add(context: ActionContext) -> None:
    """Adds an item to the basket of the customer that the list is narrowed to, or of one that is asked for."""

    def opened(customer: Scope) -> None:
        from partnertui.screens.basket.item_form import add_form  # what the list itself doesn't need

        def added(key: int) -> None:
            context.services.notify(f"Added to {one_line(customer.name, 40)}'s basket.", "good")
            context.services.context().refresh_rows()

        ask_form(context.services, add_form(customer), added)

    with_customer(context, opened)


def edit(context: ActionContext) -> None:
    """Edits the item under the cursor."""
    from partnertui.screens.basket.item_form import edit_form  # as above

    ask_form(context.services, edit_form(context.row or {}), lambda key: context.refresh_rows())


def remove(context: ActionContext) -> None:
    """Deletes the item under the cursor, after asking."""
    from partnertui.kit.widgets.text_dialogs import Confirm

    row, services = context.row or {}, context.services
    name = one_line(row["description"], 60)

    def delete(yes: bool) -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.basket_items import delete_item

            delete_item(unit, row["id"], row["version"])

        run_unit_of_work(context, f"delete {name}", work, f"Deleted {name}.")

    recurs = (
        ""
        if row["recurrence"] == BillingPeriod.ONCE
        else f" It recurs {row['recurrence']}; once deleted, no further items will be added."
    )
    customer = one_line(str(row["customer"] or ""), 40).rstrip(".")  # “sp. z o.o.” ends the sentence itself
    text = f"{Money().text(row['price'], row)} excluding tax, for {customer}.{recurs} "
    text += "Its history is kept; the deletion can't be undone."
    services.show_dialog(Confirm(services, f"Delete {name} from the basket?", text, "delete it"), delete)


ITEM_ACTIONS = (
    Action("basket.add", "Add an item", add, ("a",), "add", refuse=signed_in, group="Item"),
    pay_action("basket", "pay", ("right_parenthesis",), "payment"),
    Action(
        "basket.edit",
        "Edit",
        edit,
        ("e",),
        "edit",
        rows="one",
        refuse=_changeable,
        group="Item",
        about="as long as it is neither paid nor attached to a payment",
    ),
    Action(
        "basket.remove",
        "Delete",
        remove,
        ("delete",),
        "delete",
        rows="one",
        refuse=_changeable,
        group="Item",
        about="as long as it is neither paid nor attached to a payment",
    ),
)
