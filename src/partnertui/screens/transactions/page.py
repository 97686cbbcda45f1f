"""Transactions: one row per sale, renewal, top-up or refund, with amount, state, invoice number and billing address."""

from __future__ import annotations

from partnertui.db.models import Transaction
from partnertui.db.rows.filter_criteria import Equals, OneOf
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import PaymentState, TransactionType
from partnertui.domain.decline_codes import decline_advice, decline_words
from partnertui.domain.evidence import EvidenceKind
from partnertui.domain.refunds import REFUNDABLE
from partnertui.kit.declare.kinds import Choice, Country, Identifier, Integer, Money, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel, Tab
from partnertui.screens.shared.attach_row_action import attach_action
from partnertui.screens.shared.gateway_answer import reveal_action
from partnertui.screens.shared.payment_state_roles import PAYMENT_STATE_ROLES
from partnertui.screens.transactions.billing_address import EDIT_ADDRESS
from partnertui.screens.transactions.issue_document_actions import DOCUMENT_ACTIONS
from partnertui.screens.transactions.refund import REFUND


def transactions() -> Query:
    """Transactions with the address they were billed to."""
    return list_query(
        Transaction,
        Transaction.at,
        Transaction.transaction_type,
        Transaction.amount,
        Transaction.tax,
        Transaction.refunded,
        Transaction.currency,
        Transaction.state,
        Transaction.gateway,
        Transaction.gateway_reference,
        Transaction.result,
        Transaction.failure_code,
        Transaction.invoice_number,
        Transaction.refund_of_id,
        Transaction.refund_of_id.label("refund_of"),
        Transaction.billing_company,
        Transaction.billing_contact,
        Transaction.billing_street,
        Transaction.billing_postcode,
        Transaction.billing_city,
        Transaction.billing_state,
        Transaction.billing_country,
        Transaction.billing_vat_number,
        Transaction.has_answer,
    )


def net(row: Row) -> str:
    """The amount without tax."""
    return Money().text(row["amount"] - row["tax"], row)


def refundable(row: Row) -> str:
    """What could still be given back."""
    if row["state"] not in REFUNDABLE or row["amount"] <= 0:
        return ""
    return Money().text(row["amount"] - row["refunded"], row)


def answer_words(row: Row) -> str:
    """Where the gateway's answer is."""
    return "stored encrypted; reading it requires a reason and is recorded" if row["has_answer"] else ""


PAGE = Page(
    rows=transactions,
    columns=(
        Column("id", Identifier(), group="Transaction"),
        Column("at", Time(seconds=False), title="Time", width=16),
        Column("customer", width=18, link="customers", priority=1),
        Column("transaction_type", Choice(TransactionType), title="Type", width=11),
        Column("amount", Money(), priority=1),
        Column("state", Choice(PaymentState, PAYMENT_STATE_ROLES), width=13, priority=1),
        Column("invoice_number", title="Invoice", width=16),
        Column("result", width=24, group="Gateway"),
        Column("failure_code", title="Failure", width=20, shown=False),
        Column("gateway", width=10),
        Column("gateway_reference", width=20),
        Column("tax", Money(), width=10, group="Money"),
        Column("refunded", Money(), width=10),
        Column("refund_of", Integer(), link="transactions", shown=False),
        Column("currency", width=5, shown=False),
        Column("billing_company", title="Company", shown=False, group="Billed to"),
        Column("billing_contact", title="Contact", shown=False),
        Column("billing_street", title="Street", shown=False),
        Column("billing_postcode", title="Postcode", shown=False),
        Column("billing_city", title="City", shown=False),
        Column("billing_state", title="State or county", shown=False),
        Column("billing_country", Country(), title="Country", shown=False),
        Column("billing_vat_number", title="VAT number", shown=False),
    ),
    find=("invoice_number", "gateway_reference", "amount", "id"),
    search=("invoice_number", "gateway_reference", "billing_company"),
    sort="-at",
    tabs=(
        Tab("All"),
        Tab("Failed", (Equals("state", PaymentState.FAILED),)),
        Tab("Refunded", (OneOf("state", (PaymentState.REFUNDED, PaymentState.PART_REFUNDED)),)),
    ),
    actions=(
        REFUND,
        *DOCUMENT_ACTIONS,
        EDIT_ADDRESS,
        reveal_action("transactions", "Transaction"),
        attach_action("transactions", EvidenceKind.TRANSACTION),
    ),
    facts=(
        Fact("Net amount", net, "Money"),
        Fact("Can be refunded", refundable, "Money"),
        Fact("Failure reason", lambda row: decline_words(row["failure_code"]), "Gateway", lambda row: "bad"),
        Fact("What to do", lambda row: decline_advice(row["failure_code"]), "Gateway"),
        Fact("Gateway response", answer_words, "Gateway"),
    ),
    panels=(
        Panel("Items", "transaction-items", "transaction_id", columns=("description", "quantity", "total", "refunded")),
        Panel("Payments", "payments", "transaction_id", columns=("at", "amount", "state", "failure_code")),
        Panel("Refunds", "refunds", "sale_id", columns=("requested_at", "amount", "state", "reason")),
        Panel("On the statement", "statements", "transaction_id", columns=("at", "description", "credit")),
    ),
    title=lambda row: row["invoice_number"] or f"{row['transaction_type']} {row['id']}",
    table="transactions",
    empty="No transactions yet.",
)
