"""*Refund*: chooses what is refunded, previews every effect, and books it once confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import PaymentType
from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.refunds import RefundPlan, RefundScope, Wanted, plan_refund, refund_refusal, share_words
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.declare.kinds import Choice, Money
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Option, Values, ask_form

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.refundable_amounts import PaidBy, Refundable
    from partnertui.kit.declare.kinds import Row

SLOT = "refund"
LABELS = (("full", "full"), ("items", "individual items"), ("amount", "amount across all items"))


def refusal(context: ActionContext) -> str:
    """Why the transaction under the cursor can't be refunded."""
    row = context.row or {}
    if "amount" not in row:  # not read yet
        return signed_in(context)
    return signed_in(context) or refund_refusal(row["state"], row["amount"], row["refunded"], row["failure_code"])


def ask(context: ActionContext) -> None:
    """Reads what is left of the transaction and asks what to refund."""
    row: Row = context.row or {}

    def opened(found: Refundable) -> None:
        from partnertui.db.idempotent_writes import new_key

        key = new_key()  # made here, so that trying again, however often, is the same refund
        ask_what(context, found, key, {"scope": RefundScope.FULL})

    def read(connection: Connection) -> Refundable:
        from partnertui.db.refundable_amounts import load_refundable  # the mapped models, at the first use

        return load_refundable(connection, row["id"])

    context.services.read(context.view, "refund", read, opened, opens=True)


def ask_what(context: ActionContext, found: Refundable, key: str, values: Values) -> None:
    """Asks what to refund; then the preview, which leads back here if it is closed."""

    def chosen(values: Values) -> None:
        lazy("partnertui.screens.transactions.refund_preview:show")(context, found, key, values)

    ask_form(context.services, what_form(found, values), chosen)


def wanted(values: Values) -> Wanted:
    """What was asked for."""
    scope = RefundScope(values.get("scope") or RefundScope.FULL)
    chosen = (values.get("items") or {}).get(SLOT, ()) if scope is RefundScope.ITEMS else ()
    return Wanted(scope, tuple(chosen), values.get("amount"))


def payment_of(found: Refundable, values: Values) -> PaidBy | None:
    """The payment that it goes back to; None if there is none."""
    key = values.get("payment_id")
    return next((payment for payment in found.payments if payment.id == key), next(iter(found.payments), None))


def planned(found: Refundable, values: Values) -> RefundPlan:
    """What it will pay. Raises DomainError with the field."""
    plan = plan_refund(found.sale, wanted(values))
    payment = payment_of(found, values)
    if payment is not None and plan.amount > payment.left:
        left = format_money(payment.left, found.sale.currency)
        field = "payment_id" if len(found.payments) > 1 else "amount"
        raise DomainError(
            f"Only {left} of this payment can still be refunded.",
            field=field,
            advice="Refund less, or in several parts.",
        )
    return plan


def payment_words(payment: PaidBy) -> str:
    """A payment in words."""
    kind = payment.card or str(PaymentType(payment.payment_type))
    return f"{kind}, {payment.unique_payment_id}"


def what_fields(found: Refundable) -> tuple[Field, ...]:
    """What is refunded: all, items, or an amount, and to which payment."""
    currency = found.sale.currency
    items = tuple(
        Item(line.id, one_line(line.description, 60), format_money(line.left, currency))
        for line in found.sale.lines
        if line.left > 0 and line.id
    )
    slot = Slot(SLOT, "Refund", many=True, hint="no items")
    board = Board(items, (slot,), moves=True, items_title="Not refunded", slots_title="Refund these", none="none")
    payments = [
        Option(payment.id, payment_words(payment), f"{format_money(payment.left, currency)} left")
        for payment in found.payments
    ]

    def of_items(values: Values) -> bool:
        return values.get("scope") == RefundScope.ITEMS

    return (
        Field(
            "scope",
            Choice(RefundScope, names=LABELS),
            title="Refund",
            help="f for everything left, i for items, a for an amount.",
        ),
        Field("items", title="Items", board=board, rows=8, shown=of_items, help="Those on the right are refunded."),
        Field(
            "amount",
            Money(),
            width=16,
            unit=currency,
            required=lambda values: values.get("scope") == RefundScope.AMOUNT,
            shown=lambda values: values.get("scope") in (RefundScope.ITEMS, RefundScope.AMOUNT),
            help="Including VAT. Leave empty to refund the chosen items in full; an amount is spread over them.",
        ),
        Field("payment_id", title="Refund to", choices=payments, shown=lambda values: len(payments) > 1),
    )


def what_form(found: Refundable, start: Values) -> Form:
    """Asks what is refunded; its answer are the values."""
    currency = found.sale.currency

    def preview(values: Values) -> str:
        try:
            plan = planned(found, values)
        except DomainError as error:
            return f"{error} {error.advice}".strip()
        amounts = (
            f"{format_money(plan.amount, currency)} will be refunded, including {format_money(plan.tax, currency)} VAT"
        )
        return f"{amounts}: {share_words(plan, currency)}"

    def checked(values: Values) -> Values:
        planned(found, values)
        return dict(values)

    name = found.invoice_number or f"transaction {found.id}"
    payment_id = found.payments[0].id if found.payments else None
    return Form(
        f"Refund {name} for {one_line(found.company, 30)}: {format_money(found.sale.left, currency)} left",
        what_fields(found),
        save=checked,
        values={"payment_id": payment_id, "currency": currency, **start},
        saves_unchanged=True,
        verb="preview",
        preview=preview,
    )


REFUND = Action(
    "transactions.refund",
    "Refund",
    ask,
    ("left_parenthesis",),
    "refund",
    rows="one",
    refuse=refusal,
    roles=STAFF,
    group="Transaction",
    about="in full, by item or by amount; a preview shows everything it will do",
)
