"""The customer scope: limits every screen to one customer; with the actions that set and clear it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.view_location import FixedFilter, Location, Scope
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from partnertui.errors import UserError
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.widgets.picker import Item

UNSCOPED_LABEL = "all customers"
CUSTOMER_LABEL = "Customer: "
"""What a list says that a jump narrowed to a customer, before the name."""


def scope_of_row(screen: str, row: Row | None) -> Scope | None:
    """The customer of a row: the row itself on the Customers screen, else whom it belongs to."""
    row = row or {}
    is_customer = screen == "customers"
    customer = row.get("id") if is_customer else row.get("customer_id")
    name = row.get("company") if is_customer else row.get("customer")
    if customer is None:
        return None
    return Scope(customer, one_line(str(name or customer)), str(row.get("country") or "") if is_customer else "")


def pick_customer(services: Services, then: Callable[[Scope], None]) -> None:
    """Asks for a customer; if two match, both are shown: it never guesses."""
    from partnertui.db.customer_lookup import customers_like  # the mapped models, which the first frame doesn't need
    from partnertui.kit.widgets.picker import Item, Picker  # as above

    def search(typed: str, show: Callable[[Sequence[Item[Scope]]], None]) -> None:
        def work(connection: Connection) -> list[Item[Scope]]:
            text = re.sub(r"\s+", " ", typed).strip()
            found = customers_like(
                connection, text, operator=services.operator, country=services.settings.default_country
            )
            return [
                Item(Scope(row.id, row.company, row.country), row.company, f"{row.id}  {row.status}  {row.email or ''}")
                for row in found
            ]

        services.read(picker, "search", work, show)

    picker = Picker(services, "Customer", search=search, hint="name, ID, e-mail, phone or DDI")
    services.show_dialog(picker, then)


def customer_filter(customer_id: int, name: str) -> FixedFilter:
    """What narrows a list to a customer."""
    return FixedFilter("customer_id", customer_id, f"{CUSTOMER_LABEL}{one_line(name)}")


def customer_of_list(context: ActionContext) -> Scope | None:
    """The one customer whose rows the list shows: whom a jump narrowed it to, else the scope's; None for all."""
    location = context.services.location()
    fixed = location.fixed_filters if location is not None else ()
    customer = next((one for one in fixed if one.field == "customer_id"), None)
    if customer is not None:
        return Scope(customer.value, customer.label.removeprefix(CUSTOMER_LABEL))
    return context.scope


def with_customer(context: ActionContext, then: Callable[[Scope], None]) -> None:
    """Calls back with the customer that the list is narrowed to; else asks for one, which becomes the scope."""

    def chosen(scope: Scope) -> None:
        context.services.set_scope(scope)
        then(scope)

    customer = customer_of_list(context)
    if customer is not None:
        then(customer)
    else:
        pick_customer(context.services, chosen)


def _narrow(context: ActionContext) -> None:
    scope = scope_of_row(context.screen, context.row)
    if scope is None:
        _choose(context)
        return
    if scope.country:
        context.services.set_scope(scope)
    else:
        _read_country(context.services, scope)


def _read_country(services: Services, scope: Scope) -> None:
    """Numbers are typed as in the customer's country, which most lists don't have: it is read before the scope is set.

    Afterwards would read every list a second time, with its cursor at the top again.
    """
    from partnertui.db.customer_lookup import customer_country  # as above

    def done(country: str) -> None:
        services.set_scope(replace(scope, country=country))

    def failed(error: UserError) -> None:
        """Numbers are read as in the default country, and the lists say themselves that they can't be read."""
        services.set_scope(scope)

    services.read(
        SCOPE_ACTIONS,
        "country",
        lambda connection: customer_country(connection, scope.record_id),
        done,
        failed,
        opens=True,
    )


def _choose(context: ActionContext) -> None:
    pick_customer(context.services, context.services.set_scope)


def _has_fixed_filter(context: ActionContext) -> bool:
    location = context.services.location()
    return location is not None and bool(location.fixed_filters)


def _not_scoped(context: ActionContext) -> str:
    return "" if context.scope is not None or _has_fixed_filter(context) else "all customers are already shown"


def _clear(context: ActionContext) -> None:
    if _has_fixed_filter(context):
        context.services.open(Location(context.screen))
    context.services.set_scope(None)


SCOPE_ACTIONS = (
    Action(
        "scope.narrow",
        "Show only this customer",
        _narrow,
        ("c",),
        "customer",
        reads_row=True,
        group="Customer",
        menu=True,
    ),
    Action("scope.choose", "Choose the customer to show", _choose, ("ctrl+k",), group="Customer"),
    Action("scope.clear-scope", "Show all customers", _clear, ("upper_c", "C"), refuse=_not_scoped, group="Customer"),
)
