"""Actions that add, edit and delete price lists, and the fields of their form."""

from __future__ import annotations

from partnertui.domain.operators import STAFF
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.kit.declare.kinds import Choice, Flag
from partnertui.kit.views.form import Field
from partnertui.screens.prices.actions import RATES
from partnertui.screens.shared.csv_import.action import import_action
from partnertui.screens.shared.currency_options import CURRENCY_OPTIONS
from partnertui.screens.shared.settings_list_actions import EditedList

FIELDS = (
    Field("name", required=True),
    Field(
        "kind",
        Choice(PriceListKind),
        title="Type",
        required=True,
        default=PriceListKind.CALLS,
        help="What the prices in the list are for.",
    ),
    Field(
        "currency",
        required=True,
        default="EUR",
        choices=CURRENCY_OPTIONS,
        help="The currency of every price in the list.",
    ),
    Field("enabled", Flag(), default=True, help="Only enabled lists are offered to customers."),
)
ACTIONS = (
    *EditedList("price-lists", "price list", "PRICE_LISTS", FIELDS, lambda row: row["name"]).actions(),
    import_action("price-lists", RATES, "Import rates", "Price list", STAFF),
)
