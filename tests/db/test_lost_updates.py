"""What one program or agent wrote is never overwritten by another who had not seen it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.db.makers import ANN, BOB, PAT, customer, staff

from partnertui.db.customers import edit_customer, load_customer
from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, Ticket, TicketMessage
from partnertui.db.notes import add_note, edit_note
from partnertui.db.tickets import replies, states
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import NotAllowed
from partnertui.domain.ticket_enums import Priority, TicketState

PLATFORM = {"credit": 7_660_000, "unlimited_minutes_left": 12}


@pytest.fixture
def acme(database: Database) -> int:
    """The ID of a customer of partner 7."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(partner_id=7, status="active", credit=20_000_000, unlimited_minutes_left=30)
        work.add(new)
        work.commit()
        return new.id


@pytest.fixture
def ticket(database: Database, acme: int) -> int:
    """The ID of an open ticket of that customer."""
    with UnitOfWork(database, ANN) as work:
        new = Ticket(customer_id=acme, number="T-1", subject="No sound", requester_email="a@example.net")
        work.add(new)
        work.commit()
        return new.id


def load(database: Database, acme: int) -> dict[str, Any]:
    return database.read(lambda connection: load_customer(connection, acme))


def stored(database: Database, acme: int) -> dict[str, Any]:
    """All columns of the customer; the form doesn't have its balances."""
    table = Customer.__table__
    row = select(table).where(table.c.id == acme)
    return dict(database.read(lambda connection: connection.execute(row).mappings().one()))


def by_platform(database: Database, acme: int, **values: object) -> None:
    """Another program writes columns and leaves the version alone."""
    database.write(lambda connection: connection.execute(update(Customer).where(Customer.id == acme).values(**values)))


def save(database: Database, acme: int, seen: dict[str, Any], **typed: object) -> None:
    commit_once(database, BOB, new_key(), lambda unit: edit_customer(unit, acme, {**seen, **typed}, seen))


def test_a_save_leaves_what_it_did_not_change(database: Database, acme: int) -> None:
    seen = load(database, acme)
    by_platform(database, acme, **PLATFORM)
    save(database, acme, seen, street="Elm Street 3")
    assert {name: stored(database, acme)[name] for name in PLATFORM} == PLATFORM
    assert load(database, acme)["street"] == "Elm Street 3"


def test_a_balance_is_never_written_by_the_form(database: Database, acme: int) -> None:
    seen = load(database, acme)
    save(database, acme, seen, credit=999_000_000, city="York")
    assert stored(database, acme)["credit"] == 20_000_000


def test_a_field_that_another_program_wrote_is_not_overwritten(database: Database, acme: int) -> None:
    seen = load(database, acme)
    by_platform(database, acme, unlimited_minutes_left=12)
    with pytest.raises(ConcurrentChange) as caught:
        save(database, acme, seen, unlimited_minutes_left=60)
    assert caught.value.current["unlimited_minutes_left"] == 12


def test_a_partner_can_not_raise_limits(database: Database, acme: int) -> None:
    seen = load(database, acme)
    for name in ("credit_limit", "unlimited_minutes_left"):
        with UnitOfWork(database, PAT) as work, pytest.raises(NotAllowed) as caught:
            edit_customer(work, acme, {**seen, name: 10**9}, seen)
        assert caught.value.field == name
    commit_once(database, PAT, new_key(), lambda unit: edit_customer(unit, acme, {**seen, "city": "York"}, seen))


def test_taking_a_ticket_that_a_colleague_took_is_refused(database: Database, ticket: int) -> None:
    with UnitOfWork(database, BOB) as work:
        states.assign(work, ticket, BOB.id, BOB.name, version=1)
        work.commit()
    changes: tuple[Callable[[UnitOfWork], None], ...] = (
        lambda unit: states.assign(unit, ticket, ANN.id, ANN.name, version=1),
        lambda unit: states.set_state(unit, ticket, TicketState.SOLVED, version=1),
        lambda unit: states.set_priority(unit, ticket, Priority.HIGH, version=1),
    )
    for change in changes:
        with UnitOfWork(database, ANN) as work, pytest.raises(ConcurrentChange, match="changed by Bob"):
            change(work)


def test_a_note_changed_in_another_session_is_not_overwritten(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        note = add_note(work, "customers", acme, "first")
        work.commit()
    with UnitOfWork(database, ANN) as work:
        edit_note(work, note.id, "second", version=1)
        work.commit()
    with UnitOfWork(database, ANN) as work, pytest.raises(ConcurrentChange):
        edit_note(work, note.id, "third", version=1)


def test_notes_of_twenty_agents_at_once_are_all_kept(postgres_database: Database) -> None:
    staff(postgres_database)
    with UnitOfWork(postgres_database, ANN) as work:
        work.add(customer(id=5))
        work.session.flush()
        work.add(Ticket(id=9, customer_id=5, number="T-9", subject="No sound", requester_email="a@example.net"))
        work.commit()
    errors: list[Exception] = []

    def write(number: int) -> None:
        try:
            commit_once(postgres_database, ANN, new_key(), lambda unit: replies.note(unit, 9, f"note {number}"))
        except ConcurrentChange as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    count = select(func.count(TicketMessage.id)).where(TicketMessage.ticket_id == 9, TicketMessage.kind == "note")
    assert postgres_database.read(lambda connection: connection.execute(count).scalar()) == 20
