"""The select behind the Refunds list."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from partnertui.db.models import OperatorAccount, Payment, Refund, Transaction
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def refunds() -> Query:
    """Refunds with the sale that they are of, the payment that they go back to, and who requested and approved them."""
    sale = aliased(Transaction)
    requester, approver = aliased(OperatorAccount), aliased(OperatorAccount)
    return (
        list_query(
            Refund,
            Refund.requested_at,
            Refund.state,
            Refund.amount,
            Refund.currency,
            Refund.gateway,
            Refund.gateway_reference,
            Refund.reason,
            Refund.result,
            Refund.failure_code,
            Refund.sent_at,
            Refund.finished_at,
            Refund.approved_at,
            Refund.requested_by_id,
            requester.name.label("requested_by"),
            approver.name.label("approved_by"),
            Refund.transaction_id,
            Refund.transaction_id.label("transaction"),
            Transaction.refund_of_id.label("sale_id"),
            sale.invoice_number.label("sale"),
            Refund.payment_id,
            Payment.unique_payment_id.label("payment"),
            Payment.payment_type,
            Refund.has_answer,
        )
        .outerjoin(Transaction, Transaction.id == Refund.transaction_id)
        .outerjoin(sale, sale.id == Transaction.refund_of_id)
        .outerjoin(Payment, Payment.id == Refund.payment_id)
        .outerjoin(requester, requester.id == Refund.requested_by_id)
        .outerjoin(approver, approver.id == Refund.approved_by_id)
    )
