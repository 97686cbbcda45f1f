"""Actions that issue a document for a transaction: invoice, detailed invoice, credit note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import TransactionType
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.lazy import lazy

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


def _refuse(context: ActionContext) -> str:
    from partnertui.invoices.sale import refusal  # no list needs it before its first menu

    row: Row = context.row or {}
    if row.get("invoice_number"):
        return signed_in(context)
    reason = refusal(
        row.get("transaction_type", ""), row.get("state", ""), row.get("amount", 0), row.get("failure_code")
    )
    return reason or signed_in(context)


def _refuse_invoice(context: ActionContext) -> str:
    row: Row = context.row or {}
    if row.get("transaction_type") == TransactionType.REFUND:
        return "this is a refund; it has a credit note"
    return _refuse(context)


def _refuse_credit_note(context: ActionContext) -> str:
    row: Row = context.row or {}
    if row.get("transaction_type") != TransactionType.REFUND:
        return "only a refund has a credit note"
    return _refuse(context)


def _not_issued(context: ActionContext) -> str:
    if not (context.row or {}).get("invoice_number"):
        return "no document has been issued for it yet: {key:transactions.document} issues one"
    return signed_in(context)


DOCUMENT_ACTIONS = (
    Action(
        "transactions.document",
        "Invoice or credit note",
        lazy("partnertui.screens.transactions.document_dialogs:write_document"),
        ("apostrophe",),
        "invoice",
        rows="one",
        refuse=_refuse,
        group="Documents",
        about="issues it if necessary, and saves it to a file",
    ),
    Action(
        "transactions.detailed-invoice",
        "Detailed invoice",
        lazy("partnertui.screens.transactions.document_dialogs:write_detailed"),
        rows="one",
        refuse=_refuse_invoice,
        group="Documents",
        about="with the calls in its period, by user and destination",
    ),
    Action(
        "transactions.credit-note",
        "Credit note",
        lazy("partnertui.screens.transactions.document_dialogs:write_document"),
        rows="one",
        refuse=_refuse_credit_note,
        group="Documents",
        about="of a refund; its invoice must have been issued",
    ),
    Action(
        "transactions.attach-document",
        "Attach the invoice to a ticket",
        lazy("partnertui.screens.transactions.attach_invoice_to_ticket:attach_invoice"),
        rows="one",
        refuse=_not_issued,
        group="Documents",
        about="as a PDF, with its amounts; also works for a credit note",
    ),
)
