"""The second step of a refund: its effects, a reason, and for large amounts the amount typed again."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnertui.domain.money import MICRO, format_money, to_smallest
from partnertui.domain.refunds import RefundPlan, Wanted, share_words
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.amount_locale import amount_locale
from partnertui.kit.declare.kinds import Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import SAVED_BEFORE
from partnertui.payment_gateways.gateway import RefundOrder
from partnertui.payment_gateways.installed import MANUAL, gateway_for
from partnertui.screens.shared.refund_payouts import Outcome, outcome, payout_of
from partnertui.screens.transactions.refund import ask_what, payment_of, payment_words, planned, wanted

if TYPE_CHECKING:
    from partnertui.db.refundable_amounts import PaidBy, Refundable
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.actions import ActionContext, Services

NARROW = 44
"""Cells of a text beside its label at 80 columns."""


def show(context: ActionContext, found: Refundable, key: str, values: Values) -> None:
    """Shows the preview; closed unconfirmed, it leads back to what is refunded."""

    def done(answer: Outcome) -> None:
        context.services.notify(answer[0], answer[1])
        context.refresh_rows()

    step = ConfirmedRefund.of(context.services, found, key, values)
    ask_form(context.services, step.form(), done, lambda: ask_what(context, found, key, values))


def balance_words(before: int, after: int, currency: str) -> str:
    """The customer's credit, and whether it falls below zero."""
    if before == after:
        return f"{format_money(before, currency)}, unchanged"
    words = f"{format_money(before, currency)} now, {format_money(after, currency)} after"
    return f"{words}: the customer will owe this" if after < 0 else words


def destination(payment: PaidBy | None, gateway: str, why: str) -> str:
    """Where the money goes."""
    if gateway != MANUAL and payment is not None:
        return f"{payment_words(payment)}, through {gateway}"
    back = payment_words(payment) if payment is not None else "no payment is known"
    return f"{back}, paid out manually{f': {why}' if why else ''}"


def preview_fields(found: Refundable, plan: RefundPlan, approval: bool) -> tuple[Field, ...]:
    """What is shown, each with its value as the default."""
    currency = found.sale.currency

    def money(amount: int) -> str:
        return format_money(amount, currency)

    name = found.invoice_number or f"transaction {found.id}"
    note = f"{name}: {money(plan.tax - plan.amount)} net, {money(-plan.tax)} VAT, {money(-plan.amount)} in total"
    texts = (
        ("gets", "Customer gets", f"{money(plan.amount)}, including {money(plan.tax)} VAT"),
        ("shares", "Items", share_words(plan, currency)),
        ("balance", "PSTN credit", balance_words(found.credit, found.credit - plan.credit, found.credit_currency)),
        ("note", "Credit note", note),
        ("left", "Left to refund", money(found.sale.left - plan.amount)),
        ("rounding", "Rounding", plan.rounding),
        ("approval", "Approval", "by a second person, before it is sent" if approval else ""),
    )
    return tuple(_shown(field, title, text) for field, title, text in texts if text)


def _shown(name: str, title: str, text: str) -> Field:
    """A text on as many lines as it needs at 80 columns."""
    words = one_line(text, 300)
    return Field(name, title=title, default=words, rows=len(textwrap.wrap(words, NARROW)), fixed=True)


@dataclass(frozen=True)
class ConfirmedRefund:
    """A refund that is shown and, once it is confirmed, booked and sent."""

    services: Services
    found: Refundable
    key: str
    wanted: Wanted
    plan: RefundPlan
    payment: PaidBy | None
    gateway: str
    why: str
    """Why it is by hand, though the payment names a gateway."""
    booked: list[int] = field(default_factory=list)
    """What the present try to save booked; nothing where an earlier one had."""

    @classmethod
    def of(cls, services: Services, found: Refundable, key: str, values: Values) -> ConfirmedRefund:
        """As it was asked for."""
        payment = payment_of(found, values)
        gateway, why = MANUAL, ""
        if payment is not None:
            gateway, why = gateway_for(payment.gateway, payment.gateway_reference, services.settings.gateways)
        return cls(services, found, key, wanted(values), planned(found, values), payment, gateway, why)

    def form(self) -> Form:
        """Everything that it will do, a reason, and for large amounts the amount again."""
        plan, currency = self.plan, self.found.sale.currency
        shown, confirmed, approval = format_money(plan.amount, currency), self.needs_typing, self.needs_approval
        kind = Money(locale=amount_locale(self.services.settings.locale)).in_currency(currency)
        again = Field(
            "confirm",
            Money(),
            title="Repeat amount",
            width=16,
            unit=currency,
            required=True,
            check=lambda value, values: "" if value == plan.amount else f"Type {shown} to confirm.",
            help=f"Type {kind.input_text(plan.amount)}: above a limit, the amount must be entered again.",
        )
        where = _shown("to", "Refund to", destination(self.payment, self.gateway, self.why))
        reason = Field("reason", required=True, help="Stored with the refund for other agents.")
        first, *rest = preview_fields(self.found, plan, approval)
        return Form(
            f"Refund {shown} to {one_line(self.found.company, 30)}: preview",
            (first, where, *rest, reason, *((again,) if confirmed else ())),
            write=self.book,
            prepare=self.prepare,
            after=self.send,
            values={"currency": currency},
            verb="request approval" if approval else "refund",
            start="reason",
        )

    @property
    def needs_typing(self) -> bool:
        """Whether the amount has to be typed again."""
        return self.plan.amount > self.services.settings.refunds.confirm_above * MICRO

    @property
    def needs_approval(self) -> bool:
        """Whether a second person has to approve it."""
        return self.plan.amount > self.services.settings.refunds.approve_above * MICRO

    def prepare(self, values: Values) -> dict[str, object]:
        """Asks whether the gateway is there, before anything is booked."""
        self.booked.clear()
        if self.gateway != MANUAL and self.payment is not None and not self.needs_approval:
            from partnertui.db.refund_payout import check_gateway  # the mapped models, in the job

            currency = self.found.sale.currency
            amount = to_smallest(self.plan.amount, currency)
            order = RefundOrder(self.key, self.payment.gateway_reference or "", amount, currency)
            check_gateway(payout_of(self.services).open_gateway(self.gateway), order)
        return dict(values)

    def book(self, unit: UnitOfWork, values: Values, seen: Values) -> int:
        """Books it; returns its ID."""
        from partnertui.db.refund_booking import RefundRequest, request_refund  # the mapped models, in the job

        request = RefundRequest(
            self.found.id,
            self.wanted,
            self.plan.amount,
            self.payment.id if self.payment is not None else None,
            self.gateway,
            values["reason"],
            self.key,
            needs_approval=self.needs_approval,
        )
        self.booked.append(request_refund(unit, request, utc_now()))
        return self.booked[-1]

    def send(self, refund_id: int) -> Outcome:
        """Sends it once it is committed; what to say then."""
        from partnertui.db.refund_payout import pay_out  # the mapped models, in the job

        state = pay_out(payout_of(self.services), refund_id)
        words, role = outcome(state, self.plan.amount, self.found.sale.currency)
        return [words if self.booked else f"{SAVED_BEFORE} {words}", role]
