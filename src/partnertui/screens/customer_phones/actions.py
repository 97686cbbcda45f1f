"""What can be done with customers' phones: add, edit, assign to a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.location import Location, Scope
from partnertui.kit.views.form import ask_form
from partnertui.screens.shared.customer_scope import pick_customer

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services


def _signed_in(context: ActionContext) -> str:
    return "" if context.operator is not None else "no one is signed in yet: the database hasn't answered"


def _customer(context: ActionContext) -> Scope | None:
    """The customer whose phones are listed: of the scope, or of the list that one came by."""
    location = context.services.location()
    narrowed = location.fixed_filters if location is not None else ()
    of_list = next((one for one in narrowed if one.field == "customer_id"), None)
    if of_list is None or not isinstance(of_list.value, int):
        return context.scope
    return Scope(of_list.value, of_list.label.removeprefix("Customer: "))


def add(context: ActionContext) -> None:
    """Adds a phone to the customer in scope; asks for one where none is set."""
    services, customer = context.services, _customer(context)

    def scoped(scope: Scope) -> None:
        services.set_scope(scope)
        _open_add(services, scope)

    if customer is not None:
        _open_add(services, customer)
    else:
        services.notify("Phones are added to a customer: choose it first.", "info")
        pick_customer(services, scoped)


def _open_add(services: Services, customer: Scope) -> None:
    from partnertui.screens.customer_phones.form import add_form  # what the list itself doesn't need

    ask_form(services, add_form(customer), lambda found: services.open(Location("customer-phones", found)))


def edit(context: ActionContext) -> None:
    """Edits the phone under the cursor; the keyboard is on its user."""
    from partnertui.screens.customer_phones.form import edit_form  # as above

    ask_form(context.services, edit_form(context.row or {}), lambda found: context.refresh_rows())


ACTIONS = (
    Action("phones.edit", "Edit, assign to a user", edit, ("e",), "edit", rows="one", refuse=_signed_in, group="Phone"),
    Action("phones.add", "Add a phone", add, ("a",), "add", refuse=_signed_in, group="Phone"),
)
