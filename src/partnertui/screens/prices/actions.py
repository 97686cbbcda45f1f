"""Actions that add, edit and delete prices of a price list, and the fields of their form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import PriceList, Product
from partnertui.domain.operators import STAFF
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.domain.price_lists import USED_BY, read_prefix
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Country, Date, Flag, Integer, Money
from partnertui.kit.views.form import Field, Option, Values
from partnertui.screens.prices.rate_again import RATE_AGAIN
from partnertui.screens.shared.csv_import.action import import_action
from partnertui.screens.shared.csv_import.import_kinds import ImportKind
from partnertui.screens.shared.settings_list_actions import EditedList

if TYPE_CHECKING:
    from sqlalchemy import Connection


def price_lists(connection: Connection) -> Sequence[Option]:
    """Price lists to choose from."""
    from partnertui.db.models import PriceList  # the mapped models, as below

    rows = select(PriceList.id, PriceList.name, PriceList.kind, PriceList.currency).order_by(PriceList.name)
    return [Option(row.id, f"{row.name} ({row.currency})", row.kind.value) for row in connection.execute(rows)]


def products(connection: Connection) -> Sequence[Option]:
    """Products to choose from."""

    rows = select(Product.id, Product.name, Product.code).order_by(Product.name)
    return [Option(row.id, row.name, row.code) for row in connection.execute(rows)]


def known_lists(connection: Connection) -> Values:
    """Kind and currency of each price list, which decide about the other fields."""

    rows = connection.execute(select(PriceList.id, PriceList.kind, PriceList.currency))
    return {"known_lists": {row.id: (PriceListKind(row.kind), row.currency) for row in rows}}


def _list(values: Values) -> tuple[PriceListKind, str]:
    found: tuple[PriceListKind, str] = (values.get("known_lists") or {}).get(
        values.get("price_list_id"), (PriceListKind.CALLS, "")
    )
    return found


def used(name: str) -> Callable[[Values], bool]:
    """Whether the chosen list's prices have this column."""
    return lambda values: name in USED_BY[_list(values)[0]]


def _is_calls(values: Values) -> bool:
    return _list(values)[0] == PriceListKind.CALLS


def _currency(values: Values) -> str:
    return _list(values)[1]


def _amount(name: str, title: str = "", help: str = "", *, is_required: bool = False) -> Field:
    required = _is_calls if is_required else False
    kind = Money(exact=name in ("per_minute", "per_call"))
    return Field(name, kind, title=title, width=16, unit=_currency, shown=used(name), help=help, required=required)


def _of_this_list(context: ActionContext) -> Values:
    """The list that the prices are narrowed to, else that of the price under the cursor."""
    location = context.services.location()
    fixed = location.fixed_filters if location is not None else ()
    narrowed = next((one.value for one in fixed if one.field == "price_list_id"), None)
    return {"price_list_id": narrowed or (context.row or {}).get("price_list_id")}


FIELDS = (
    Field("price_list_id", title="Price list", required=True, load_choices=price_lists),
    Field("name", required=True, help="As shown on invoices, such as Germany mobile."),
    Field(
        "prefix",
        width=18,
        required=_is_calls,
        shown=used("prefix"),
        parse=lambda typed, values: read_prefix(typed.strip()),
        help="Digits only, beginning with the country code: 4930. The longest matching prefix is used.",
    ),
    Field("country", Country(), shown=used("country")),
    Field("product_id", title="Product", required=True, shown=used("product_id"), load_choices=products),
    _amount("per_minute", is_required=True),
    _amount("per_call", "Connection fee", "Charged once per answered call."),
    _amount("minimum_charge", "Minimum charge", "The lowest charge for an answered call."),
    _amount("setup_fee", "Set-up"),
    _amount("monthly_fee", "Monthly"),
    Field(
        "first_seconds",
        Integer(minimum=1),
        title="First increment",
        width=8,
        default=60,
        unit="s",
        required=True,
        shown=used("first_seconds"),
        help="Seconds always billed in full at the start of a call.",
    ),
    Field(
        "step_seconds",
        Integer(minimum=1),
        title="Further increments",
        width=8,
        default=1,
        unit="s",
        required=True,
        shown=used("step_seconds"),
    ),
    Field("unlimited", Flag(), title="In unlimited plan", default=False, shown=used("unlimited")),
    Field(
        "valid_from",
        Date(),
        title="First day",
        width=12,
        shown=used("valid_from"),
        help="Empty: from the start. In the customer's time zone; the price on the day of the call applies.",
    ),
    Field("valid_to", Date(), title="Last day", width=12, shown=used("valid_to"), help="Empty: no end date."),
)
RATES = ImportKind(
    "rates",
    "prices for calls or DDIs, into a price list",
    "partnertui.screens.prices.chosen_list_import:rates_importer",
    has_amounts=True,
)
ACTIONS = (
    *EditedList(
        "prices",
        "price",
        "PRICES",
        FIELDS,
        lambda row: f"{row['name']}, {row['price_list']}",
        load=known_lists,
        start=_of_this_list,
    ).actions(),
    RATE_AGAIN,
    import_action("prices", RATES, "Import rates", "Price", STAFF),
)
