"""Sales to refund, a gateway that writes what it pays into a file, and whether the books add up."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select
from tests.db.makers import ANN, BOB, NOW, staff

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, Payment, Refund, StatementEntry, Transaction, TransactionItem
from partnertui.db.models.base import table_of
from partnertui.db.refund_booking import RefundRequest, request_refund
from partnertui.db.refund_payout import Payout
from partnertui.domain.operators import Operator
from partnertui.domain.refunds import OPEN, RefundScope, RefundState, Wanted, plan_refund
from partnertui.payment_gateways.gateway import Answer, AnswerState, ChargeOrder, OutcomeUnclear, RefundOrder

EURO = 1_000_000
B2A = ((12_330_000, 2_466_000), (12_330_000, 2_466_000), (7_500_000, 1_500_000))
"""Net and tax of the three items of case B2a."""
FULL = Wanted(RefundScope.FULL)


def sale(
    database: Database,
    lines: Sequence[tuple[int, int]] = ((100 * EURO, 0),),
    *,
    currency: str = "EUR",
    item_type: str = "subscription",
    amount: int | None = None,
    **fields: Any,
) -> None:
    """Customer 1 with transaction 1, its items 1 …, paid by payment 1 through the gateway “file”.

    A sale of credit was loaded onto the customer's credit, as its ledger says.
    """
    staff(database)
    net, tax = sum(line[0] for line in lines), sum(line[1] for line in lines)
    cent = 10_000
    gross = amount if amount is not None else (net + tax + cent // 2) // cent * cent
    credit = net if item_type == "credit" else 0
    owner = {"customer_id": 1, "partner_id": 7, "currency": currency}
    sold = {"state": "completed", "gateway": "file", "gateway_reference": "P-1", "at": NOW} | fields
    paid = {"id": 1, "amount": gross, "tax": (tax + cent // 2) // cent * cent, **owner, **sold}
    company = {
        "id": 1,
        "company": "Acme",
        "country": "DE",
        "currency": currency,
        "partner_id": 7,
        "credit": credit,
        "status": "active",
    }
    items = [
        {
            "id": number,
            "transaction_id": 1,
            "item_type": item_type,
            "description": f"Item {number}",
            "unit_price": line[0],
            "total": line[0],
            "tax": line[1],
            "tax_rate": 2000,
            "tax_category": "S",
            **owner,
        }
        for number, line in enumerate(lines, 1)
    ]

    def work(connection: Connection) -> None:
        connection.execute(insert(Customer), [company])
        connection.execute(insert(Transaction), [{"transaction_type": "purchase", "invoice_number": "INV-1", **paid}])
        connection.execute(insert(TransactionItem), items)
        payment = {"payment_type": "card", "unique_payment_id": "PAY-1", "transaction_id": 1, **paid}
        connection.execute(insert(Payment), [payment])
        if credit:
            line = {"sequence": 1, "kind": "top-up", "description": "Top-up", "credit": credit, "at": NOW, **owner}
            connection.execute(insert(StatementEntry), [line | {"balance_before": 0, "balance_after": credit}])

    database.write(work)
    if database.dialect == "postgresql":
        database.write(_advance)


def _advance(connection: Connection) -> None:
    """Behind the IDs that were given."""
    for table in ("transactions", "transaction_items", "payments", "statement_entries", "customers"):
        connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}) + 1, false)")


def refund(
    database: Database,
    wanted: Wanted = FULL,
    *,
    key: str = "",
    gateway: str = "file",
    operator: Operator = ANN,
    amount: int | None = None,
    approval: bool = False,
) -> int:
    """Books a refund of transaction 1 as the dialog does; returns its ID."""
    from partnertui.db.refundable_amounts import read_sale

    key = key or new_key()
    if amount is None:
        amount = plan_refund(database.read(lambda connection: read_sale(connection, 1)), wanted).amount
    request = RefundRequest(1, wanted, amount, 1, gateway, "no longer needed", key, approval)
    return commit_once(database, operator, key, lambda unit: request_refund(unit, request, NOW))


class FileGateway:
    """Writes a line for each refund that it pays, also for one that it was sent before: it forgives nothing.

    `lost` says what its answers become: "" all right, "before" the order is lost, "after" the answer is.
    """

    by_hand = False

    def __init__(self, path: Path, lost: str = "", state: AnswerState = AnswerState.COMPLETED) -> None:
        self.path, self.lost, self.state = path, lost, state

    def charge(self, order: ChargeOrder) -> Answer:
        """See Gateway."""
        raise NotImplementedError

    def refund(self, order: RefundOrder) -> Answer:
        """See Gateway."""
        if self.lost == "before":
            raise OutcomeUnclear("The connection was lost.")
        line = json.dumps({"key": order.key, "amount": order.amount, "state": self.state}) + "\n"
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(file, line.encode())
        os.close(file)
        if self.lost == "after":
            raise OutcomeUnclear("The connection was lost.")
        return self._answer(order.key)

    def look_up(self, order: ChargeOrder | RefundOrder) -> Answer | None:
        """See Gateway."""
        return self._answer(order.key) if order.key in [one["key"] for one in self.paid()] else None

    def _answer(self, key: str) -> Answer:
        code = "expired_card" if self.state is AnswerState.FAILED else ""
        return Answer(self.state, f"F-{key[:8]}", code, f"answer to {key}")

    def paid(self) -> list[dict[str, Any]]:
        """All that it was sent."""
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []


def payout(database: Database, gateway: FileGateway, operator: Operator = BOB, **fields: Any) -> Payout:
    """Sends through this gateway."""
    return Payout(database, operator, lambda name: gateway, **fields)


def states(database: Database) -> list[RefundState]:
    """The states of all refunds, in their order."""
    query = select(Refund.state).order_by(Refund.id)
    return database.read(lambda connection: list(connection.execute(query).scalars()))


def row(database: Database, model: Any, key: int = 1) -> Any:
    """A row by its ID."""
    table = table_of(model)
    return database.read(lambda connection: connection.execute(select(table).where(table.c.id == key)).one())


def check_books(database: Database) -> None:
    """Whether everything agrees: the sale, its items and payment, the refunds that count, credit and ledger."""

    def work(connection: Connection) -> None:
        sold = connection.execute(select(table_of(Transaction)).where(Transaction.id == 1)).one()
        counting = select(table_of(Transaction)).where(Transaction.refund_of_id == 1, Transaction.state != "failed")
        back = connection.execute(counting).all()
        assert sold.refunded == -sum(one.amount for one in back)
        assert connection.execute(select(Payment.refunded).where(Payment.id == 1)).scalar_one() == sold.refunded
        states = {0: "completed", sold.amount: "refunded"}
        assert sold.state == states.get(sold.refunded, "part refunded")
        lines = select(table_of(TransactionItem)).where(TransactionItem.transaction_id.in_([one.id for one in back]))
        given = connection.execute(lines).all()
        for item in connection.execute(select(table_of(TransactionItem)).where(TransactionItem.total > 0)):
            mine = [line for line in given if line.refund_of_item_id == item.id]
            assert (item.refunded, item.refunded_tax) == (-sum(o.total for o in mine), -sum(o.tax for o in mine))
        cent = 10_000
        for one in back:
            gross = sum(line.total + line.tax for line in given if line.transaction_id == one.id)
            assert abs(gross - one.amount) < cent
        booked = select(func.sum(Refund.amount)).where(Refund.state.in_([*OPEN, "completed"]))
        assert (connection.execute(booked).scalar() or 0) == sold.refunded
        credit = connection.execute(select(Customer.credit).where(Customer.id == 1)).scalar_one()
        ledger = select(StatementEntry.credit - StatementEntry.debit)
        assert credit == sum(connection.execute(ledger).scalars())
        if sold.refunded == sold.amount:
            assert sum(one.tax for one in back) == -sold.tax
            assert sum(line.total + line.tax for line in given) == -sum(
                connection.execute(
                    select(TransactionItem.total + TransactionItem.tax).where(TransactionItem.total > 0)
                ).scalars()
            )

    database.read(work)


def forked(work: Callable[[], int]) -> int:
    """Runs it in a child process that ends with what it returns; returns the child's ID."""
    pid = os.fork()
    if pid:
        return pid
    code = 9
    try:
        code = work()
    finally:
        os._exit(code)
