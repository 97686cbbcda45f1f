"""Marks a recorded payment as received or not received, and corrects clerical errors in it.

Each is a change of state by a guarded UPDATE: done twice, or by two at a time, it is done once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from partnertui.db.basket_items import taken
from partnertui.db.change_history import record_event
from partnertui.db.credit import require_staff
from partnertui.db.models import BasketItem, Customer, Payment, PaymentCorrection, Transaction
from partnertui.db.rows.type_aliases import JsonObject, Row, RowDict
from partnertui.db.sale_completion import book_credit, complete_if_paid, pay_items_of
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.basket_item_rules import checked_id
from partnertui.domain.billing_enums import RECEIVED, BasketState, PaymentState, PaymentType, StatementKind
from partnertui.domain.capital_letter import capital
from partnertui.domain.errors import DomainError
from partnertui.domain.money import divided, example_amount, rounded
from partnertui.domain.recorded_payments import amount_problem, checked_reason, correction_refusal, state_refusal

NOT_RECEIVED = "not_received"
"""The failure code of a payment that never arrived."""


def mark_paid(work: UnitOfWork, payment_id: int, at: datetime) -> bool:
    """A pending payment arrived: completes its sale if that is paid up now. False if it was marked as paid before.

    Raises DomainError for one that failed, or a card's, which only its gateway can tell; RowDeleted, NotAllowed.
    """
    payment = _locked(work, payment_id)
    if payment.state in RECEIVED:
        return False
    if payment.payment_type == PaymentType.CARD and payment.gateway:
        raise DomainError("Only the gateway can confirm whether this card was charged.", advice="Check there.")
    if not _move(work, payment, PaymentState.COMPLETED):
        raise DomainError(f"Not marked as paid: {state_refusal(payment.state)}.", advice="Record a new payment.")
    if payment.transaction_id is not None:
        complete_if_paid(work, payment.transaction_id, at)
    else:
        pay_items_of(work, [payment.id])
    return True


def not_received(work: UnitOfWork, payment_id: int, reason: str | None, at: datetime) -> bool:
    """A pending payment won't arrive: it failed, and its items are free again. False if that was said before.

    Raises DomainError without a reason, or for one that arrived; RowDeleted, NotAllowed.
    """
    words = checked_reason(reason)
    payment = _locked(work, payment_id)
    if payment.state == PaymentState.FAILED:
        return False
    if not _move(work, payment, PaymentState.FAILED, {"reason": [None, words]}, failure_code=NOT_RECEIVED):
        raise DomainError(f"Not changed: {state_refusal(payment.state)}.", advice="Refund it instead.")
    other = _other_payment(work, payment)
    items = work.session.scalars(
        select(BasketItem)
        .where(BasketItem.payment_id == payment.id, BasketItem.state == BasketState.ATTACHED)
        .order_by(BasketItem.id)
        .with_for_update()
    ).all()
    for item in items:
        item.payment_id = other
        if other is None:
            item.state = BasketState.HIDDEN if item.hidden_until is not None else BasketState.DUE
    if payment.transaction_id is not None and other is None:
        sold = work.get(Transaction, payment.transaction_id, lock=True)
        if sold.state == PaymentState.PENDING:
            sold.state, sold.failure_code, sold.result = PaymentState.FAILED, NOT_RECEIVED, words
    return True


def load_correction(connection: Connection, payment_id: int) -> RowDict:
    """The values of the form, with `version`. Raises DomainError with the reason where it can't be edited."""
    columns = (Payment.unique_payment_id, Payment.amount, Payment.gateway_reference, Payment.currency, Payment.version)
    is_open = (Transaction.state == PaymentState.PENDING).label("is_open")
    query = select(*columns, Payment.payment_type, Payment.state, is_open)
    row = connection.execute(
        query.outerjoin(Transaction, Transaction.id == Payment.transaction_id).where(Payment.id == payment_id)
    ).mappings()
    found = row.first()
    if found is None:
        raise DomainError("This payment was deleted.", advice="Refresh the list.")
    _require_correctable(found["payment_type"], found["state"])
    return dict(found)


def _require_correctable(payment_type: str, state: str) -> None:
    """Raises DomainError with the reason."""
    if refusal := correction_refusal(payment_type, state):
        raise DomainError(f"{capital(refusal)}.")


def correct_payment(work: UnitOfWork, payment_id: int, values: Row, seen: Row, at: datetime) -> int:
    """Puts a clerical error right by a correcting entry; returns the payment's ID.

    Of a payment that arrived for a sale that is paid up, the difference goes to the PSTN credit, or is taken off it.
    Raises DomainError with the field, ConcurrentChange, RowDeleted; NotAllowed for partners.
    """
    require_staff(work)
    reason = checked_reason(values.get("reason"))
    payment = _locked(work, payment_id, seen["version"])
    _require_correctable(payment.payment_type, payment.state)
    amount, before = values.get("amount"), payment.amount
    if problem := amount_problem(amount, payment.currency):
        raise DomainError(
            problem, field="amount", advice=f"Enter an amount such as {example_amount(payment.currency)}."
        )
    assert amount is not None
    if amount < payment.refunded:
        raise DomainError("More than that has already been refunded.", field="amount", advice="Enter a larger amount.")
    name = checked_id(values.get("unique_payment_id"), "unique_payment_id")
    if words := taken(work.session.connection(), Payment.unique_payment_id, name, payment_id):
        raise DomainError(words, field="unique_payment_id")
    reference = (values.get("gateway_reference") or "").strip() or None
    work.change(payment, seen, {"unique_payment_id": name, "gateway_reference": reference, "amount": amount})
    if payment.state in RECEIVED:
        payment.state = _received_state(payment)
    if payment.amount != before:
        payment.tax = _tax_share(work, payment)
    work.add(
        PaymentCorrection(
            customer_id=payment.customer_id,
            partner_id=payment.partner_id,
            payment_id=payment.id,
            amount_before=before,
            amount_after=payment.amount,
            currency=payment.currency,
            reason=reason,
            operator_id=work.operator.id,
            at=at,
        )
    )
    record_event(work.session, payment, {"correction": [None, reason]})
    work.session.flush()
    if payment.amount != before and payment.state in RECEIVED:
        _book_difference(work, payment, payment.amount - before, at)
    return payment.id


def _book_difference(work: UnitOfWork, payment: Payment, difference: int, at: datetime) -> None:
    if payment.transaction_id is not None:
        sold = work.get(Transaction, payment.transaction_id, lock=True)
        if sold.state == PaymentState.PENDING:  # its rest is another one now, which may be nothing
            complete_if_paid(work, sold.id, at)
            return
    text = f"Correction of payment {payment.unique_payment_id}"
    book_credit(work, payment, StatementKind.ADJUSTMENT, text, difference, at)


def _tax_share(work: UnitOfWork, payment: Payment) -> int:
    """The VAT in a payment of a sale that isn't paid up, as when it was recorded; of others what it was.

    What a paid-up sale gets above its items goes to the PSTN credit without VAT.
    """
    if payment.transaction_id is None:
        return payment.tax
    sold = work.get(Transaction, payment.transaction_id, lock=True)
    columns = (func.coalesce(func.sum(Payment.amount), 0), func.coalesce(func.sum(Payment.tax), 0))
    others = select(*columns).where(
        Payment.transaction_id == sold.id, Payment.id != payment.id, Payment.state.in_(RECEIVED)
    )
    paid, tax = (int(one) for one in work.session.execute(others).one())
    rest, tax_rest = sold.amount - paid, sold.tax - tax
    if sold.state != PaymentState.PENDING or rest <= 0:
        return payment.tax
    share = min(payment.amount, rest)
    return tax_rest if share == rest else rounded(divided(tax_rest * share, rest), payment.currency)


def _received_state(payment: Payment) -> PaymentState:
    """The state of a payment that arrived, by how much of its amount was refunded."""
    if payment.refunded == payment.amount:
        return PaymentState.REFUNDED
    return PaymentState.PART_REFUNDED if payment.refunded else PaymentState.COMPLETED


def _locked(work: UnitOfWork, payment_id: int, version: int | None = None) -> Payment:
    """The payment, its customer locked before it."""
    # In the order of db/basket_payments, where two payments of one customer would deadlock otherwise.
    owner = work.session.scalar(select(Payment.customer_id).where(Payment.id == payment_id))
    if owner is not None:
        work.get(Customer, owner, lock=True)
    return work.get(Payment, payment_id, version=version, lock=True)


def _move(
    work: UnitOfWork, payment: Payment, state: PaymentState, more: JsonObject | None = None, **values: str
) -> bool:
    """Gives a pending payment its outcome; False if it isn't pending any more."""
    guarded = update(Payment).where(Payment.id == payment.id, Payment.state == PaymentState.PENDING)
    done = work.session.execute(
        guarded.values(state=state, version=Payment.version + 1, **values),
        execution_options={"synchronize_session": False},
    )
    work.session.refresh(payment)
    if getattr(done, "rowcount", 0) != 1:
        return False
    written: JsonObject = {name: [None, value] for name, value in values.items()}
    record_event(work.session, payment, {"state": [PaymentState.PENDING.value, state.value], **written, **(more or {})})
    return True


def _other_payment(work: UnitOfWork, payment: Payment) -> int | None:
    """Another payment of the same sale that arrived, or may still; it holds the items then."""
    if payment.transaction_id is None:
        return None
    alive = (PaymentState.PENDING, *RECEIVED)
    query = select(Payment.id).where(
        Payment.transaction_id == payment.transaction_id, Payment.id != payment.id, Payment.state.in_(alive)
    )
    return work.session.scalar(query.order_by(Payment.id).limit(1))
