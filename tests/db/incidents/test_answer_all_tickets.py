"""One answer goes to every ticket of an incident, with its own variables; all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from tests.db.incidents.test_lifecycle import DEAD, NOW, calls
from tests.db.makers import ANN, customer, staff

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.incidents.answer_affected_customers import answer_all
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.models import Customer, IncidentRecord, OutboxMail, Ticket, TicketLink, TicketMessage
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
    count = commit_once(database, ANN, new_key(), lambda unit: answer_all(unit, incident, TEXT, TicketState.PENDING))
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
        commit_once(database, ANN, new_key(), lambda unit: answer_all(unit, incident, TEXT, TicketState.PENDING))
    assert database.read(lambda c: c.scalar(select(OutboxMail.id))) is None
    assert database.read(lambda c: c.scalar(select(IncidentRecord.answered_at))) is None
