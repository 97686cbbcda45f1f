"""Books a refund in one unit of work, and reverses it if it fails or is rejected.

What counts is written by guarded UPDATEs under the CHECKs of the tables; no sum decides what is left. The gateway is
asked later, outside of any transaction: see `db/refund_payout.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, select, update
from sqlalchemy.orm import InstrumentedAttribute

from partnertui.db.change_history import record_event
from partnertui.db.credit import LedgerLine, read_ledger_balance, require_staff, write_line
from partnertui.db.models import Customer, Payment, Refund, Transaction, TransactionItem
from partnertui.db.models.billing import ADDRESS
from partnertui.db.refundable_amounts import read_sale, refuse_unrefundable
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import RECEIVED, ItemType, PaymentState, StatementKind, TransactionType
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.money import format_money
from partnertui.domain.refunds import (
    REFUNDABLE,
    RefundPlan,
    RefundState,
    Returned,
    Wanted,
    checked_reason,
    plan_refund,
)
from partnertui.payment_gateways.installed import MANUAL

BILLED_TO = tuple(f"billing_{name}" for name in ADDRESS)
"""The address on a transaction."""


@dataclass(frozen=True)
class RefundRequest:
    """A refund as the agent confirmed it: `amount` is that of the preview, `key` was made when the dialog opened."""

    transaction_id: int
    wanted: Wanted
    amount: int
    payment_id: int | None
    gateway: str
    reason: str | None
    key: str
    needs_approval: bool = False


def request_refund(work: UnitOfWork, request: RefundRequest, at: datetime) -> int:
    """Books a refund and returns its ID; that of the first try if this key was booked before.

    Raises DomainError with the reason where it can't be booked, or where it would pay another amount than the preview
    showed, NotAllowed for partners, RowDeleted.
    """
    require_staff(work)
    reason = checked_reason(request.reason)
    # Locked before the key is looked for: a second try waits here, and then finds what the first one booked.
    original = work.get(Transaction, request.transaction_id, lock=True)
    booked = work.session.scalar(select(Refund.id).where(Refund.idempotency_key == request.key))
    if booked is not None:
        return booked
    refuse_unrefundable(original.state, original.amount, original.refunded, original.failure_code)
    plan = plan_refund(read_sale(work.session.connection(), original.id), request.wanted)
    if plan.amount != request.amount:
        raise DomainError(
            f"The refund would now be {format_money(plan.amount, original.currency)}: part of the sale has"
            " since been refunded.",
            advice="Close this and check the new preview.",
        )
    _take(work, original, plan)
    _take_from_payment(work, original, request.payment_id, plan.amount)
    back = _reversal(work, original, plan, reason, at)
    if plan.credit:
        _book_credit(work, original.customer_id, -plan.credit, back, f"Refund of {_name(original)}", at)
    refund = Refund(
        customer_id=original.customer_id,
        partner_id=original.partner_id,
        transaction_id=back.id,
        payment_id=request.payment_id,
        amount=plan.amount,
        currency=original.currency,
        gateway=request.gateway,
        state=RefundState.WAITING if request.needs_approval else _first_state(request.gateway),
        idempotency_key=request.key,
        reason=reason,
        requested_by_id=work.operator.id,
        requested_at=at,
    )
    work.add(refund)
    work.session.flush()
    return refund.id


def approve_refund(work: UnitOfWork, refund_id: int, at: datetime) -> int:
    """Lets a refund go on; returns its ID. Raises NotAllowed for who requested it, DomainError if it isn't waiting."""
    refund = _waiting(work, refund_id)
    refund.approved_by_id, refund.approved_at = work.operator.id, at
    refund.state = _first_state(refund.gateway)
    return refund.id


def reject_refund(work: UnitOfWork, refund_id: int, reason: str | None, at: datetime) -> int:
    """Ends a refund that waits for approval and takes its bookings back; raises as `approve_refund`."""
    words = checked_reason(reason)
    refund = _waiting(work, refund_id)
    refund.approved_by_id, refund.approved_at = work.operator.id, at
    release(work, refund, RefundState.REJECTED, words, at)
    return refund.id


def paid_by_hand(work: UnitOfWork, refund_id: int, reference: str | None, at: datetime) -> int:
    """Ticks off a refund that somebody paid out, or found paid out in the gateway's own records.

    Raises DomainError without a reference, or if it is neither by hand nor unknown.
    """
    words = " ".join((reference or "").split())
    if not words:
        raise DomainError(
            "A reference is required.", field="reference", advice="Enter one, such as the bank transfer's reference."
        )
    refund = _by_hand(work, refund_id, RefundState.BY_HAND, RefundState.UNKNOWN)
    settle(work, refund, words[:200], at)
    return refund.id


def not_paid_by_hand(work: UnitOfWork, refund_id: int, reason: str | None, at: datetime) -> int:
    """Ends a refund that can't be paid out by hand, and takes its bookings back."""
    words = checked_reason(reason)
    refund = _by_hand(work, refund_id, RefundState.BY_HAND)
    release(work, refund, RefundState.FAILED, words, at)
    return refund.id


def settle(work: UnitOfWork, refund: Refund, reference: str, at: datetime) -> None:
    """The money went back: the refund and its transaction are completed. The refund must be locked."""
    back = work.get(Transaction, refund.transaction_id, lock=True)
    back.state, back.gateway_reference, back.result = PaymentState.COMPLETED, reference or None, "refunded"
    refund.state, refund.finished_at = RefundState.COMPLETED, at
    refund.gateway_reference = reference or refund.gateway_reference
    refund.failure_code = refund.result = None


def release(work: UnitOfWork, refund: Refund, state: RefundState, words: str, at: datetime) -> None:
    """The money didn't go back: what was booked is taken back, the credit by a line of its own.

    The refund must be locked; its state says that this wasn't done before.
    """
    back = work.get(Transaction, refund.transaction_id, lock=True)
    assert back.refund_of_id is not None
    original = work.get(Transaction, back.refund_of_id, lock=True)
    items = work.session.scalars(select(TransactionItem).where(TransactionItem.transaction_id == back.id)).all()
    credit = 0
    for item in items:
        if item.refund_of_item_id is not None:
            _move_item(work, item.refund_of_item_id, item.total, item.tax)
        credit -= item.total if item.item_type == ItemType.CREDIT else 0
    _move(work, original, back.amount)
    if refund.payment_id is not None:
        _move(work, work.get(Payment, refund.payment_id, lock=True), back.amount)
    if credit:
        text = f"Refund of {_name(original)} not paid out"
        _book_credit(work, original.customer_id, credit, back, text, at)
    back.state, back.result, back.failure_code = PaymentState.FAILED, words, refund.failure_code
    refund.state, refund.result, refund.finished_at = state, words, at


def _waiting(work: UnitOfWork, refund_id: int) -> Refund:
    require_staff(work)
    refund = work.get(Refund, refund_id, lock=True)
    if refund.state != RefundState.WAITING:
        raise DomainError(f"This refund is {refund.state}; it is no longer waiting for approval.")
    if refund.requested_by_id == work.operator.id:
        raise NotAllowed("You requested this refund: a second person has to decide.", advice="Ask a colleague.")
    return refund


def _by_hand(work: UnitOfWork, refund_id: int, *states: RefundState) -> Refund:
    require_staff(work)
    refund = work.get(Refund, refund_id, lock=True)
    if refund.state not in states:
        raise DomainError(f"This refund is {refund.state}: there is nothing to pay out manually.")
    return refund


def _first_state(gateway: str) -> RefundState:
    return RefundState.BY_HAND if gateway == MANUAL else RefundState.PENDING


def _name(original: Transaction) -> str:
    return original.invoice_number or f"transaction {original.id}"


def _take(work: UnitOfWork, original: Transaction, plan: RefundPlan) -> None:
    _move(work, original, plan.amount)
    for part in plan.lines:
        if part.line.id:
            _move_item(work, part.line.id, part.net, part.tax)


def _take_from_payment(work: UnitOfWork, original: Transaction, payment_id: int | None, amount: int) -> None:
    """Raises DomainError for a payment that isn't this transaction's, or has less left."""
    if payment_id is None:
        paid = select(Payment.amount - Payment.refunded).where(
            Payment.transaction_id == original.id, Payment.state.in_(RECEIVED)
        )
        left = work.session.scalars(paid).all()
        if any(left):
            raise DomainError("A refund has to be made against a payment.", field="payment_id", advice="Choose one.")
        if left:  # a correction made what was paid less than the sale, and took the difference off the credit
            raise DomainError("Everything paid has already been refunded.", advice="Adjust the credit manually.")
        return
    payment = work.get(Payment, payment_id, lock=True)
    if payment.transaction_id != original.id or payment.currency != original.currency:
        raise DomainError(
            "This payment doesn't belong to this transaction.", field="payment_id", advice="Choose another one."
        )
    _move(work, payment, amount)


def _move(work: UnitOfWork, obj: Transaction | Payment, amount: int) -> None:
    """Adds to what was given back of a locked transaction or payment; below zero takes it back again.

    One UPDATE decides whether there is as much, whoever else is at it. Raises DomainError if there isn't.
    """
    model, before, state_before = type(obj), obj.refunded, obj.state
    rest = model.refunded + amount
    state = case(
        (rest == model.amount, PaymentState.REFUNDED.value),
        (rest > 0, PaymentState.PART_REFUNDED.value),
        else_=PaymentState.COMPLETED.value,
    )
    states = REFUNDABLE if amount > 0 else RECEIVED
    # 20 processes that refund 30 of 100 get 90 through; reading the sum first, they paid out 540.
    guarded = update(model).where(model.id == obj.id, model.state.in_(states), rest >= 0, rest <= model.amount)
    done = work.session.execute(
        guarded.values(refunded=rest, state=state, version=model.version + 1),
        execution_options={"synchronize_session": False},
    )
    if not _changed_one(done):
        left = format_money(obj.amount - obj.refunded, obj.currency)
        raise DomainError(f"Only {left} is left to refund, or the state has changed.", "Close this and check again.")
    work.session.refresh(obj)
    changes: JsonObject = {"refunded": [before, obj.refunded]}
    if obj.state != state_before:
        changes["state"] = [state_before.value, obj.state.value]
    record_event(work.session, obj, changes)


def _move_item(work: UnitOfWork, item_id: int, net: int, tax: int) -> None:
    """The same for an item of a locked transaction: what was given back of its net amount and of its tax."""
    model, obj = TransactionItem, work.get(TransactionItem, item_id)
    before = {"refunded": obj.refunded, "refunded_tax": obj.refunded_tax}
    guarded = update(model).where(
        model.id == item_id,
        _between(model.refunded + net, model.total),
        _between(model.refunded_tax + tax, model.tax),
    )
    done = work.session.execute(
        guarded.values(refunded=model.refunded + net, refunded_tax=model.refunded_tax + tax, version=model.version + 1),
        execution_options={"synchronize_session": False},
    )
    if not _changed_one(done):
        raise DomainError("An item has less than this left to refund.", field="items", advice="Check the new preview.")
    work.session.refresh(obj)
    after = {name: [old, getattr(obj, name)] for name, old in before.items() if getattr(obj, name) != old}
    record_event(work.session, obj, dict(after))


def _between(value: ColumnElement[int], most: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether it lies between nothing and all of it; a discount is below zero."""
    return ((value >= 0) & (value <= most)) | ((value <= 0) & (value >= most))


def _changed_one(done: object) -> bool:
    return getattr(done, "rowcount", 0) == 1


def _reversal(work: UnitOfWork, original: Transaction, plan: RefundPlan, reason: str, at: datetime) -> Transaction:
    """The transaction of a refund, with its lines below zero."""
    back = Transaction(
        customer_id=original.customer_id,
        partner_id=original.partner_id,
        at=at,
        transaction_type=TransactionType.REFUND,
        amount=-plan.amount,
        tax=-plan.tax,
        currency=original.currency,
        state=PaymentState.PENDING,
        gateway=original.gateway,
        result=reason,
        refund_of_id=original.id,
        **{name: getattr(original, name) for name in BILLED_TO},
    )
    work.add(back)
    work.session.flush()
    for part in plan.lines:
        work.add(_line(work, back, part))
    work.session.flush()
    return back


def _line(work: UnitOfWork, back: Transaction, part: Returned) -> TransactionItem:
    """A line below zero; a whole one keeps its quantity, a part of one is a single piece."""
    sold = work.session.get(TransactionItem, part.line.id) if part.line.id else None
    is_whole = sold is not None and part.net == sold.total
    return TransactionItem(
        customer_id=back.customer_id,
        partner_id=back.partner_id,
        transaction_id=back.id,
        category=sold.category if sold is not None else "",
        item_type=sold.item_type if sold is not None else ItemType.SERVICE,
        product_id=sold.product_id if sold is not None else None,
        description=sold.description if sold is not None else "Refund",
        quantity=sold.quantity if sold is not None and is_whole else 1000,
        unit_price=-(sold.unit_price if sold is not None and is_whole else part.net),
        tax=-part.tax,
        total=-part.net,
        tax_rate=sold.tax_rate if sold is not None else None,
        tax_category=sold.tax_category if sold is not None else None,
        refund_of_item_id=sold.id if sold is not None else None,
        currency=back.currency,
        period_from=sold.period_from if sold is not None else None,
        period_to=sold.period_to if sold is not None else None,
    )


def _book_credit(work: UnitOfWork, customer_id: int, amount: int, back: Transaction, text: str, at: datetime) -> None:
    """The ledger line of credit that goes back, or comes again."""
    customer = work.get(Customer, customer_id, lock=True)
    if customer.currency != back.currency:
        raise DomainError(
            f"The customer's credit is in {customer.currency}, but this was paid in {back.currency}.",
            advice="Adjust the credit manually, then refund the other items.",
        )
    if read_ledger_balance(work.session.connection(), customer_id) != customer.credit:
        raise DomainError(
            "The ledger doesn't match the customer's credit, so nothing was refunded.",
            advice="Run “Check billing” first.",
        )
    write_line(work, customer, LedgerLine(StatementKind.REFUND, text, amount, at, transaction_id=back.id))
