"""The list of the day and the handover: what is due, late ones too, and only the operator's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from tests.db.makers import ANN, BOB, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.due_today import due_today
from partnertui.db.models import CreditCard, Ticket, TicketMessage, TicketWatch
from partnertui.db.tickets.shift_handover import handed_tickets
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.ticket_enums import MessageKind, TicketState, WatchKind

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(database: Database) -> None:
    staff(database)
    with UnitOfWork(database, ANN) as work:
        broke = customer(status=CustomerStatus.ACTIVE, credit=-5_000_000, auto_top_up=True, top_up_amount=1)
        trial = customer(company="New Ltd", status=CustomerStatus.TRIAL, trial_ends_at=NOW + HOUR)
        later = customer(company="Later Ltd", status=CustomerStatus.TRIAL, trial_ends_at=NOW + 72 * HOUR)
        for one in (broke, trial, later):
            work.add(one)
        work.session.flush()
        card = {"holder": "Eve", "brand": "Visa", "last_four": "4242", "is_default": True}
        work.add(CreditCard(customer_id=broke.id, expiry_year=2026, expiry_month=10, **card))
        work.commit()
    made = {"subject": "no audio", "agent_id": ANN.id, "created_at": NOW, "last_update_at": NOW}
    tickets = [
        {**made, "id": 1, "number": "T-1", "state": TicketState.OPEN, "sla_due_at": NOW - HOUR},
        {**made, "id": 2, "number": "T-2", "state": TicketState.PENDING, "sla_due_at": NOW + HOUR},
        {**made, "id": 3, "number": "T-3", "state": TicketState.OPEN, "sla_due_at": NOW + 72 * HOUR},
        {**made, "id": 4, "number": "T-4", "state": TicketState.CLOSED, "sla_due_at": NOW - HOUR},
    ]
    promise = {"ticket_id": 2, "kind": WatchKind.PROMISE, "text": "by Friday", "due_at": NOW + HOUR}
    said = [
        {"ticket_id": 1, "kind": MessageKind.CUSTOMER, "author": "Eve", "body": "Nothing works."},
        {"ticket_id": 1, "kind": MessageKind.NOTE, "author": "Ann", "body": "The carrier looks at it."},
        {"ticket_id": 1, "kind": MessageKind.EVENT, "author": "Ann", "body": "assigned"},
    ]
    database.write(lambda connection: connection.execute(insert(Ticket), tickets))
    database.write(lambda connection: connection.execute(insert(TicketWatch), [promise]))
    database.write(lambda connection: connection.execute(insert(TicketMessage), said))


def test_what_is_due_until_tonight_and_nothing_else(database: Database) -> None:
    fill(database)
    rows = database.read(lambda connection: list(due_today(connection, ANN, NOW, TONIGHT)))
    assert [(row["kind"], row["record"]) for row in rows if row["kind"] == "SLA"] == [("SLA", 1)]
    assert sorted(row["kind"].value for row in rows) == ["SLA", "card", "credit", "promise", "trial"]
    assert next(row["what"] for row in rows if row["kind"] == "card").startswith(
        "Visa ending in 4242 expired (10/2026)"
    )
    stranger = replace(PAT, partner_id=99)
    assert database.read(lambda connection: list(due_today(connection, stranger, NOW, TONIGHT))) == []


def test_a_handover_says_the_last_words_and_the_promises(database: Database) -> None:
    fill(database)
    found = database.read(lambda connection: handed_tickets(connection, ANN, NOW))
    assert [ticket.number for ticket in found] == ["T-1", "T-3", "T-2"]
    assert (found[0].last_author, found[0].last_said) == ("Ann", "The carrier looks at it.")
    assert found[2].promises == ("“by Friday” (Fri 20 Nov 10:00 UTC)",)
    assert database.read(lambda connection: handed_tickets(connection, BOB, NOW)) == []
