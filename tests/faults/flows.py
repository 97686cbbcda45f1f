"""What agents save, each as the screens do it, over and over on the same rows: every round is one more effect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from tests.db.basket import makers as baskets
from tests.db.makers import ANN, BOB, NOW, customer, staff
from tests.db.refunds.makers import EURO, sale
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket
from tests.faults.flow import Flow, Work, count, counts
from tests.faults.office_flows import OFFICE_FLOWS
from tests.faults.ticket_flows import TICKET_FLOWS
from tests.invoices.sales import SELLER

from partnertui.db.basket_payments import add_payment
from partnertui.db.customers import edit_customer, load_customer
from partnertui.db.database import Database
from partnertui.db.ddis import add_ddis
from partnertui.db.invoices.issue import issue
from partnertui.db.models import (
    BasketItem,
    Customer,
    Ddi,
    History,
    Invoice,
    Note,
    OperatorSession,
    OutboxMail,
    Payment,
    Refund,
    TicketMessage,
    Transaction,
    TransactionItem,
)
from partnertui.db.models.base import table_of
from partnertui.db.notes import add_note
from partnertui.db.operator_access import sessions
from partnertui.db.refund_booking import RefundRequest, request_refund
from partnertui.db.refundable_amounts import read_sale
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import ItemType, PaymentState, TransactionType
from partnertui.domain.ddis import Addition
from partnertui.domain.number_ranges import read_range
from partnertui.domain.operators import Operator
from partnertui.domain.recorded_payments import NewPayment
from partnertui.domain.refunds import RefundScope, Wanted, plan_refund
from partnertui.invoices.provider import Provider
from partnertui.invoices.sale_vat import sum_of
from partnertui.invoices.time_zones_and_days import zone_of

ROUNDS = 60
"""How often a flow can be done before its rows run out."""
EURO_OFF = Wanted(RefundScope.AMOUNT, (), EURO)
PROVIDER = Provider(SELLER, zone=zone_of("Europe/Berlin"))


def _sale(database: Database) -> None:
    sale(database, ((100_000 * EURO, 0),), item_type="credit")


def company(database: Database) -> None:
    """A customer with a ticket, as the form of customers accepts it, and no credit that the ledger doesn't know."""
    one_ticket(database)
    fields = update(table_of(Customer)).values(credit=0, vat_number="DE136695976", status="active")
    database.write(lambda connection: connection.execute(fields))


def refund(database: Database, number: int, key: str, who: Operator) -> Work:
    """A Euro back of a top-up, which the ledger has, too."""
    amount = plan_refund(database.read(lambda connection: read_sale(connection, 1)), EURO_OFF).amount
    request = RefundRequest(1, EURO_OFF, amount, 1, "file", f"round {number}", key)
    return lambda unit: request_refund(unit, request, NOW)


def payment(database: Database, number: int, key: str, who: Operator) -> Work:
    """One item of the basket is paid, and 50 cents more than it costs, which the credit gets."""
    found = baskets.payable(database).terms
    expected = sum_of([10 * EURO], found.rate, "EUR").gross
    fields = {"payment_type": "bank transfer", "unique_payment_id": f"PAY-{number}", "reason": "as agreed"}
    new = NewPayment(**fields, cost=expected + EURO // 2, expected=expected, items=(number,))  # type: ignore[arg-type]
    return lambda unit: add_payment(unit, 1, new, "DE", NOW)


def edit(database: Database, number: int, key: str, who: Operator) -> Work:
    """Another contact."""
    seen = database.read(lambda connection: load_customer(connection, CUSTOMER))
    return lambda unit: edit_customer(unit, CUSTOMER, {**seen, "contact": f"Round {number}"}, seen)


def note(database: Database, number: int, key: str, who: Operator) -> Work:
    """A note on a customer."""

    def work(unit: UnitOfWork) -> None:
        add_note(unit, "customers", CUSTOMER, f"round {number}")

    return work


def ddis(database: Database, number: int, key: str, who: Operator) -> Work:
    """Two numbers."""
    addition = Addition(read_range(f"+4930{2_300_000 + number}[0-1]"), "DE")
    return lambda unit: add_ddis(unit, CUSTOMER, addition)


def _buyer(database: Database) -> None:
    staff(database)
    address = {"country": "DE", "street": "Weg 2", "city": "Bonn"}
    with UnitOfWork(database, ANN) as unit:
        unit.add(customer(**address, currency="EUR", language="de"))
        unit.commit()


def _sold(database: Database, number: int, who: Operator) -> None:
    money = {"tax": 19 * EURO, "currency": "EUR", "customer_id": 1}
    with UnitOfWork(database, ANN) as unit:
        state, kind = PaymentState.COMPLETED, TransactionType.RENEWAL
        sold = Transaction(at=NOW, transaction_type=kind, amount=119 * EURO, state=state, **money)
        unit.add(sold)
        unit.session.flush()
        price: dict[str, Any] = {"unit_price": 100 * EURO, "total": 100 * EURO, "tax_rate": 1900, **money}
        span = {"period_from": NOW, "period_to": NOW + timedelta(days=30), "item_type": ItemType.SUBSCRIPTION}
        unit.add(TransactionItem(transaction_id=sold.id, description="Standard user", **span, **price))
        unit.commit()


def invoice(database: Database, number: int, key: str, who: Operator) -> Work:
    """The invoice of the newest sale."""
    sold = database.read(lambda connection: connection.execute(select(func.max(Transaction.id))).scalar_one())
    return lambda unit: issue(unit, sold, PROVIDER, NOW)


def _session(database: Database, number: int, who: Operator) -> None:
    database.write(lambda connection: sessions.begin(connection, ANN.id, f"host {number}", "1"))


def sign_out(database: Database, number: int, key: str, who: Operator) -> Work:
    """An admin ends a session of Ann's."""
    session = database.read(lambda connection: connection.execute(select(func.max(OperatorSession.id))).scalar_one())
    return lambda unit: sessions.sign_out(unit, session)


def waiting_mails(database: Database, mails: int) -> None:
    """Mails 1 … of the outbox, due long ago."""
    one_ticket(database)
    rows: list[dict[str, Any]] = [
        {
            "ticket_id": TICKET,
            "ticket_message_id": 100 + number,
            "message_id": f"<{number}@voip.example>",
            "recipients": {"to": ["ada@acme.example"]},
            "subject": "Re: No audio",
            "body": "Hello",
            "state": "waiting",
            "not_before": NOW - timedelta(days=1),
        }
        for number in range(mails)
    ]
    said = {"ticket_id": TICKET, "customer_id": CUSTOMER, "partner_id": 7, "author": "Ann", "body": "Hello"}
    messages = [said | {"id": row["ticket_message_id"], "kind": "reply", "at": NOW} for row in rows]

    def work(connection: Connection) -> None:
        connection.execute(insert(TicketMessage), messages)
        connection.execute(insert(OutboxMail), rows)

    database.write(work)


def _paid_back(database: Database) -> int:
    """Refunds; each has its line in the ledger."""
    found = count(database, Refund)
    assert count(database, Transaction, Transaction.refund_of_id == 1) == found
    return found


def _paid(database: Database) -> int:
    found = count(database, Payment)
    assert count(database, Transaction) == found
    assert count(database, BasketItem, BasketItem.state == "paid") == found
    return found


def _edited(database: Database) -> int:
    about = (History.object_table == "customers", History.object_id == CUSTOMER, History.action == "changed")
    found = count(database, History, *about)
    assert database.read(lambda connection: load_customer(connection, CUSTOMER))["version"] == found + 1
    return found


FLOWS = {
    "refund": Flow(_sale, refund, _paid_back),
    "payment with basket items": Flow(lambda database: baskets.basket(database, [10 * EURO] * ROUNDS), payment, _paid),
    "customer edit": Flow(company, edit, _edited),
    "note": Flow(company, note, counts(Note)),
    "DDIs": Flow(company, ddis, lambda database: count(database, Ddi) // 2),
    "invoice": Flow(_buyer, invoice, counts(Invoice), prepare=_sold),
    "sign-out": Flow(staff, sign_out, counts(OperatorSession, OperatorSession.ended_at.is_not(None)), BOB, _session),
    **TICKET_FLOWS,
    **OFFICE_FLOWS,
}
