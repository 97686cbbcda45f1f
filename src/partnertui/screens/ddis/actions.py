"""DDI actions: add, edit route and price, swap routes, change the state (reserve, free, take back)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.operators import STAFF
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Form, ask_form
from partnertui.screens.shared.csv_import.action import import_action
from partnertui.screens.shared.csv_import.import_kinds import ImportKind
from partnertui.screens.shared.customer_scope import with_customer

if TYPE_CHECKING:
    from partnertui.kit.declare.view_location import Scope


def _a_customers(context: ActionContext) -> str:
    has_customer = (context.row or {}).get("customer_id") is not None
    return signed_in(context) or (
        "" if has_customer else "this number isn't assigned to a customer; {key:ddis.add} adds it to one"
    )


def add(context: ActionContext) -> None:
    """Adds numbers to the customer that the list is narrowed to, or to one that is asked for."""
    with_customer(context, lambda customer: _open_add(context, customer))


def _open_add(context: ActionContext, scope: Scope) -> None:
    from partnertui.screens.ddis.add_form import add_form  # what the list itself doesn't need

    services = context.services

    def added(answer: list[int]) -> None:
        count, first = answer
        services.notify(f"Added to {one_line(scope.name)}: {count:,} number{'s' if count > 1 else ''}.", "good")
        if count == 1:
            services.open(Location("ddis", first))
        else:
            services.context().refresh_rows()

    ask_form(services, add_form(scope), added)


def edit(context: ActionContext) -> None:
    """Edits route and price of the number under the cursor."""
    from partnertui.screens.ddis.edit_form import edit_form  # as above

    ask_form(context.services, edit_form(context.row or {}), lambda found: context.refresh_rows())


def swap(context: ActionContext) -> None:
    """Swaps the route of the number under the cursor with another's."""
    from partnertui.screens.ddis.route_swap_form import swap_form  # as above

    _ask_and_tell(context, swap_form(context.row or {}))


def state(context: ActionContext) -> None:
    """Changes the state of the number under the cursor."""
    from partnertui.screens.ddis.edit_form import state_form  # as above

    days = context.services.settings.ddis.quarantine_days
    _ask_and_tell(context, state_form(context.row or {}, days))


def _ask_and_tell(context: ActionContext, form: Form) -> None:
    def done(answer: str) -> None:
        context.services.notify(answer, "good")
        context.refresh_rows()

    ask_form(context.services, form, done)


NUMBERS = ImportKind("numbers", "customers' DDIs", "partnertui.screens.ddis.numbers_import:numbers_importer")
ACTIONS = (
    Action("ddis.edit", "Edit route and price", edit, ("e",), "edit", rows="one", refuse=_a_customers, group="DDI"),
    Action("ddis.add", "Add a number or a range", add, ("a",), "add", refuse=signed_in, group="DDI"),
    import_action("ddis", NUMBERS, "Import numbers", "DDI"),
    Action(
        "ddis.swap",
        "Swap its route with that of another number",
        swap,
        ("tilde",),
        "swap",
        rows="one",
        refuse=_a_customers,
        group="DDI",
    ),
    Action(
        "ddis.state",
        "State: reserve, free up, or take back from the customer",
        state,
        ("upper_s", "S"),
        rows="one",
        refuse=signed_in,
        roles=STAFF,
        group="DDI",
    ),
)
