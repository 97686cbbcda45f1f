"""What agents do to payments, numbers, users, incidents and files of customers."""

from __future__ import annotations

from datetime import timedelta
from itertools import count as numbered

from sqlalchemy import func, insert, select
from tests.db.basket import makers as baskets
from tests.db.makers import ANN, NOW, customer, staff
from tests.db.refunds.makers import EURO
from tests.db.tickets.desk import add_ticket
from tests.db.users.makers import CODES, VAULT, company, new_user
from tests.faults.flow import Flow, Work, count, counts

from partnertui.db.database import Database
from partnertui.db.ddi_activation import activate
from partnertui.db.incidents.answer_affected_customers import answer_ticket
from partnertui.db.incidents.details import incident_details
from partnertui.db.models import (
    BasketItem,
    Customer,
    Ddi,
    History,
    IncidentFailure,
    IncidentRecord,
    Payment,
    PendingDdi,
    PendingDdiNumber,
    PriceList,
    PriceListEntry,
    RingGroup,
    SwitchUser,
    Ticket,
    TicketMessage,
    Transaction,
    User,
)
from partnertui.db.payment_state_changes import mark_paid, not_received
from partnertui.db.pending_ddis import advance, numbers_of
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.users import Credentials, add_user, edit_user, load_user, new_user_values
from partnertui.domain.billing_enums import PaymentState
from partnertui.domain.incidents import SharedBy
from partnertui.domain.operators import Operator
from partnertui.domain.pbx_enums import PendingState, TargetType
from partnertui.domain.ticket_enums import MessageKind, TicketState
from partnertui.screens.customers.customers_import import CustomersImport

LINES = 2
"""Customers in a file."""
CREDENTIALS = Credentials(VAULT, "secret-of-the-phone")


def _no_items(database: Database) -> None:
    baskets.basket(database, ())


def _pending_payment(database: Database, number: int, who: Operator) -> None:
    """For an item of its own."""
    with UnitOfWork(database, ANN) as unit:
        kind = {"item_type": "hardware", "currency": "EUR", "due_at": NOW, "price": 10 * EURO}
        item = BasketItem(customer_id=1, unique_item_id=f"BI-{number}", description=f"Item {number}", **kind)
        unit.add(item)
        unit.commit()
    baskets.pay(database, (item.id,), is_received=False)


def _newest_payment(database: Database) -> int:
    return database.read(lambda connection: connection.execute(select(func.max(Payment.id))).scalar_one())


def marked_paid(database: Database, number: int, key: str, who: Operator) -> Work:
    """A payment that was awaited arrived."""
    payment = _newest_payment(database)
    return lambda unit: mark_paid(unit, payment, NOW)


def _paid(database: Database) -> int:
    found = count(database, Payment, Payment.state == PaymentState.COMPLETED)
    assert count(database, Transaction, Transaction.state == PaymentState.COMPLETED) == found
    assert count(database, BasketItem, BasketItem.state == "paid") == found
    return found


def marked_lost(database: Database, number: int, key: str, who: Operator) -> Work:
    """A payment that was awaited won't come."""
    payment = _newest_payment(database)
    return lambda unit: not_received(unit, payment, "never came", NOW)


def _lost(database: Database) -> int:
    found = count(database, Payment, Payment.state == PaymentState.FAILED)
    assert count(database, BasketItem, BasketItem.state == "due") >= found
    return found


def _orders(database: Database) -> None:
    """A customer with a ring group to route numbers to, and a price."""
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        unit.add(customer(partner_id=7, country="DE", currency="EUR"))
        unit.add(PriceList(name="DDIs", kind="ddis", currency="EUR"))
        unit.session.flush()
        unit.add(RingGroup(customer_id=1, name="Sales"))
        unit.add(PriceListEntry(price_list_id=1, name="Berlin", prefix="4930", setup_fee=1, monthly_fee=5))
        unit.commit()


def _order(database: Database, number: int, who: Operator, **fields: object) -> None:
    ordered = f"4930{2_300_000 + number}"
    with UnitOfWork(database, ANN) as unit:
        order = PendingDdi(customer_id=1, order_number=f"ORD-{number}", kind="new", country="DE", numbers=[ordered])
        unit.add(order)
        unit.session.flush()
        unit.add(PendingDdiNumber(customer_id=1, order_id=order.id, number=ordered, **fields))
        unit.commit()


def _order_with_date(database: Database, number: int, who: Operator) -> None:
    route = {"route_type": TargetType.RING_GROUP, "target_id": 1, "target": "Sales", "price_list_entry_id": 1}
    _order(database, number, who, state=PendingState.DATE_CONFIRMED, agreed_at=NOW, **route)


def _seen_order(database: Database) -> tuple[int, dict[str, int]]:
    """The newest order, and the versions of its numbers, as its record shows them."""
    order = database.read(lambda connection: connection.execute(select(func.max(PendingDdi.id))).scalar_one())
    rows = database.read(lambda connection: numbers_of(connection, order))
    return order, {row["number"]: row["version"] for row in rows}


def advanced(database: Database, number: int, key: str, who: Operator) -> Work:
    """An order is submitted."""
    order, seen = _seen_order(database)
    return lambda unit: advance(unit, order, seen, {"documents_missing": None})


def activated(database: Database, number: int, key: str, who: Operator) -> Work:
    """A number that was ordered becomes a DDI."""
    order, seen = _seen_order(database)
    return lambda unit: activate(unit, order, seen, NOW)


def user_added(database: Database, number: int, key: str, who: Operator) -> Work:
    """A user with an account, which the switch is told."""
    start = database.read(lambda connection: new_user_values(connection, 1, who, CODES))
    name = f"User {number}"
    values = {"name": name, "email": f"u{number}@nb.test", "extension": start["extension"]}
    return lambda unit: add_user(unit, 1, values, CREDENTIALS, codes=CODES)


def _users(database: Database) -> int:
    found = count(database, User)
    assert count(database, SwitchUser, SwitchUser.revision > SwitchUser.written_revision) == found
    return found


def _one_user(database: Database) -> None:
    company(database)
    new_user(database, "Ada", "200")


def user_edited(database: Database, number: int, key: str, who: Operator) -> Work:
    """A user gets another SIP password, which the switch is told."""
    seen = database.read(lambda connection: load_user(connection, 1))
    values = {**seen, "department": f"round {number}"}
    return lambda unit: edit_user(unit, 1, values, seen, CREDENTIALS, codes=CODES)


def _user_edits(database: Database) -> int:
    found = count(database, History, History.object_table == "users", History.action == "changed")
    revision = database.read(lambda connection: connection.execute(select(SwitchUser.revision)).scalar_one())
    assert revision == found + 1
    return found


def _incident(database: Database) -> None:
    """One that hit customer 1."""
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        unit.add(customer(partner_id=7, contact="Eve"))
        unit.commit()
    times = {"first_at": NOW, "last_at": NOW + timedelta(minutes=5)}
    what = {"shared_by": SharedBy.CARRIER, "value": "203.0.113.66", "verdict": "503 Service Unavailable"}
    numbers = {"id": 1, "failures": 6, "customers": 1, "attempts": 6}
    failure = {"incident_id": 1, "at": NOW, "customer_id": 1, "partner_id": 7}
    database.write(lambda connection: connection.execute(insert(IncidentRecord), {**what, **times, **numbers}))
    database.write(lambda connection: connection.execute(insert(IncidentFailure), failure))


def _ticket_about_it(database: Database, number: int, who: Operator) -> None:
    add_ticket(database, f"No calls {number}", at=NOW + timedelta(minutes=5), partner_id=7)


def answered(database: Database, number: int, key: str, who: Operator) -> Work:
    """A ticket of an incident gets the answer to all of them, which is a unit of work each."""
    assert database.read(lambda connection: incident_details(connection, 1, NOW))["hit_tickets"]
    text = "Dear {customer.contact}, this is over."
    ticket = database.read(lambda connection: connection.scalar(select(func.max(Ticket.id))))
    assert ticket is not None
    return lambda unit: answer_ticket(unit, ticket, 1, text, TicketState.SOLVED)


def imported(database: Database, number: int, key: str, who: Operator) -> Work:
    """The lines of a CSV file, in one transaction."""
    importer, shared = CustomersImport(), {"country": "US", "currency": "USD"}
    names = [f"Imported {number} {line}" for line in range(LINES)]
    rows = [{"company": name, "email": f"i{number}-{at}@example.com", **shared} for at, name in zip(numbered(), names)]
    database.read(lambda connection: importer.begin(connection, who))

    def work(unit: UnitOfWork) -> int:
        importer.begin(unit.session.connection(), unit.operator)
        importer.store(unit, [importer.check(row) for row in rows])
        return len(rows)

    return work


OFFICE_FLOWS = {
    "payment marked as paid": Flow(_no_items, marked_paid, _paid, prepare=_pending_payment),
    "payment not received": Flow(_no_items, marked_lost, _lost, prepare=_pending_payment),
    "DDI order advanced": Flow(
        _orders, advanced, counts(PendingDdiNumber, PendingDdiNumber.state == PendingState.SUBMITTED), prepare=_order
    ),
    "DDI activated": Flow(_orders, activated, counts(Ddi), prepare=_order_with_date),
    "user added": Flow(company, user_added, _users),
    "user edited": Flow(_one_user, user_edited, _user_edits),
    "incident answered": Flow(
        _incident, answered, counts(TicketMessage, TicketMessage.kind == MessageKind.REPLY), prepare=_ticket_about_it
    ),
    "customers imported": Flow(staff, imported, lambda database: count(database, Customer) // LINES),
}
"""Cut at each statement by tests/faults, and tried as each role by tests/db/security."""
