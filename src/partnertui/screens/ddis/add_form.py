"""*Add DDIs*: the form that adds one number or a range to the customer in scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.customer_lookup import customer_country
from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.ddis import add_ddis
from partnertui.domain.countries import country_name
from partnertui.domain.ddis import Addition
from partnertui.domain.drafts import DraftOf
from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money
from partnertui.domain.number_ranges import NumberRange, read_range, require_country
from partnertui.domain.strict_e164 import country_code_of, country_of_code, plan_problem
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Country, Flag, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values
from partnertui.screens.shared.ddi_price_board import Numbers, chosen_price, price_field

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.view_location import Scope

TABS = NUMBERS, PRICE = ("Numbers", "Price")


def typed_range(values: Values) -> NumberRange:
    """The numbers that are typed. Raises DomainError with the field that is wrong."""
    country = values.get("country") or values.get("customer_country") or ""
    return read_range(str(values.get("numbers") or ""), str(values.get("last") or ""), country)


def _numbers(values: Values) -> Numbers | None:
    """The numbers and their country; None while they can't be read."""
    try:
        numbers = typed_range(values)
    except DomainError:
        return None
    return numbers, _country(numbers, values)


def _country(numbers: NumberRange, values: Values) -> str:
    return str(values.get("country") or "") or country_of_code(numbers.first)


def _problem(field: str, values: Values) -> str:
    """What is wrong with the numbers, if it is about this field."""
    try:
        numbers = typed_range(values)
        require_country(numbers, str(values.get("country") or ""))
    except DomainError as error:
        return f"{error} {error.advice}" if error.field == field else ""
    if field != "numbers" or not values.get("pattern_check"):
        return ""
    # Runs at every key, so it tries the ends alone; saving checks every number of the range.
    problem = plan_problem(numbers.first) or plan_problem(numbers.last)
    return f"{problem} Correct it, or turn the pattern check off." if problem else ""


def preview(values: Values) -> str:
    """How many numbers will be added, the first and the last one, and what one costs."""
    known = _numbers(values)
    if known is None:
        return ""
    price = chosen_price(values)
    fee = f" · {format_money(price.monthly_fee, price.currency)}/month" if price is not None else ""
    fee += " each" if fee and len(known[0]) > 1 else ""
    return f"{known[0].words()} · {country_name(known[1]) or 'unknown country'}{fee}"


FIELDS = (
    Field(
        "numbers",
        tab=NUMBERS,
        required=True,
        check=lambda value, values: _problem("numbers", values),
        help="One number, or a range: +49 30 23125-00 … -99, or +493023125[00-99].",
    ),
    Field(
        "last",
        tab=NUMBERS,
        title="Last number",
        width=24,
        check=lambda value, values: _problem("last", values),
        help="End of the range if not given above: in full, or just the last digits.",
    ),
    Field(
        "country",
        Country(),
        tab=NUMBERS,
        check=lambda value, values: _problem("country", values),
        help="Empty: taken from the country code. If set, the numbers must belong to it.",
    ),
    Field("area", tab=NUMBERS, width=30),
    Field(
        "pattern_check",
        Flag("check the numbering plan", "off for these numbers"),
        tab=NUMBERS,
        title="Pattern check",
        default=True,
        help="Turn off for numbers outside the country's numbering plan; E.164 is always checked.",
    ),
    Field(
        "pattern_reason",
        tab=NUMBERS,
        title="Reason",
        required=True,
        shown=lambda values: not values.get("pattern_check"),
        help="Why the pattern isn't checked; stored with the numbers.",
    ),
    Field("in_unlimited_plan", Flag(), tab=NUMBERS, title="In unlimited plan", default=False),
    Field("special_case", Flag(), tab=NUMBERS, default=False, help="Priced separately, so no price is required."),
    Field(
        "billing_starts_at",
        Time(seconds=False, ahead=True),
        tab=NUMBERS,
        title="Billed from",
        width=24,
        required=True,
        help="The numbers work immediately and are free of charge until then. For example today, monday or 2026-12-24.",
    ),
    price_field(_numbers, PRICE),
)


def add_form(scope: Scope) -> Form:
    """The form for a customer; its answer is how many numbers were added, and the ID of the first."""

    def load(connection: Connection) -> Values:
        country_code_of("44")  # imports phonenumbers: 90 ms, here instead of at a key press
        return {
            "pattern_check": True,
            "billing_starts_at": utc_now(),
            "customer_country": customer_country(connection, scope.record_id),
            "prices": ddi_prices(connection, scope.record_id),
        }

    def write(unit: UnitOfWork, values: Values, seen: Values) -> list[int]:
        numbers = typed_range(values)
        require_country(numbers, values.get("country") or "")
        price = chosen_price(values)
        addition = Addition(
            numbers,
            _country(numbers, values),
            values.get("area"),
            price.id if price is not None else None,
            bool(values.get("in_unlimited_plan")),
            bool(values.get("special_case")),
            values.get("billing_starts_at"),
            None if values.get("pattern_check") else values.get("pattern_reason"),
        )
        ids = add_ddis(unit, scope.record_id, addition)
        return [len(ids), min(ids)]

    draft = DraftOf("customers", scope.record_id, "add DDIs")
    title = f"Add DDIs for {one_line(scope.name)}"
    return Form(title, FIELDS, write=write, load=load, tabs=TABS, draft=draft, verb="add", preview=preview)
