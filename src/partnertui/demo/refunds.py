"""Demo refunds in every state, booked with the program's own code."""

from __future__ import annotations

from datetime import datetime, timedelta

from partnertui.db.models import (
    AnswerReading,
    Payment,
    Refund,
    StatementEntry,
    Transaction,
    TransactionItem,
)
from partnertui.db.refund_booking import BILLED_TO
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import World, staff
from partnertui.domain.money import from_smallest, rounded
from partnertui.domain.refunds import RefundPlan, RefundScope, RefundState, Sale, SoldLine, Wanted, plan_refund

REASONS = (
    "Two licences too many were ordered",
    "Goodwill for the outage",
    "Charged twice for the same month",
    "Number was never ported",
    "Cancelled during the trial",
)
STATES = (
    RefundState.WAITING,
    RefundState.BY_HAND,
    RefundState.COMPLETED,
    RefundState.UNKNOWN,
    RefundState.REJECTED,
    RefundState.COMPLETED,
    RefundState.FAILED,
)
"""In turn."""
ANSWERED = (RefundState.COMPLETED, RefundState.FAILED)
UNBOOKED = (RefundState.REJECTED, RefundState.FAILED)
KEPT = (
    "currency",
    *BILLED_TO,
    "customer_id",
    "partner_id",
)
"""What a refund's transaction takes over."""


def make_refunds(world: World, sales: list[Row]) -> None:
    """A part of each of these sales goes back; and of the credit of the first customers who loaded some."""
    items = {item["transaction_id"]: item for item in world.rows.of(TransactionItem)}
    payments = {payment["transaction_id"]: payment for payment in world.rows.of(Payment)}
    for number, sold in enumerate(sales):
        _refund(world, sold, items[sold["id"]], payments[sold["id"]], number)
    last: dict[int, Row] = {}
    for line in world.rows.of(StatementEntry):
        last[line["customer_id"]] = line
    loaded = {sold["customer_id"]: sold for sold in world.rows.of(Transaction) if _is_loaded(sold)}
    for company in world.companies[:40:8]:
        found = loaded.get(company.row["id"])
        if found is not None:
            newest = last[company.row["id"]]
            ago = timedelta(minutes=20 + company.row["id"] * 7 % 90, seconds=company.row["id"] % 60)
            at = max(newest["at"], world.now - ago)
            completed = STATES.index(RefundState.COMPLETED)
            back = _refund(world, found, items[found["id"]], payments[found["id"]], completed, at)
            _debit(world, company.row, newest, back, at)
    for refund in world.rows.of(Refund)[:1]:
        _reading(world, refund)


def _is_loaded(sold: Row) -> bool:
    return sold["transaction_type"] in ("top-up", "auto top-up") and sold["state"] == "completed"


def _refund(world: World, sold: Row, item: Row, payment: Row, number: int, at: datetime | None = None) -> Row:
    """Books it, some days after the sale if no time is given; returns the line that goes back."""
    state = STATES[number % len(STATES)]
    if state is RefundState.UNKNOWN and not payment["gateway"]:
        state = RefundState.BY_HAND
    currency = sold["currency"]
    line = SoldLine(item["id"], item["description"], item["total"], item["tax"])
    part = max(rounded(sold["amount"] // 3, currency), from_smallest(1, currency))
    wanted = Wanted(RefundScope.AMOUNT, (), part) if number % 3 else Wanted(RefundScope.FULL)
    plan = plan_refund(Sale(sold["amount"], sold["tax"], 0, 0, currency, (line,)), wanted)
    days_after = (sold["at"] + (world.now - sold["at"]) * 0.8).replace(microsecond=0)
    back = _reversal(world, sold, plan, state, at or days_after)
    given = _line(world, back, item, plan)
    if state not in UNBOOKED:
        item["refunded"], item["refunded_tax"] = plan.lines[0].net, plan.lines[0].tax
        for row in (sold, payment):
            row["refunded"] = plan.amount
            row["state"] = "refunded" if plan.amount == row["amount"] else "part refunded"
    _request(world, back, payment, state, number)
    return given


def _reversal(world: World, sold: Row, plan: RefundPlan, state: RefundState, at: datetime) -> Row:
    result = {RefundState.COMPLETED: "refunded", RefundState.FAILED: "the card has expired"}.get(state)
    return world.rows.add(
        Transaction,
        **{name: sold[name] for name in KEPT},
        at=at,
        transaction_type="refund",
        amount=-plan.amount,
        tax=-plan.tax,
        state="completed" if state is RefundState.COMPLETED else "failed" if state in UNBOOKED else "pending",
        gateway=sold["gateway"],
        refund_of_id=sold["id"],
        result=result,
        failure_code="expired_card" if state is RefundState.FAILED else None,
    )


def _line(world: World, back: Row, item: Row, plan: RefundPlan) -> Row:
    part = plan.lines[0]
    is_whole = part.net == item["total"]
    same = ("category", "item_type", "product_id", "description", "period_from", "period_to", "currency")
    return world.rows.add(
        TransactionItem,
        **{name: item[name] for name in (*same, "tax_rate", "tax_category", "customer_id", "partner_id")},
        transaction_id=back["id"],
        quantity=item["quantity"] if is_whole else 1000,
        unit_price=-(item["unit_price"] if is_whole else part.net),
        tax=-part.tax,
        total=-part.net,
        refund_of_item_id=item["id"],
    )


def _request(world: World, back: Row, payment: Row, state: RefundState, number: int) -> None:
    people = staff(world)
    by, decided = people[(number + 1) % len(people)]["id"], people[(number + 2) % len(people)]["id"]
    at = back["at"]
    is_sent = bool(payment["gateway"]) and state in (*ANSWERED, RefundState.UNKNOWN)
    results = {
        RefundState.UNKNOWN: "The connection was lost.",
        RefundState.FAILED: "the card has expired",
        RefundState.REJECTED: "Not agreed with the customer",
    }
    is_decided = state in (RefundState.REJECTED, RefundState.BY_HAND)
    world.rows.add(
        Refund,
        customer_id=back["customer_id"],
        partner_id=back["partner_id"],
        transaction_id=back["id"],
        payment_id=payment["id"],
        amount=-back["amount"],
        currency=back["currency"],
        gateway=payment["gateway"] if is_sent else "manual",
        state=state,
        gateway_reference=f"re_{back['id']:08d}" if state is RefundState.COMPLETED else None,
        failure_code=back["failure_code"],
        result=results.get(state),
        idempotency_key=f"{world.seed:016x}{back['id']:016x}",
        reason=REASONS[number % len(REASONS)],
        requested_by_id=by,
        requested_at=at,
        approved_by_id=decided if is_decided and decided != by else None,
        approved_at=min(at + timedelta(minutes=9), world.now) if is_decided and decided != by else None,
        sent_at=at + timedelta(seconds=1) if is_sent else None,
        finished_at=min(at + timedelta(minutes=10), world.now) if state in (*ANSWERED, RefundState.REJECTED) else None,
    )


def _debit(world: World, customer: Row, last: Row, back: Row, at: datetime) -> None:
    """The ledger line of credit that went back, behind the last one."""
    amount = -back["total"]
    customer["credit"] -= amount
    world.rows.add(
        StatementEntry,
        customer_id=customer["id"],
        partner_id=customer["partner_id"],
        at=at,
        sequence=last["sequence"] + 1,
        kind="refund",
        description="Refund of a top-up",
        debit=amount,
        credit=0,
        balance_before=last["balance_after"],
        balance_after=last["balance_after"] - amount,
        currency=customer["currency"],
        transaction_id=back["transaction_id"],
    )


def _reading(world: World, refund: Row) -> None:
    world.rows.add(
        AnswerReading,
        customer_id=refund["customer_id"],
        partner_id=refund["partner_id"],
        object_table="payments",
        object_id=refund["payment_id"],
        operator_id=staff(world)[0]["id"],
        reason="The customer's bank asked for the reference",
        requested_in="demo",
        requested_at=refund["requested_at"],
        read_at=refund["requested_at"] + timedelta(seconds=20),
    )
