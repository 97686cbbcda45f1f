"""The form that edits a number order: its numbers, their planned routes and prices, documents, acting party."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.pending_ddis import name_numbers, plan_numbers
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange, read_range, require_country
from partnertui.domain.pending_ddis import ENDED, PLANNED
from partnertui.domain.strict_e164 import country_code_of
from partnertui.kit.declare.kinds import Row
from partnertui.kit.views.form import Field, Form, Values
from partnertui.screens.pending_ddi.number_choice_board import (
    chosen_field,
    chosen_parts,
    planned_changes,
    read_parts,
    seen_versions,
)
from partnertui.screens.pending_ddi.step_forms import ACTION, AGREED, DOCUMENTS, PARTY
from partnertui.screens.shared.ddi_price_board import SLOT, Numbers, chosen_price, price_field
from partnertui.screens.shared.route_fields import route_fields, route_of, route_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import RowDict
    from partnertui.db.unit_of_work import UnitOfWork

TABS = NUMBERS, ROUTE, PRICE = ("Numbers", "Route", "Price")


def edit_form(row: Row) -> Form:
    """The form for the numbers of an order, or for naming them."""
    return _plan_form(row) if row["numbers"] else _name_form(row)


def _name_form(row: Row) -> Form:
    def typed(values: Values) -> NumberRange:
        numbers = read_range(str(values.get("numbers") or ""), country=row["country"])
        require_country(numbers, row["country"])
        return numbers

    def check(value: str, values: Values) -> str:
        try:
            typed(values)
        except DomainError as error:
            return f"{error} {error.advice}"
        return ""

    def preview(values: Values) -> str:
        try:
            return f"{typed(values).words()}; ordered: {row['quantity']}"
        except DomainError:
            return ""

    def load(connection: Connection) -> Values:
        country_code_of("44")  # imports phonenumbers: 90 ms, here instead of at a key press
        return {}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        return name_numbers(unit, row["id"], row["version"], typed(values))

    field = Field(
        "numbers",
        required=True,
        check=check,
        help="One number, or a range: +49 30 23125-00 … -99, or +493023125[00-99].",
    )
    return Form(f"Numbers in {row['order_number']}", (field,), write=write, load=load, preview=preview)


def _plan_form(row: Row) -> Form:
    def load(connection: Connection) -> Values:
        found = read_parts(connection, row["id"], lambda part: part["state"] not in ENDED)
        first = next(iter(found["parts"]), None)
        return {**found, "prices": ddi_prices(connection, row["customer_id"]), **(_of_part(first) if first else {})}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        return plan_numbers(unit, row["id"], seen_versions(values), _changed(values, seen))

    fields = (
        *(replace(field, tab=NUMBERS) for field in (DOCUMENTS, PARTY, ACTION, AGREED)),
        chosen_field("Change", NUMBERS),
        *route_fields(row["customer_id"], ROUTE),
        price_field(_numbers_of(row), PRICE),
    )
    return Form(f"Edit {row['order_number']}", fields, write=write, load=load, tabs=TABS)


def _of_part(part: Row) -> RowDict:
    price = part["price_list_entry_id"]
    return {
        **{name: part[name] for name in (*PLANNED, "agreed_at")},
        **route_values(part),
        "price": {SLOT: (price,)} if price is not None else {},
    }


def _changed(values: Values, seen: Values) -> RowDict:
    """What the agent changed, which all chosen numbers get; the rest stays as it is on each."""
    found = planned_changes(values, seen)
    if values.get("agreed_at") != seen.get("agreed_at"):
        found["agreed_at"] = values["agreed_at"]
    if any(values.get(name) != seen.get(name) for name in values if name.startswith(("route_", "target_"))):
        found |= route_of(values)
    price = chosen_price(values)
    if price is not None and values.get("price") != seen.get("price"):
        found["price_list_entry_id"] = price.id
    return found


def _numbers_of(row: Row) -> Callable[[Values], Numbers | None]:
    def numbers(values: Values) -> Numbers | None:
        parts = chosen_parts(values)
        ends = sorted((part["number"] for part in parts), key=int)
        return (NumberRange(ends[0], ends[-1]), row["country"]) if ends else None

    return numbers
