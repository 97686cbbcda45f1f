"""One answer goes to every ticket of an incident, with its own variables; all or none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.db.incidents.test_lifecycle import DEAD, NOW, calls
from tests.db.makers import ANN, customer, staff

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseUnavailable
from partnertui.db.idempotent_writes import new_key
from partnertui.db.incidents import answer_affected_customers
from partnertui.db.incidents.answer_affected_customers import answer_all, count_answered
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.models import Customer, IncidentRecord, OutboxMail, Ticket, TicketLink, TicketMessage
from partnertui.db.tickets.replies import reply
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import MessageKind, TicketState

TEXT = "Dear {customer.contact}, calls through one of our carriers fail; {ticket.number} is about that."


@pytest.fixture
def incident(database: Database) -> int:
    staff(database)
    with UnitOfWork(database, ANN) as work:
        for number, contact in ((1, "Eve"), (2, "Finn"), (3, "Gus")):
            work.add(customer(id=number, company=f"C{number}", contact=contact, email=f"c{number}@example.com"))
        work.commit()
    rows = [
        {
            "id": number,
            "number": f"T-{number}",
            "subject": "no calls",
            "customer_id": number,
            "requester_email": f"c{number}@example.com",
            "created_at": NOW + timedelta(minutes=5),
        }
        for number in (1, 2)
    ]
    old = rows[0] | {"id": 9, "number": "T-9", "created_at": NOW - timedelta(days=1)}
    database.write(lambda connection: connection.execute(insert(Ticket), [*rows, old]))
    calls(database, DEAD, [4 + n / 10 for n in range(6)], 503)
    [found] = look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5))
    return found


def test_each_ticket_gets_its_own_words(database: Database, incident: int) -> None:
    count = answer_all(database, ANN, new_key(), incident, TEXT, TicketState.PENDING)
    assert count == 2
    replies = select(TicketMessage.ticket_id, TicketMessage.body).where(TicketMessage.kind == MessageKind.REPLY)
    found = database.read(lambda c: {row.ticket_id: row.body for row in c.execute(replies)})
    assert found[1].startswith("Dear Eve,")
    assert "T-1 is about" in found[1]
    assert found[2].startswith("Dear Finn,")
    mails = database.read(lambda c: c.execute(select(OutboxMail.ticket_id)).scalars().all())
    assert sorted(mails) == [1, 2]
    states = database.read(lambda c: {row.id: row.state for row in c.execute(select(Ticket.id, Ticket.state))})
    assert states == {1: TicketState.PENDING, 2: TicketState.PENDING, 9: TicketState.NEW}
    links = select(TicketLink.ticket_id).where(TicketLink.object_table == "incidents")
    assert sorted(database.read(lambda c: c.execute(links).scalars().all())) == [1, 2]
    assert database.read(lambda c: c.scalar(select(IncidentRecord.answered_at))) is not None


def test_one_that_lacks_a_value_stops_all(database: Database, incident: int) -> None:
    database.write(lambda c: c.execute(update(Customer).where(Customer.id == 2).values(contact=None)))
    with pytest.raises(DomainError, match=r"T-2: No value for \{customer.contact\}"):
        answer_all(database, ANN, new_key(), incident, TEXT, TicketState.PENDING)
    assert database.read(lambda c: c.scalar(select(OutboxMail.id))) is None
    assert database.read(lambda c: c.scalar(select(IncidentRecord.answered_at))) is None


def answered(database: Database) -> list[int]:
    """The tickets of the mails that wait, in order."""
    return sorted(database.read(lambda c: c.execute(select(OutboxMail.ticket_id)).scalars().all()))


def many_tickets(database: Database, count: int) -> None:
    """More tickets of the customer with ID 1."""
    row = {"subject": "no calls", "customer_id": 1, "requester_email": "c1@example.com"}
    numbers = range(1001, 1001 + count)
    rows = [row | {"id": n, "number": f"T-{n}", "created_at": NOW + timedelta(minutes=6)} for n in numbers]
    database.write(lambda connection: connection.execute(insert(Ticket), rows))


def test_all_of_more_tickets_than_are_shown(database: Database, incident: int) -> None:
    many_tickets(database, 100)
    assert database.read(lambda c: count_answered(c, incident)) == 0
    assert answer_all(database, ANN, new_key(), incident, TEXT, TicketState.PENDING) == 102
    assert answered(database) == [1, 2, *range(1001, 1101)]
    assert database.read(lambda c: count_answered(c, incident)) == 102


def test_stopped_halfway_and_sent_again_nobody_gets_it_twice(
    database: Database, incident: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_tickets(database, 4)
    key, whole, left = new_key(), reply, iter(range(3))

    def failing(*given: Any, **named: Any) -> int:
        if next(left, None) is None:
            raise DatabaseUnavailable("The database is away.", "Try again.")
        return whole(*given, **named)

    monkeypatch.setattr(answer_affected_customers, "reply", failing)
    with pytest.raises(DatabaseUnavailable, match=r"3 of 6 tickets are answered\. T-1002") as told:
        answer_all(database, ANN, key, incident, TEXT, TicketState.PENDING)
    assert told.value.advice == "Try again. Send again: nobody gets the answer twice."
    assert database.read(lambda c: c.scalar(select(IncidentRecord.answered_at))) is None
    monkeypatch.setattr(answer_affected_customers, "reply", whole)
    assert answer_all(database, ANN, key, incident, TEXT, TicketState.PENDING) == 6
    assert answered(database) == [1, 2, *range(1001, 1005)]
    assert database.read(lambda c: c.scalar(select(IncidentRecord.answered_at))) is not None
