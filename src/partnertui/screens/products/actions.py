"""Actions that add, edit and delete products, and the fields of their form."""

from __future__ import annotations

from partnertui.domain.billing_enums import BillingPeriod, ItemType
from partnertui.kit.declare.kinds import Choice, Flag, Money
from partnertui.kit.views.form import Field
from partnertui.screens.shared.currency_options import CURRENCY_OPTIONS
from partnertui.screens.shared.settings_list_actions import EditedList

FIELDS = (
    Field("name", required=True),
    Field("code", width=24, required=True, help="A unique code for other programs, such as USER-STD."),
    Field("item_type", Choice(ItemType), title="Type", required=True, default=ItemType.SUBSCRIPTION),
    Field("category", width=24),
    Field("currency", required=True, default="EUR", choices=CURRENCY_OPTIONS),
    Field("price", Money(), width=16, unit=lambda values: str(values.get("currency") or ""), required=True, default=0),
    Field("period", Choice(BillingPeriod), required=True, default=BillingPeriod.MONTHLY),
    Field("is_user_licence", Flag(), title="User licence", default=False, help="Offered as a licence for users."),
    Field("enabled", Flag(), default=True),
    Field("description"),
)
ACTIONS = EditedList("products", "product", "PRODUCTS", FIELDS, lambda row: row["name"]).actions()
