"""The customer's form, for adding and editing: six tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from partnertui.db.models import PricePlan
from partnertui.domain.customer_and_user_enums import CustomerStatus, status_effects
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.errors import DomainError
from partnertui.domain.price_list_enums import SLOT_TAKES, PriceListSlot
from partnertui.domain.vat_numbers import check_vat, vat_required
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.declare.kinds import Choice, Country, Email, Flag, Integer, Money, Number, Time
from partnertui.kit.views.form import Field, Option, Values
from partnertui.screens.shared.currency_options import CURRENCY_OPTIONS, currency_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

TABS = ("Billing address", "Currency, VAT", "Prices", "Status", "Credit", "Other")
"""Short enough for all of them to be read at 80 columns."""
ADDRESS, CURRENCY, LISTS, STATUS, CREDIT, MISC = TABS


def vat_sentence(value: str | None, values: Values) -> str:
    """What is wrong with the VAT number, in a sentence."""
    try:
        check_vat(value, str(values.get("country") or ""))
    except DomainError as error:
        return f"{error} {error.advice}".strip()
    return ""


def board(values: Values) -> Board:
    """Price lists in the customer's currency, and the boxes that they go into."""
    currency = values.get("currency")
    items = tuple(
        Item(row["id"], row["name"], f"{row['kind']}, {row['currency']}")
        for row in values.get("known_lists") or ()
        if row["currency"] == currency
    )
    return Board(items, tuple(_box(slot) for slot in PriceListSlot), none=f"no price list in {currency}")


def _box(slot: PriceListSlot) -> Slot:
    takes = SLOT_TAKES[slot]

    def refuse(item: Item) -> str:
        kind = item.detail.split(",")[0]
        return "" if kind == takes else f"only a price list for {takes} goes here; this one is for {kind}"

    title = slot.value.upper() if len(slot.value) < 4 else slot.value.capitalize().replace("Ddis", "DDIs")
    return Slot(slot.value, title, refuse, hint="standard prices")


def plans(connection: Connection) -> Sequence[Option]:
    """Price plans to choose from."""

    rows = select(PricePlan.id, PricePlan.name, PricePlan.currency).where(PricePlan.enabled).order_by(PricePlan.name)
    return [Option(None, "none"), *(Option(row.id, row.name, row.currency) for row in connection.execute(rows))]


def has_standing(values: Values) -> bool:
    """Whether what VIES said is about the number in the form."""
    return bool(values.get("vat_standing")) and values.get("vat_number") == values.get("stored_vat_number")


def effects(values: Values) -> str:
    """What saving the form does besides, in a sentence."""
    before = values.get("stored_status")
    if before is None or values.get("status") is None:
        return ""
    return status_effects(before, values["status"], values["sessions"], values["unpaid_items"])


def is_status(*wanted: CustomerStatus) -> Any:
    """Shows a field only for some states."""
    return lambda values: values.get("status") in wanted


FIELDS = (
    Field("company", tab=ADDRESS, required=True, help="The name on invoices."),
    Field("contact", tab=ADDRESS),
    Field(
        "email", Email(), tab=ADDRESS, title="E-mail", required=True, help="Invoices and password links are sent here."
    ),
    Field(
        "phone",
        Number(),
        tab=ADDRESS,
        help="As dialled in the country below, or with the country code: +44 20 7946 0000.",
    ),
    Field("street", tab=ADDRESS),
    Field("street2", tab=ADDRESS, title="Street, line 2"),
    Field("postcode", tab=ADDRESS, width=12),
    Field("city", tab=ADDRESS),
    Field("state", tab=ADDRESS, title="State or county"),
    Field("country", Country(), tab=ADDRESS, required=True, help="A code or a name; determines the VAT rules."),
    Field(
        "currency",
        tab=CURRENCY,
        required=True,
        default="EUR",
        choices=CURRENCY_OPTIONS,
        help="The currency of invoices and credit.",
    ),
    Field(
        "vat_number",
        tab=CURRENCY,
        title="VAT number",
        width=20,
        required=lambda values: vat_required(values.get("country")),
        check=vat_sentence,
        help="Required in the European Union. Check digits are verified now; VIES is queried after saving.",
    ),
    Field("vat_standing", tab=CURRENCY, title="VIES", fixed=True, shown=has_standing),
    Field("price_lists", tab=LISTS, board=board, rows=16, help="An empty slot has standard prices."),
    Field("status", Choice(CustomerStatus), tab=STATUS, required=True, default=CustomerStatus.TRIAL),
    Field("trial_ends_at", Time(seconds=False), tab=STATUS, title="Trial ends", shown=is_status(CustomerStatus.TRIAL)),
    Field(
        "blocked_reason",
        tab=STATUS,
        title="Reason",
        shown=is_status(CustomerStatus.BLOCKED, CustomerStatus.SUSPENDED),
    ),
    Field("price_plan_id", tab=STATUS, title="Price plan", load_choices=plans),
    Field(
        "unlimited_minutes_left", Integer(minimum=0), tab=STATUS, title="Minutes left", width=10, default=0, unit="min"
    ),
    Field(
        "credit_limit",
        Money(),
        tab=CREDIT,
        default=0,
        width=16,
        unit=currency_of,
        required=True,
        help="How far below zero the credit may go. To change the credit itself, use “Adjust credit”.",
    ),
    Field("auto_top_up", Flag(), tab=CREDIT, title="Auto top-up", default=False),
    Field(
        "top_up_threshold",
        Money(),
        tab=CREDIT,
        title="Top-up threshold",
        width=16,
        unit=currency_of,
        help="Tops up when the credit falls below this; empty means 0.",
    ),
    Field("top_up_amount", Money(), tab=CREDIT, title="Top-up amount", width=16, unit=currency_of),
    Field("max_channels", Integer(minimum=1), tab=MISC, title="Max concurrent calls", width=8),
    Field("caller_id_number", Number(), tab=MISC, title="Caller ID"),
    Field("international_calls", Flag(), tab=MISC, default=True),
    Field("premium_calls", Flag(), tab=MISC, default=False),
    Field("language", tab=MISC, default=DEFAULT_LANGUAGE, width=8),
    Field("time_zone", tab=MISC, default="UTC", width=30),
    Field("invoice_email", Email(), tab=MISC, title="Invoices to"),
    Field("purchase_order", tab=MISC),
    Field("external_reference", tab=MISC, title="Customer reference"),
    Field("newsletter", Flag(), tab=MISC, default=False),
)
