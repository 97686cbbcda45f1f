"""The drag board in a form that chooses a number's price from the DDI price list; proposes the longest prefix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from partnertui.domain.ddi_price_match import DdiPrice, best_price, fits_all
from partnertui.domain.money import format_money
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.views.form import Field, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from partnertui.domain.number_ranges import NumberRange

SLOT = "price"
Numbers = tuple["NumberRange", str]
"""The numbers that need a price, and their country."""


def price_field(numbers_of: Callable[[Values], Numbers | None], tab: str, *, proposes: bool = True) -> Field:
    """The field; the form has read `prices`, and `numbers_of` gives its numbers, None while they are unknown.

    proposes: whether the longest prefix is put into the slot until the agent chooses. The field's value is
    {"price": (ID,)}; `chosen_price` reads it.
    """

    def board(values: Values) -> Board:
        known, prices = numbers_of(values), _prices(values)
        if known is not None:  # what fits comes first
            prices = sorted(prices, key=lambda price: (not fits_all(price, *known), -len(price.prefix)))
        items = tuple(Item(price.id, price.name, _detail(price)) for price in prices)
        slot = Slot(SLOT, "Price of these numbers", lambda item: _refusal(item.id, values, known), hint="none yet")
        return Board(
            items, (slot,), items_title="DDI price list, monthly", slots_title="Price", none="no price in this currency"
        )

    def suggest(values: Values) -> object:
        known = numbers_of(values)
        best = best_price(_prices(values), *known) if known is not None else None
        return {SLOT: (best.id,)} if best is not None else {}

    def check(value: Mapping[str, tuple[Hashable, ...]], values: Values) -> str:
        known = numbers_of(values)
        return next((_refusal(found, values, known) for found in value.get(SLOT, ())), "") if known is not None else ""

    def required(values: Values) -> bool:
        known = numbers_of(values) is not None  # of numbers that can't be read, that alone is said
        return known and bool(_prices(values)) and not values.get("special_case")

    return Field(
        "price",
        tab=tab,
        board=board,
        suggest=suggest if proposes else None,
        check=check,
        rows=14,
        required=required,
        help="Matching prices are at the top, longest prefix first.",
    )


def chosen_price(values: Values) -> DdiPrice | None:
    """The price in the slot."""
    found = (values.get("price") or {}).get(SLOT, ())
    return next((price for price in _prices(values) if price.id in found), None)


def _prices(values: Values) -> list[DdiPrice]:
    return list(values.get("prices") or ())


def _refusal(price_id: Hashable, values: Values, known: Numbers | None) -> str:
    price = next((price for price in _prices(values) if price.id == price_id), None)
    if price is None or known is None or fits_all(price, *known):
        return ""
    what = f"numbers that begin with +{price.prefix}" if price.prefix else f"numbers in {price.country}"
    return f"{price.name} is for {what}; these begin with +{known[0].first[:5]}."


def _detail(price: DdiPrice) -> str:
    prefix = f"+{price.prefix}  " if price.prefix else ""
    return f"{prefix}{format_money(price.monthly_fee, price.currency)}"
