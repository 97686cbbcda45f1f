"""Customer phone actions: *Add a phone*, and *Edit*, which also assigns it to a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.form import ask_form
from partnertui.screens.shared.customer_scope import with_customer

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.view_location import Scope


def add(context: ActionContext) -> None:
    """Adds a phone to the customer that the list is narrowed to, or to one that is asked for."""
    with_customer(context, lambda customer: _open_add(context.services, customer))


def _open_add(services: Services, customer: Scope) -> None:
    from partnertui.screens.customer_phones.form import add_form  # what the list itself doesn't need

    ask_form(services, add_form(customer), lambda found: services.open(Location("customer-phones", found)))


def edit(context: ActionContext) -> None:
    """Edits the phone under the cursor; the keyboard is on its user."""
    from partnertui.screens.customer_phones.form import edit_form  # as above

    ask_form(context.services, edit_form(context.row or {}), lambda found: context.refresh_rows())


ACTIONS = (
    Action("phones.edit", "Edit, assign to a user", edit, ("e",), "edit", rows="one", refuse=signed_in, group="Phone"),
    Action("phones.add", "Add a phone", add, ("a",), "add", refuse=signed_in, group="Phone"),
)
