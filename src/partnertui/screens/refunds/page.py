"""Refunds: one row per refund, with amount, state, reason, who approved it, and what the gateway answered."""

from __future__ import annotations

from partnertui.db.rows.filter_criteria import Equals, OneOf
from partnertui.domain.billing_enums import PaymentType
from partnertui.domain.decline_codes import decline_advice, decline_words
from partnertui.domain.refunds import OPEN, UNSETTLED, RefundState
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Money, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel, Tab
from partnertui.screens.refunds.actions import ACTIONS
from partnertui.screens.refunds.queries import refunds
from partnertui.screens.refunds.resolve_job import begin

STATES = (
    ("waiting for approval", "warn"),
    ("by hand", "warn"),
    ("unknown", "bad"),
    ("pending", "info"),
    ("completed", "good"),
    ("failed", "bad"),
    ("rejected", "muted"),
)
NEXT = {
    RefundState.WAITING: "a second person approves or rejects it",
    RefundState.BY_HAND: "pay it out, then mark it as paid with the reference",
    RefundState.UNKNOWN: "look it up at the gateway; nothing is sent again",
    RefundState.PENDING: "wait; opening this list queries the gateway",
}
"""What has to be done, by state."""


def next_step(row: Row) -> str:
    """What has to be done."""
    return NEXT.get(row["state"], "")


PAGE = Page(
    rows=refunds,
    opened=begin,
    columns=(
        Column("id", Identifier(), group="Refund"),
        Column("requested_at", Time(seconds=False), title="Requested", width=16),
        Column("customer", width=16, link="customers", priority=1),
        Column("amount", Money(), priority=1),
        Column("state", Choice(RefundState, STATES), width=20, priority=1),
        Column("requested_by", width=12, priority=1),
        Column("reason", width=24),
        Column("result", width=28),
        Column("sale", width=16, link="transactions"),
        Column("transaction", Integer(), title="Refund transaction", link="transactions", shown=False),
        Column("payment", width=14, link="payments"),
        Column("payment_type", Choice(PaymentType), title="Payment type", width=13, shown=False),
        Column("gateway", width=10, group="Gateway"),
        Column("gateway_reference", title="Reference", width=20),
        Column("failure_code", title="Failure", width=20, shown=False),
        Column("sent_at", Time(), title="Sent", shown=False),
        Column("finished_at", Time(), title="Finished", shown=False),
        Column("approved_by", title="Decided by", width=12, group="Approval"),
        Column("approved_at", Time(seconds=False), title="Decided", width=16, shown=False),
        Column("currency", width=5, shown=False, group="Refund"),
    ),
    find=("gateway_reference", "amount", "id"),
    search=("reason", "gateway_reference"),
    sort="-requested_at",
    tabs=(
        Tab("To do", (OneOf("state", OPEN),)),
        Tab("To approve", (Equals("state", RefundState.WAITING),)),
        Tab("By hand", (Equals("state", RefundState.BY_HAND),)),
        Tab("Unknown", (OneOf("state", UNSETTLED),)),
        Tab("All"),
    ),
    actions=ACTIONS,
    facts=(
        Fact("Next step", next_step, "Refund", lambda row: "warn"),
        Fact("Failure reason", lambda row: decline_words(row["failure_code"]), "Gateway", lambda row: "bad"),
        Fact("What to do", lambda row: decline_advice(row["failure_code"]), "Gateway"),
    ),
    panels=(
        Panel(
            "Items", "transaction-items", "transaction_id", "transaction_id", columns=("description", "tax", "total")
        ),
        Panel(
            "On the statement",
            "statements",
            "transaction_id",
            "transaction_id",
            columns=("at", "description", "debit", "credit"),
        ),
    ),
    title=lambda row: f"Refund {row['id']}",
    table="refunds",
    empty="No refunds to do: a refund starts from a transaction.",
)
