"""Snoozes, watches and promises bring tickets back, once; SLA clocks follow states and priorities."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, customer, staff

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import BusinessCalendar, Cdr, SlaTarget, Ticket, TicketMessage, TicketWatch
from partnertui.db.models.base import now
from partnertui.db.tickets.due_explanation import explain_due
from partnertui.db.tickets.due_times import start_clock
from partnertui.db.tickets.states import set_priority, set_state
from partnertui.db.tickets.wake_conditions import snooze, watch_for
from partnertui.db.tickets.waking import wake_tickets
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import Priority, TicketState, WatchKind


@pytest.fixture
def ticket(database: Database) -> int:
    staff(database)
    with UnitOfWork(database, ANN) as work:
        who = customer()
        work.add(who)
        work.session.flush()
        made = Ticket(
            number="T-1",
            subject="no audio",
            customer_id=who.id,
            state=TicketState.OPEN,
            created_at=now() - timedelta(hours=2),
        )
        work.add(made)
        work.session.flush()
        start_clock(work, made)
        work.commit()
        return made.id


def do(database: Database, ticket: int, kind: WatchKind | None, value: str = "", hours: int | None = None) -> None:
    version = read(database, ticket).version
    until = None if hours is None else now() + timedelta(hours=hours)
    commit_once(database, ANN, new_key(), lambda unit: snooze(unit, ticket, until, kind, value, version=version))


def read(database: Database, ticket: int) -> Ticket:
    with UnitOfWork(database, ANN) as work:
        return work.get(Ticket, ticket)


def call(database: Database, ticket: int, number: str, disposition: str = "answered") -> None:
    owner = read(database, ticket)
    row = {
        "customer_id": owner.customer_id,
        "partner_id": owner.partner_id,
        "started_at": now() + timedelta(seconds=1),
        "destination_number": number,
        "category": "dialled",
        "direction": "outbound",
        "disposition": disposition,
    }
    database.write(lambda connection: connection.execute(insert(Cdr), [row]))


def test_a_snoozed_ticket_comes_back_once(database: Database, ticket: int) -> None:
    do(database, ticket, None, hours=4)
    assert wake_tickets(database, ANN, None, now()) == 0
    assert wake_tickets(database, ANN, None, now() + timedelta(hours=5)) == 1
    assert read(database, ticket).state == TicketState.OPEN
    assert wake_tickets(database, ANN, None, now() + timedelta(hours=5)) == 0


def test_the_next_call_of_the_number_brings_it_back(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.CALL, "+442071838750")
    call(database, ticket, "442071838751")
    assert wake_tickets(database, ANN, None, now() + timedelta(seconds=5)) == 0
    call(database, ticket, "442071838750")
    assert wake_tickets(database, ANN, None, now() + timedelta(seconds=5)) == 1
    words = select(TicketMessage.body).where(
        TicketMessage.ticket_id == ticket, TicketMessage.body.contains("42071838750")
    )
    assert database.read(lambda connection: connection.scalar(words)) is not None


def test_a_solved_ticket_reopens_at_the_next_failure(database: Database, ticket: int) -> None:
    version = read(database, ticket).version
    commit_once(database, ANN, new_key(), lambda unit: set_state(unit, ticket, TicketState.SOLVED, version=version))
    commit_once(database, ANN, new_key(), lambda unit: watch_for(unit, unit.get(Ticket, ticket), WatchKind.FAILURE, ""))
    call(database, ticket, "442071838750")
    assert wake_tickets(database, ANN, None, now()) == 0
    call(database, ticket, "442071838750", "failed")
    assert wake_tickets(database, ANN, None, now()) == 1
    assert read(database, ticket).state == TicketState.OPEN


def test_two_at_a_time_bring_it_back_once(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    database.write(
        lambda c: c.execute(update(TicketWatch).values(kind=WatchKind.PROMISE, text="until Friday", due_at=now()))
    )
    later = now() + timedelta(seconds=1)
    assert [wake_tickets(database, ANN, None, later), wake_tickets(database, ANN, None, later)] == [1, 0]
    events = select(func.count()).where(TicketMessage.body.contains("until Friday"))
    assert database.read(lambda connection: connection.scalar(events)) == 1


def test_what_is_missing_is_said_at_its_field(database: Database, ticket: int) -> None:
    for kind, hours, field in ((None, None, "until"), (None, -1, "until"), (WatchKind.CALL, None, "value")):
        with pytest.raises(DomainError) as found:
            do(database, ticket, kind, hours=hours)
        assert found.value.field == field


def test_the_due_time_explains_itself(database: Database, ticket: int) -> None:
    hours = {day: "00:00-24:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")}
    week = {"name": "Office", "time_zone": "Europe/Berlin", "sunday": "00:00-24:00", **hours}
    database.write(lambda c: c.execute(insert(BusinessCalendar), [week]))
    target = {"priority": Priority.HIGH, "first_answer_minutes": 60, "solution_minutes": 600, "calendar_id": 1}
    database.write(lambda c: c.execute(insert(SlaTarget), [target]))
    version = read(database, ticket).version
    commit_once(database, ANN, new_key(), lambda unit: set_priority(unit, ticket, Priority.HIGH, version=version))
    row = read(database, ticket)
    assert row.sla_due_at == row.created_at + timedelta(hours=1)
    assert row.sla_warn_at == row.created_at
    found = database.read(lambda connection: explain_due(connection, ticket))
    assert found.expected == found.due == row.sla_due_at
    assert sum((day.counted for day in found.days), timedelta()) == timedelta(hours=1)
