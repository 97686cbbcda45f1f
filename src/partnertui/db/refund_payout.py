"""Sends a booked refund to its gateway once, and finds out its outcome.

Each step is committed before the next one: booked, marked as being sent, sent, the outcome. Whoever marks it is the
only one who ever sends it; after that, and after a crash at any point, the gateway is asked by key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from partnertui.db.customer_data_keys import customers_vault
from partnertui.db.database import Database
from partnertui.db.models import Payment, Refund
from partnertui.db.models.base import now
from partnertui.db.refund_booking import release, settle
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.decline_codes import decline_words
from partnertui.domain.errors import DomainError
from partnertui.domain.money import to_smallest
from partnertui.domain.operators import Operator
from partnertui.domain.refunds import UNSETTLED, RefundState
from partnertui.errors import UserError
from partnertui.payment_gateways.gateway import Answer, AnswerState, Gateway, GatewayError, OutcomeUnclear, RefundOrder
from partnertui.vault.sealed_values import Place, Vault

LATEST_ARRIVAL = timedelta(minutes=15)
"""After this, a request that the gateway doesn't know of can't arrive any more."""
MOST_RESOLVED = 200
"""Refunds that are looked up in one go."""


@dataclass(frozen=True)
class Payout:
    """How refunds are sent: by which gateways, sealing answers with which key, at what time."""

    database: Database
    operator: Operator
    open_gateway: Callable[[str], Gateway]
    vault: Vault | None = None
    clock: Callable[[], datetime] = now


@dataclass(frozen=True)
class _Sent:
    """What is asked of the gateway, and since when it may have arrived; None before it is sent."""

    order: RefundOrder
    gateway: str
    state: RefundState
    sent_at: datetime | None


def answer_place(table: str, key: int) -> Place:
    """Where a gateway's answer is sealed."""
    return Place(table, "gateway_answer_ciphertext", str(key))


def check_gateway(gateway: Gateway, order: RefundOrder) -> None:
    """Asks whether the gateway can be reached, by looking an order up, before anything is booked or approved.

    Raises GatewayError or OutcomeUnclear with the reason where it can't be. It may know the order: of an earlier try.
    """
    if not gateway.by_hand:
        gateway.look_up(order)


def check_before_approval(payout: Payout, refund_id: int) -> None:
    """Asks whether the gateway of a booked refund can be reached; raises as `check_gateway`."""
    sent = _read(payout, refund_id)
    check_gateway(payout.open_gateway(sent.gateway), sent.order)


def pay_out(payout: Payout, refund_id: int) -> RefundState:
    """Sends a refund if that was never tried, else looks it up; returns its state then.

    What the gateway says is committed. Raises DomainError if the gateway isn't there any more, DatabaseError.
    """
    sent = _read(payout, refund_id)
    if sent.state not in UNSETTLED:
        return sent.state
    gateway = payout.open_gateway(sent.gateway)
    if not _mark_as_sent(payout, refund_id):
        return look_up(payout, refund_id)
    try:
        answer = gateway.refund(sent.order)
    except GatewayError as error:  # it certainly did nothing
        return _record(payout, refund_id, Answer(AnswerState.FAILED, text=str(error)), str(error))
    except OutcomeUnclear as error:
        return _unknown(payout, refund_id, str(error))
    return _record(payout, refund_id, answer)


def look_up(payout: Payout, refund_id: int) -> RefundState:
    """Asks the gateway by key what became of a refund; never sends anything. Returns its state then."""
    sent = _read(payout, refund_id)
    if sent.state not in UNSETTLED or sent.sent_at is None:
        return sent.state
    try:
        answer = payout.open_gateway(sent.gateway).look_up(sent.order)
    except UserError as error:
        return _unknown(payout, refund_id, str(error))
    if answer is not None:
        return _record(payout, refund_id, answer)
    if payout.clock() - sent.sent_at < LATEST_ARRIVAL:
        minutes = int(LATEST_ARRIVAL.total_seconds() // 60)
        return _unknown(
            payout,
            refund_id,
            f"The gateway has no record of the refund yet; without one {minutes} minutes after it was sent, the refund"
            " counts as failed.",
        )
    words = "The gateway never received it"
    return _record(payout, refund_id, Answer(AnswerState.FAILED, text=words), words)


def unsettled(payout: Payout) -> Sequence[int]:
    """The refunds whose outcome nobody here knows, the oldest first."""
    query = select(Refund.id).where(Refund.state.in_(UNSETTLED)).order_by(Refund.id).limit(MOST_RESOLVED)
    return payout.database.read(lambda connection: connection.execute(query).scalars().all())


def resolve(payout: Payout) -> dict[int, RefundState]:
    """Settles what can be settled: sends what never was sent, looks up the rest; the states by refund."""
    found: dict[int, RefundState] = {}
    for refund_id in unsettled(payout):
        try:
            found[refund_id] = pay_out(payout, refund_id)
        except (GatewayError, DomainError):  # its gateway isn't set up here: it stays as it is
            found[refund_id] = RefundState.UNKNOWN
    return found


def _read(payout: Payout, refund_id: int) -> _Sent:
    query = (
        select(
            Refund.idempotency_key,
            Payment.gateway_reference,
            Refund.amount,
            Refund.currency,
            Refund.reason,
            Refund.gateway,
            Refund.state,
            Refund.sent_at,
        )
        .outerjoin(Payment, Payment.id == Refund.payment_id)
        .where(Refund.id == refund_id)
    )
    row = payout.database.read(lambda connection: connection.execute(query).first())
    if row is None:
        raise DomainError("This refund was deleted.")
    amount = to_smallest(row.amount, row.currency)
    order = RefundOrder(row.idempotency_key, row.gateway_reference or "", amount, row.currency, row.reason)
    return _Sent(order, row.gateway, row.state, row.sent_at)


def _mark_as_sent(payout: Payout, refund_id: int) -> bool:
    """Whether it is ours to send: true for one caller, ever."""
    with UnitOfWork(payout.database, payout.operator) as unit:
        refund = unit.get(Refund, refund_id, lock=True)
        if refund.sent_at is not None or refund.state != RefundState.PENDING:
            return False
        refund.sent_at = payout.clock()
        unit.commit()
    return True


def _record(payout: Payout, refund_id: int, answer: Answer, words: str = "") -> RefundState:
    """Commits what the gateway said, unless somebody else did; returns the state then."""
    with UnitOfWork(payout.database, payout.operator) as unit:
        refund = unit.get(Refund, refund_id, lock=True)
        if refund.state not in UNSETTLED:
            if refund.state == RefundState.FAILED and answer.state is AnswerState.COMPLETED:
                refund.result = (
                    f"Paid out by the gateway after all ({answer.reference}): book the refund again manually"
                )
                refund.gateway_reference = answer.reference
                unit.commit()
            return refund.state
        if payout.vault is not None and answer.text:
            place = answer_place("refunds", refund.id)
            own = customers_vault(unit.session.connection(), payout.vault, refund.customer_id)
            refund.gateway_answer_ciphertext = own.seal(place, answer.text.encode())
        refund.gateway_reference = answer.reference or refund.gateway_reference
        if answer.state is AnswerState.COMPLETED:
            settle(unit, refund, answer.reference, payout.clock())
        elif answer.state is AnswerState.FAILED:
            refund.failure_code = answer.failure_code or None
            why = words or decline_words(answer.failure_code) or "refused by the gateway"
            release(unit, refund, RefundState.FAILED, why, payout.clock())
        else:
            refund.state, refund.result = RefundState.PENDING, "the gateway is still processing it"
        unit.commit()
        return refund.state


def _unknown(payout: Payout, refund_id: int, words: str) -> RefundState:
    with UnitOfWork(payout.database, payout.operator) as unit:
        refund = unit.get(Refund, refund_id, lock=True)
        if refund.state in UNSETTLED:
            refund.state, refund.result = RefundState.UNKNOWN, words
            unit.commit()
        return refund.state
