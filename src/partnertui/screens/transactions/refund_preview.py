"""The second step of a refund: everything that it will do, a reason, and for large amounts the amount typed again."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from partnertui.domain.money import MICRO, format_money
from partnertui.domain.refunds import RefundPlan, share_words
from partnertui.gateways.installed import MANUAL, gateway_for
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.refund_payouts import Outcome, gateways, outcome, payout_of
from partnertui.screens.transactions.refund import ask_what, payment_of, payment_words, planned, wanted

if TYPE_CHECKING:
    from partnertui.config.settings import Refunds
    from partnertui.db.refundable import PaidBy, Refundable
    from partnertui.db.session import UnitOfWork
    from partnertui.kit.declare.actions import ActionContext

NARROW = 44
"""Cells of a text beside its label at 80 columns."""


def show(context: ActionContext, found: Refundable, key: str, values: Values) -> None:
    """Shows the preview; closed unconfirmed, it leads back to what is refunded."""

    def done(answer: Outcome) -> None:
        context.services.notify(answer[0], answer[1])
        context.refresh_rows()

    form = preview_form(context, found, key, values)
    ask_form(context.services, form, done, lambda: ask_what(context, found, key, values))


def balance_words(before: int, after: int, currency: str) -> str:
    """The customer's credit, and whether it falls below zero."""
    if before == after:
        return f"{format_money(before, currency)}, unchanged"
    words = f"{format_money(before, currency)} now, {format_money(after, currency)} after"
    return f"{words}: the customer owes that" if after < 0 else words


def destination(payment: PaidBy | None, gateway: str, why: str) -> str:
    """Where the money goes."""
    if gateway != MANUAL and payment is not None:
        return f"{payment_words(payment)}, through {gateway}"
    back = payment_words(payment) if payment is not None else "no payment is known"
    return f"{back}, paid out by hand{f': {why}' if why else ''}"


def needed(plan: RefundPlan, limits: Refunds) -> tuple[bool, bool]:
    """Whether the amount has to be typed again, and whether a second person has to approve it."""
    return plan.amount > limits.confirm_above * MICRO, plan.amount > limits.approve_above * MICRO


def preview_fields(found: Refundable, plan: RefundPlan, approval: bool) -> tuple[Field, ...]:
    """What is shown, each with its value as the default."""
    currency = found.sale.currency

    def money(amount: int) -> str:
        return format_money(amount, currency)

    name = found.invoice_number or f"transaction {found.id}"
    note = f"{name}: {money(plan.tax - plan.amount)} net, {money(-plan.tax)} VAT, {money(-plan.amount)} in all"
    texts = (
        ("gets", "Customer gets", f"{money(plan.amount)}, {money(plan.tax)} VAT in it"),
        ("shares", "Items", share_words(plan, currency)),
        ("balance", "PSTN credit", balance_words(found.credit, found.credit - plan.credit, found.credit_currency)),
        ("note", "Credit note says", note),
        ("left", "Left of the sale", money(found.sale.left - plan.amount)),
        ("rounding", "Rounding", plan.rounding),
        ("approval", "Approval", "by a second person, before it is sent" if approval else ""),
    )
    return tuple(_shown(field, title, text) for field, title, text in texts if text)


def _shown(name: str, title: str, text: str) -> Field:
    """A text on as many lines as it needs at 80 columns."""
    words = one_line(text, 300)
    return Field(name, title=title, default=words, rows=len(textwrap.wrap(words, NARROW)), fixed=True)


def preview_form(context: ActionContext, found: Refundable, key: str, values: Values) -> Form:
    """Everything that the refund will do, to be confirmed."""
    services, currency = context.services, found.sale.currency
    plan, payment = planned(found, values), payment_of(found, values)
    settings = gateways(services)
    gateway, why = (
        gateway_for(payment.gateway, payment.gateway_reference, settings) if payment is not None else (MANUAL, "")
    )
    confirmed, approval = needed(plan, services.settings.refunds)
    shown = format_money(plan.amount, currency)

    def prepare(values: Values) -> dict[str, object]:
        if gateway != MANUAL and payment is not None and not approval:
            from partnertui.db.refund_payout import check_gateway  # the mapped models, in the job
            from partnertui.domain.money import to_smallest
            from partnertui.gateways.gateway import RefundOrder

            order = RefundOrder(key, payment.gateway_reference or "", to_smallest(plan.amount, currency), currency)
            check_gateway(payout_of(services).open_gateway(gateway), order)
        return dict(values)

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.refunds import RefundRequest, request_refund

        payment_id = payment.id if payment is not None else None
        request = RefundRequest(
            found.id, asked, plan.amount, payment_id, gateway, values["reason"], key, needs_approval=approval
        )
        return request_refund(unit, request, utc_now())

    def send(refund_id: int) -> Outcome:
        from partnertui.db.refund_payout import pay_out

        return outcome(pay_out(payout_of(services), refund_id), plan.amount, currency)

    asked = wanted(values)
    fields = preview_fields(found, plan, approval)
    typed = Field(
        "confirm",
        Money(),
        title="Amount again",
        width=16,
        unit=currency,
        required=True,
        check=lambda value, values: "" if value == plan.amount else f"Type {shown} to confirm it.",
        help=f"Type {Money().input_text(plan.amount)}: above a limit, the amount is typed again to confirm it.",
    )
    where = _shown("to", "Goes back to", destination(payment, gateway, why))
    reason = Field("reason", required=True, help="Why; kept with the refund, for other agents.")
    return Form(
        f"Refund {shown} to {one_line(found.company, 30)}: preview",
        (fields[0], where, *fields[1:], reason, *((typed,) if confirmed else ())),
        write=write,
        prepare=prepare,
        after=send,
        verb="request approval" if approval else "refund",
        start="reason",
    )
