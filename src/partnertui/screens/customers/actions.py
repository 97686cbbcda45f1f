"""Customer actions: add, edit, and go to the customer's calls, numbers, users, tickets and other lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.domain.customer_and_user_enums import TRIAL_LENGTH
from partnertui.domain.drafts import DraftOf
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Form, Values, ask_form
from partnertui.screens.customers.billing_tour_and_xmpp_actions import CHECK_BILLING, RESET_TOUR, XMPP_STATUS
from partnertui.screens.customers.form import FIELDS, TABS, effects
from partnertui.screens.shared.adjust_credit import adjust_action
from partnertui.screens.shared.csv_import.action import import_action
from partnertui.screens.shared.csv_import.import_kinds import ImportKind
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.shared.vat_check import CHECK_VAT, ask_vies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork


def _form(context: ActionContext, title: str, customer_id: int | None) -> Form:
    def load(connection: Connection) -> Values:
        from partnertui.db.customers import load_customer, price_lists

        fresh = {"trial_ends_at": utc_now() + TRIAL_LENGTH}
        values = load_customer(connection, customer_id) if customer_id is not None else fresh
        return {**values, "known_lists": price_lists(connection)}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.customers import add_customer, edit_customer

        return add_customer(unit, values) if customer_id is None else edit_customer(unit, customer_id, values, seen)

    draft = DraftOf("customers", customer_id or 0, "edit")
    return Form(title, FIELDS, write=write, load=load, tabs=TABS, saved="Saved.", draft=draft, preview=effects)


def add(context: ActionContext) -> None:
    """Adds a customer and opens it."""
    ask_form(
        context.services,
        _form(context, "Add a customer", None),
        lambda found: _added(context, found),
    )


def _added(context: ActionContext, customer_id: int) -> None:
    context.services.open(Location("customers", customer_id))
    ask_vies(context, customer_id, unless_asked=True)


def _edited(context: ActionContext, customer_id: int) -> None:
    context.refresh_rows()
    ask_vies(context, customer_id, unless_asked=True)


def edit(context: ActionContext) -> None:
    """Edits the customer under the cursor."""
    row = context.row or {}
    title = f"Customer {row['id']}: {one_line(row['company'])}"
    ask_form(context.services, _form(context, title, row["id"]), lambda found: _edited(context, found))


LISTS: dict[str, tuple[str, str | None]] = {
    "customers.calls": ("cdr", None),
    "customers.phones": ("sip-locations", None),
    "customers.tickets": ("support", None),
    "customers.payments": ("payments", None),
    "customers.statements": ("statements", None),
    "customers.transactions": ("transactions", None),
    "customers.basket": ("basket", None),
    "customers.live": ("live", None),
    "customers.devices": ("customer-phones", None),
    "customers.failed-calls": ("cdr", "result:rejected,congestion,failed"),
    "customers.users": ("users", None),
    "customers.ddis": ("ddis", None),
}
"""The screen of each list of the customer, by the action that leads there, and the filter it starts with."""


def jump(screen: str, query: str | None = None) -> Callable[[ActionContext], None]:
    """Goes to another screen, narrowed to the customer."""

    def go(context: ActionContext) -> None:
        context.services.open(Location(screen, fixed_filters=(_of_customer(context),), query=query))

    return go


def _of_customer(context: ActionContext) -> FixedFilter:
    row = context.row or {}
    return customer_filter(row["id"], row["company"])


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
    heading = f"{one_line((context.row or {})['company'], 40)}'s lists: press a key"
    services.show_dialog(Picker(services, heading, items, by_key=True), services.open)


def _to(verb: str, title: str, *keys: str) -> Action:
    go = jump(*LISTS[f"customers.{verb}"])
    return Action(f"customers.{verb}", title, go, keys, rows="one", group="Customer's lists")


CUSTOMERS = ImportKind(
    "customers",
    "customers, with the same fields as the form that adds one",
    "partnertui.screens.customers.customers_import:customers_importer",
)
ACTIONS = (
    Action("customers.edit", "Edit", edit, ("e",), "edit", rows="one", refuse=signed_in, group="Customer"),
    Action("customers.add", "Add a customer", add, ("a",), "add", refuse=signed_in, group="Customer"),
    import_action("customers", CUSTOMERS, "Import customers", "Customer"),
    adjust_action("customers", "Customer"),
    CHECK_BILLING,
    CHECK_VAT,
    RESET_TOUR,
    XMPP_STATUS,
    _to("calls", "Calls", "d"),
    _to("phones", "SIP locations", "l"),
    _to("tickets", "Tickets", "number_sign"),
    _to("payments", "Payments", "dollar_sign"),
    _to("statements", "Statements", "percent_sign"),
    _to("transactions", "Transactions", "ampersand"),
    _to("basket", "Basket", "plus"),
    _to("live", "Live calls", "asterisk"),
    _to("devices", "Customer phones", "upper_h", "H"),
    _to("failed-calls", "Failed calls", "upper_x", "X"),
    Action(
        "customers.lists",
        "All the customer's lists",
        lists,
        ("z",),
        rows="one",
        group="Customer's lists",
        about="then press a screen's key, just as you do after pressing g",
    ),
    _to("users", "Users", "u"),
    _to("ddis", "DDIs", "b"),
)
