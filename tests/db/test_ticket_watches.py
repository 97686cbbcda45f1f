"""Snoozes, watches and promises bring tickets back, once; SLA clocks follow states and priorities."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from tests.db.kamailio import switches
from tests.db.makers import ANN, customer, staff

from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.models import BusinessCalendar, Cdr, Payment, SlaTarget, Ticket, TicketMessage, TicketWatch
from partnertui.db.models.base import now
from partnertui.db.tickets import waking
from partnertui.db.tickets.due_explanation import explain_due
from partnertui.db.tickets.due_times import start_clock
from partnertui.db.tickets.merge import merge
from partnertui.db.tickets.replies import reply
from partnertui.db.tickets.reply_mail import Mailing
from partnertui.db.tickets.reply_recall import newest_waiting, recall
from partnertui.db.tickets.states import set_priority, set_state
from partnertui.db.tickets.wake_conditions import snooze, watch_for
from partnertui.db.tickets.waking import wake_tickets
from partnertui.db.undo import last_changes, undo
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_recipients import Recipients
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


def pay(database: Database, ticket: int, state: str = "completed") -> None:
    owner = read(database, ticket)
    row = {
        "customer_id": owner.customer_id,
        "partner_id": owner.partner_id,
        "at": now() + timedelta(seconds=1),
        "payment_type": "card",
        "unique_payment_id": new_key(),
        "amount": 5_000_000,
        "currency": "GBP",
        "state": state,
    }
    database.write(lambda connection: connection.execute(insert(Payment), row))


def to(database: Database, ticket: int, state: TicketState) -> None:
    version = read(database, ticket).version
    commit_once(database, ANN, new_key(), lambda unit: set_state(unit, ticket, state, version=version))


def solve_until_failure(database: Database, ticket: int) -> None:
    to(database, ticket, TicketState.SOLVED)
    commit_once(database, ANN, new_key(), lambda unit: watch_for(unit, unit.get(Ticket, ticket), WatchKind.FAILURE, ""))


def wake(database: Database, kamailio: KamailioDatabase | None = None) -> int:
    return wake_tickets(database, ANN, kamailio, now() + timedelta(seconds=5))


def open_watches(database: Database) -> list[WatchKind]:
    kinds = select(TicketWatch.kind).where(TicketWatch.done_at.is_(None)).order_by(TicketWatch.id)
    return list(database.read(lambda connection: connection.scalars(kinds).all()))


@pytest.fixture
def kamailio(database: Database, tmp_path: Path) -> Iterator[KamailioDatabase]:
    """Kamailio's tables in a file of their own, without registrations."""
    url = f"sqlite:///{tmp_path / 'kamailio.db'}"
    with closing(open_database(url)) as switch:
        switch.write(lambda connection: create_tables(connection))
    with closing(KamailioDatabase(database.url, url)) as found:
        yield found


def register(tmp_path: Path, username: str) -> None:
    row = switches.registration(1, username, last_modified=now() + timedelta(seconds=1), domain="lab.test")
    with closing(open_database(f"sqlite:///{tmp_path / 'kamailio.db'}")) as switch:
        switch.write(lambda connection: connection.execute(create_tables(connection).location.insert(), row))


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


@pytest.mark.parametrize("typed", ["+44 20 7183 8750", "020 7183 8750", "0044 20 7183-8750", "442071838750"])
def test_the_number_is_read_as_people_write_it(database: Database, ticket: int, typed: str) -> None:
    do(database, ticket, WatchKind.CALL, typed)
    call(database, ticket, "442071838750")
    assert [wake(database), wake(database)] == [1, 0]
    assert read(database, ticket).state == TicketState.OPEN


def test_an_extension_is_waited_for_as_it_is_dialled(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.CALL, "101")
    call(database, ticket, "101")
    assert wake(database) == 1


def test_what_is_no_number_is_refused_at_its_field(database: Database, ticket: int) -> None:
    for typed in ("the office", "+44 20", "+4420718387501234567"):
        with pytest.raises(DomainError) as found:
            do(database, ticket, WatchKind.CALL, typed)
        assert found.value.field == "value"
    assert read(database, ticket).state == TicketState.OPEN


def test_a_payment_brings_it_back_once(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    pay(database, ticket, "failed")
    assert wake(database) == 0
    pay(database, ticket)
    assert [wake(database), wake(database)] == [1, 0]
    assert read(database, ticket).state == TicketState.OPEN


def test_a_registration_brings_it_back_once(
    database: Database, ticket: int, kamailio: KamailioDatabase, tmp_path: Path
) -> None:
    do(database, ticket, WatchKind.REGISTRATION, "2001@lab.test")
    assert wake(database, kamailio) == 0
    register(tmp_path, "2001")
    assert wake(database) == 0
    assert [wake(database, kamailio), wake(database, kamailio)] == [1, 0]
    assert read(database, ticket).state == TicketState.OPEN


@pytest.mark.parametrize("state", [TicketState.PENDING, TicketState.SOLVED, TicketState.OPEN])
def test_what_comes_after_the_snooze_changes_nothing(
    database: Database, ticket: int, kamailio: KamailioDatabase, tmp_path: Path, state: TicketState
) -> None:
    for kind, value in (
        (WatchKind.CALL, "442071838750"),
        (WatchKind.REGISTRATION, "2001@lab.test"),
        (WatchKind.PAYMENT, ""),
    ):
        do(database, ticket, kind, value)
        to(database, ticket, state)
        assert open_watches(database) == []
        to(database, ticket, TicketState.OPEN)
    to(database, ticket, state)
    call(database, ticket, "442071838750")
    register(tmp_path, "2001")
    pay(database, ticket)
    assert wake(database, kamailio) == 0
    assert read(database, ticket).state == state


def test_snoozed_again_it_waits_for_the_new_event_alone(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    do(database, ticket, WatchKind.CALL, "101")
    assert open_watches(database) == [WatchKind.CALL]


def test_a_failure_after_the_ticket_was_reopened_changes_nothing(database: Database, ticket: int) -> None:
    solve_until_failure(database, ticket)
    to(database, ticket, TicketState.OPEN)
    assert open_watches(database) == []
    to(database, ticket, TicketState.SOLVED)
    call(database, ticket, "442071838750", "failed")
    assert wake(database) == 0
    assert read(database, ticket).state == TicketState.SOLVED


def test_a_failure_reopens_once(database: Database, ticket: int) -> None:
    solve_until_failure(database, ticket)
    call(database, ticket, "442071838750", "failed")
    assert [wake(database), wake(database)] == [1, 0]


def test_a_watch_that_an_older_release_left_open_reopens_nothing(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    done = update(Ticket).values(state=TicketState.SOLVED, snoozed_until=None)
    database.write(lambda connection: connection.execute(done))
    pay(database, ticket)
    assert wake(database) == 0
    assert read(database, ticket).state == TicketState.SOLVED
    assert open_watches(database) == []


def test_a_merged_snooze_reopens_nothing(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    owner = read(database, ticket)
    other = {"number": "T-2", "subject": "x", "customer_id": owner.customer_id, "state": "pending"}
    target = database.write(lambda c: c.execute(insert(Ticket).returning(Ticket.id), other).scalar_one())
    with UnitOfWork(database, ANN) as work:
        merge(work, ticket, target, version=owner.version, vault=None)
        work.commit()
    pay(database, ticket)
    assert wake(database) == 0
    assert read(database, target).state == TicketState.PENDING


def test_a_reminder_stays_whatever_the_state(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    promised = {"ticket_id": ticket, "kind": WatchKind.PROMISE, "text": "by Friday", "due_at": now()}
    database.write(lambda connection: connection.execute(insert(TicketWatch), promised))
    to(database, ticket, TicketState.SOLVED)
    assert open_watches(database) == [WatchKind.PROMISE]
    assert wake(database) == 1
    assert read(database, ticket).state == TicketState.SOLVED


def test_undone_it_waits_again(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    to(database, ticket, TicketState.OPEN)
    with UnitOfWork(database, ANN) as work:
        undo(work, last_changes(work.session.connection(), ANN, "tickets", [ticket]))
        work.commit()
    assert read(database, ticket).state == TicketState.SNOOZED
    assert open_watches(database) == [WatchKind.PAYMENT]
    with UnitOfWork(database, ANN) as work:
        undo(work, last_changes(work.session.connection(), ANN, "tickets", [ticket]))
        work.commit()
    pay(database, ticket)
    assert read(database, ticket).state == TicketState.OPEN
    assert wake(database) == 0


def test_a_recalled_reply_leaves_it_waiting(database: Database, ticket: int) -> None:
    do(database, ticket, WatchKind.PAYMENT)
    to_ada = Recipients(("ada@acme.example",))
    with UnitOfWork(database, ANN) as work:
        key = reply(work, ticket, "Fixed.", TicketState.SOLVED, read_to=None, mailing=Mailing(to_ada))
        work.commit()
    assert open_watches(database) == []
    assert database.read(lambda connection: newest_waiting(connection, ANN.id)) is not None
    with UnitOfWork(database, ANN) as work:
        recall(work, key)
        work.commit()
    assert read(database, ticket).state == TicketState.SNOOZED
    assert open_watches(database) == [WatchKind.PAYMENT]


def test_without_a_customer_no_failure_or_payment_is_waited_for(database: Database, ticket: int) -> None:
    database.write(lambda connection: connection.execute(update(Ticket).values(customer_id=None)))
    with pytest.raises(DomainError, match="has no customer, so a payment"):
        do(database, ticket, WatchKind.PAYMENT)
    with pytest.raises(DomainError, match="has no customer, so the customer's next failed call"):
        solve_until_failure(database, ticket)
    left = {"ticket_id": ticket, "kind": WatchKind.FAILURE, "since": now() - timedelta(hours=1)}
    database.write(lambda connection: connection.execute(insert(TicketWatch), left))
    call(database, ticket, "442071838750", "failed")
    assert wake(database) == 0


def test_watches_that_never_happen_keep_no_other_back(
    database: Database, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "LOOKED_AT", 10)
    monkeypatch.setattr(waking, "PAGE", 3)
    other = {"number": "T-2", "subject": "waits in vain", "state": "solved", "customer_id": None}
    waiting = database.write(lambda c: c.execute(insert(Ticket).returning(Ticket.id), other).scalar_one())
    idle = {"ticket_id": waiting, "kind": WatchKind.CALL, "value": "999", "since": now()}
    database.write(lambda connection: connection.execute(insert(TicketWatch), [idle] * 40))
    do(database, ticket, WatchKind.PAYMENT)
    database.write(lambda connection: connection.execute(insert(TicketWatch), [idle] * 40))
    pay(database, ticket)
    assert any(wake(database) for _ in range(300))
    assert read(database, ticket).state == TicketState.OPEN
    assert len(database.read(waking.event_watches)) == 10
    promised = {"ticket_id": ticket, "kind": WatchKind.PROMISE, "text": "by Friday", "due_at": now()}
    database.write(lambda connection: connection.execute(insert(TicketWatch), promised))
    assert wake(database) == 1
