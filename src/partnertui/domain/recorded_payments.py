"""Rules of payments recorded by agents: checks before one is stored, and what can be changed later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from partnertui.domain import reasons
from partnertui.domain.basket_item_rules import checked_id
from partnertui.domain.billing_enums import PaymentState, PaymentType
from partnertui.domain.errors import DomainError
from partnertui.domain.money import LARGEST, example_amount, format_money, from_smallest, rounded

BY_HAND = (PaymentType.BANK_TRANSFER, PaymentType.PAYPAL, PaymentType.MANUAL)
"""Types that an agent records without a gateway."""
CORRECTABLE = (PaymentType.BANK_TRANSFER, PaymentType.MANUAL)


@dataclass(frozen=True)
class NewPayment:
    """A payment as the agent confirmed it; `expected` is what the form said that the items come to, with VAT.

    `sales` are earlier sales whose rest it pays. `by_hand` says that a card was charged outside of this program.
    """

    payment_type: PaymentType
    unique_payment_id: str
    cost: int
    expected: int
    items: tuple[int, ...] = ()
    sales: tuple[int, ...] = ()
    is_received: bool = True
    by_hand: bool = False
    reason: str | None = None


def amount_problem(amount: int | None, currency: str) -> str:
    """Why this can't be what was paid, in a sentence; "" if it can."""
    if amount is None or amount <= 0:
        return "The amount must be greater than zero."
    if amount > LARGEST:
        return "The amount is too large."
    if rounded(amount, currency) != amount:
        return f"Amounts in {currency} are multiples of {format_money(from_smallest(1, currency), currency)}."
    return ""


def card_problem(payment_type: str | None, by_hand: bool) -> str:
    """Why a card can't be charged here, in a sentence; "" for other types, and for one that was charged elsewhere."""
    if payment_type != PaymentType.CARD or by_hand:
        return ""
    return "A card can only be charged through a gateway. If it was charged elsewhere, say so below."


def checked_payment(payment: NewPayment, currency: str) -> NewPayment:
    """The payment with its ID and reason as they are stored; raises DomainError with the field."""
    if problem := card_problem(payment.payment_type, payment.by_hand):
        raise DomainError(problem, field="payment_type")
    if problem := amount_problem(payment.cost, currency):
        raise DomainError(problem, field="cost", advice=f"Enter an amount such as {example_amount(currency)}.")
    if not payment.items and not payment.sales and not payment.is_received:
        raise DomainError(
            "No items are attached, so there is no payment to wait for.",
            field="items",
            advice="Attach items, or record the payment once it has arrived.",
        )
    if len(payment.sales) > 1 or (payment.sales and payment.items):
        raise DomainError(
            "The rest of an earlier sale has to be paid separately.", field="items", advice="Remove the other items."
        )
    reason = payment.reason or None
    if payment.cost != payment.expected or payment.payment_type == PaymentType.CARD:
        reason = checked_reason(reason)
    return replace(payment, unique_payment_id=checked_id(payment.unique_payment_id, "unique_payment_id"), reason=reason)


def checked_reason(reason: str | None) -> str:
    """The reason on one line; raises DomainError without one, or for one that is too long."""
    return reasons.checked_reason(reason, "It is stored with the payment.")


def correction_refusal(payment_type: str, state: str) -> str:
    """Why a payment can't be edited, in words; "" if it can."""
    if payment_type == PaymentType.CARD:
        return "a card payment's amount can't be edited: it is what the card was charged; refund the difference instead"
    if payment_type not in CORRECTABLE:
        return "a PayPal payment's amount can't be edited: it is what PayPal collected"
    if state == PaymentState.FAILED:
        return "this payment failed, so there is nothing to correct"
    return ""


def state_refusal(state: str) -> str:
    """Why a payment's state can't be changed, in words; "" if it can."""
    return "" if state == PaymentState.PENDING else f"its state is “{state}”; only pending payments can change state"
