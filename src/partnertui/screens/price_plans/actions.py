"""Actions that add, edit and delete price plans, and the fields of their form."""

from __future__ import annotations

from partnertui.domain.billing_enums import BillingPeriod
from partnertui.kit.declare.kinds import Choice, Flag, Integer, Money
from partnertui.kit.views.form import Field, Values
from partnertui.screens.shared.currency_options import CURRENCY_OPTIONS
from partnertui.screens.shared.settings_list_actions import EditedList


def _currency(values: Values) -> str:
    return str(values.get("currency") or "")


FIELDS = (
    Field("name", required=True),
    Field("period", Choice(BillingPeriod), required=True, default=BillingPeriod.MONTHLY),
    Field("currency", required=True, default="EUR", choices=CURRENCY_OPTIONS),
    Field("monthly_fee", Money(), title="Fee", width=16, unit=_currency, required=True, default=0),
    Field("per_user_fee", Money(), title="Fee per user", width=16, unit=_currency, required=True, default=0),
    Field(
        "unlimited_minutes",
        Integer(minimum=0),
        title="Minutes included",
        width=10,
        unit="min",
        required=True,
        default=0,
    ),
    Field("enabled", Flag(), default=True, help="Only enabled plans are offered to customers."),
)
ACTIONS = EditedList("price-plans", "price plan", "PRICE_PLANS", FIELDS, lambda row: row["name"]).actions()
