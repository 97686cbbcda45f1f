"""*Edit the billing address* of a transaction, and the customer's own if that is ticked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Country, Flag
from partnertui.kit.views.form import Field, Form, Values, ask_form

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork

FIELDS = (
    Field("billing_company", title="Company"),
    Field("billing_contact", title="Contact"),
    Field("billing_street", title="Street"),
    Field("billing_postcode", title="Postcode", width=12),
    Field("billing_city", title="City"),
    Field("billing_state", title="State or county"),
    Field("billing_country", Country(), title="Country", help="A code or a name."),
    Field("billing_vat_number", title="VAT number", width=20, help="Its check digits are verified."),
    Field(
        "also_customer",
        Flag(),
        title="Update customer",
        default=False,
        help="Yes changes the customer's address and VAT number, too. Other sales aren't changed.",
    ),
)


def preview(values: Values) -> str:
    """What is changed."""
    if values.get("also_customer"):
        return "Changes the address of this sale and the customer's own."
    return "Changes the address of this sale only."


def warning(values: Values) -> str:
    """An issued document doesn't change by itself."""
    number = values.get("invoice_number")
    return f"Invoice {number} has been issued; the customer's copy keeps the old address." if number else ""


def ask(context: ActionContext) -> None:
    """Asks for the address."""
    key = (context.row or {})["id"]

    def load(connection: Connection) -> Values:
        from partnertui.db.transaction_billing_address import load_address  # the mapped models, at the first use

        return load_address(connection, key) | {"also_customer": False}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.transaction_billing_address import edit_address

        return edit_address(unit, key, values, seen)

    form = Form(
        f"Billing address for {(context.row or {})['invoice_number'] or f'transaction {key}'}",
        FIELDS,
        write=write,
        load=load,
        preview=preview,
        warning=warning,
        saved="Saved.",
        draft=DraftOf("transactions", key, "address"),
    )
    ask_form(context.services, form, lambda found: context.refresh_rows())


EDIT_ADDRESS = Action(
    "transactions.edit",
    "Edit the billing address",
    ask,
    ("e",),
    "edit",
    rows="one",
    refuse=signed_in,
    group="Transaction",
    about="for this sale; the customer's own address only on request",
)
