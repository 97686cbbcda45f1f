"""Payments: one row per payment or attempt, with amount, state, gateway, decline reason and advice."""

from __future__ import annotations

from partnertui.db.models import CreditCard, Payment, Transaction
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import PaymentState, PaymentType
from partnertui.domain.evidence import EvidenceKind
from partnertui.kit.declare.kinds import Choice, Identifier, Money, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel, Tab
from partnertui.screens.payments.actions import PAYMENT_ACTIONS
from partnertui.screens.payments.decline_reason_kind import Decline
from partnertui.screens.shared.attach_row_action import attach_action
from partnertui.screens.shared.payment_state_roles import PAYMENT_STATE_ROLES

SOLD = ("description", "total", "tax_rate", "tax")


def payments() -> Query:
    """Payments with the transaction and the card that they belong to."""
    columns = (
        Payment.at,
        Payment.payment_type,
        Payment.unique_payment_id,
        Payment.amount,
        Payment.tax,
        Payment.fee,
        Payment.refunded,
        Payment.currency,
        Payment.state,
        Payment.failure_code,
        Payment.failure_code.label("advice"),
        Payment.gateway,
        Payment.gateway_reference,
        Payment.transaction_id,
        Transaction.invoice_number.label("transaction"),
        Payment.card_id,
        (CreditCard.brand + " " + CreditCard.last_four).label("card"),
    )
    return (
        list_query(Payment, *columns)
        .outerjoin(Transaction, Transaction.id == Payment.transaction_id)
        .outerjoin(CreditCard, CreditCard.id == Payment.card_id)
    )


def kept(row: Row) -> str:
    """What is left of it: after refunds, tax and the gateway's fee."""
    if row["state"] in (PaymentState.FAILED, PaymentState.PENDING):
        return ""
    return Money().text(row["amount"] - row["refunded"] - row["tax"] - row["fee"], row)


PAGE = Page(
    rows=payments,
    columns=(
        Column("at", Time(seconds=False), title="Date", width=16, group="Payment"),
        Column("customer", width=16, link="customers", priority=1),
        Column("amount", Money(), priority=1),
        Column("state", Choice(PaymentState, PAYMENT_STATE_ROLES), width=13, priority=1),
        Column("payment_type", Choice(PaymentType), title="Type", width=13, priority=3),
        Column("failure_code", Decline(), title="Failure", width=23, priority=1),
        Column("advice", Decline(advice=True), title="What to do", width=30),
        Column("tax", Money(), width=10, group="Money"),
        Column("fee", Money(), width=9),
        Column("refunded", Money(), width=10),
        Column("currency", width=5, shown=False),
        Column("card", width=18, link="credit-cards", group="Gateway"),
        Column("gateway", width=10),
        Column("gateway_reference", width=20),
        Column("unique_payment_id", title="Unique payment ID", width=17),
        Column("transaction", width=16, link="transactions"),
        Column("id", Identifier()),
    ),
    find=("unique_payment_id", "gateway_reference", "amount"),
    search=("unique_payment_id", "gateway_reference"),
    sort="-at",
    facts=(Fact("Net", kept, "Money"),),
    actions=(*PAYMENT_ACTIONS, attach_action("payments", EvidenceKind.PAYMENT)),
    panels=(
        Panel("Items paid", "basket", "payment_id", columns=("description", "price", "state")),
        Panel("Transaction items", "transaction-items", "transaction_id", "transaction_id", columns=SOLD),
        Panel(
            "On the statement",
            "statements",
            "transaction_id",
            "transaction_id",
            columns=("at", "description", "credit"),
        ),
    ),
    tabs=(
        Tab("All"),
        Tab("Pending", (Equals("state", PaymentState.PENDING),)),
        Tab("Failed", (Equals("state", PaymentState.FAILED),)),
    ),
    title=lambda row: row["unique_payment_id"],
    table="payments",
    empty="No payments yet.",
)
