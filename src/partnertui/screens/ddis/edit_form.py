"""The form that edits a number: route, price, billing start; and the form for its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.ddis import change_state, edit_ddi, load_ddi
from partnertui.domain.ddis import NEXT_STATES
from partnertui.domain.drafts import DraftOf
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.pbx_enums import DdiState
from partnertui.kit.declare.kinds import Choice, Flag, Number, Row, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Option, Values
from partnertui.screens.shared.ddi_price_board import SLOT, chosen_price, price_field
from partnertui.screens.shared.route_fields import route_fields, route_of, route_values

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork

TABS = ROUTE, PRICE = ("Route", "Price")
PLAIN = ("area", "in_unlimited_plan", "special_case", "billing_starts_at")


def edit_form(row: Row) -> Form:
    """The form for a customer's number."""
    ddi_id, number = row["id"], row["number"]

    def load(connection: Connection) -> Values:
        found = load_ddi(connection, ddi_id)
        price = found["price_list_entry_id"]
        return {
            **found,
            **route_values(found),
            "prices": ddi_prices(connection, found["customer_id"]),
            "price": {SLOT: (price,)} if price is not None else {},
        }

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        price = chosen_price(values)
        wanted = {name: values[name] for name in PLAIN} | route_of(values)
        # a price of a list that is no longer offered stays, unless another one is chosen
        kept = seen["price_list_entry_id"] if values["price"] == seen["price"] else None
        wanted["price_list_entry_id"] = price.id if price is not None else kept
        return edit_ddi(unit, ddi_id, wanted, seen)

    numbers = (NumberRange(number, number), row["country"])
    fields = (
        *route_fields(row["customer_id"], ROUTE),
        Field("area", tab=ROUTE, width=30),
        Field("in_unlimited_plan", Flag(), tab=ROUTE, title="In unlimited plan"),
        Field("special_case", Flag(), tab=ROUTE, help="Priced separately, so no price is required."),
        Field(
            "billing_starts_at",
            Time(seconds=False, ahead=True),
            tab=ROUTE,
            title="Billed from",
            width=24,
            help="The number works immediately and is free of charge until then.",
        ),
        price_field(lambda values: numbers, PRICE, proposes=False),
    )
    title = f"DDI {Number().long_text(number)}"
    draft = DraftOf("ddis", ddi_id, "edit")
    return Form(title, fields, write=write, load=load, tabs=TABS, saved="Saved.", draft=draft)


def state_form(row: Row, quarantine_days: float) -> Form:
    """The form for the state of a number."""
    options = tuple(Option(state, state.value) for state in NEXT_STATES[row["state"]])
    number = Number().long_text(row["number"])

    def preview(values: Values) -> str:
        if values.get("state") != DdiState.QUARANTINED:
            return ""
        customer = one_line(row["customer"])
        days = f"{quarantine_days:g} day{'' if quarantine_days == 1 else 's'}"
        return f"Quarantined for {days}; removes the customer ({customer}), route and price."

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        state = change_state(unit, row["id"], row["version"], values["state"], quarantine_days)
        return f"{number} is now {state}."

    field = Field(
        "state",
        Choice(DdiState),
        choices=options,
        required=True,
        help=f"Currently {row['state']}; choose the new state.",
    )
    return Form(
        f"Change the state of {number}",
        (field,),
        write=write,
        verb="change",
        preview=preview,
        values={"state": options[0].value},
    )
