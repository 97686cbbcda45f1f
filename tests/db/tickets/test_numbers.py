"""Numbers of new tickets: two services, or a split and a service, never take the same."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select
from tests.db.makers import BOB
from tests.db.tickets.desk import add_ticket, desk

from partnertui.db.database import Database
from partnertui.db.mail.new_tickets import new_ticket
from partnertui.db.mail.senders import Sender
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.tickets.split import split
from partnertui.db.unit_of_work import UnitOfWork

ROUNDS = 8


def test_splits_and_new_mails_at_the_same_time_take_different_numbers(database: Database) -> None:
    desk(database)
    tickets = [add_ticket(database, f"Ticket {at}", "First.", "Second.") for at in range(ROUNDS)]
    first = select(TicketMessage.ticket_id, func.min(TicketMessage.id)).group_by(TicketMessage.ticket_id)
    messages = dict(database.read(lambda connection: [(row[0], row[1]) for row in connection.execute(first)]))
    together = threading.Barrier(2)

    def split_all() -> None:
        for ticket in tickets:
            together.wait(60)
            with UnitOfWork(database, BOB) as work:
                split(work, ticket, [messages[ticket]], "Apart", version=1)
                work.commit()

    def take_mails() -> None:
        for at in range(ROUNDS):
            together.wait(60)
            with UnitOfWork(database, BOB) as work:
                new_ticket(work, f"Mail {at}", Sender("Ann", "ann@acme.example"), "ann@acme.example", None)
                work.commit()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(split_all), pool.submit(take_mails)]:
            done.result(120)
    numbers = database.read(lambda c: c.execute(select(Ticket.number)).scalars().all())
    assert len(set(numbers)) == len(numbers) == 3 * ROUNDS


def test_number_that_is_taken_is_passed_over(database: Database) -> None:
    desk(database)
    taken = add_ticket(database, "First", "One.", "Two.")
    database.write(lambda c: c.exec_driver_sql(f"UPDATE tickets SET number = 'T-{10_001 + taken}' WHERE id = {taken}"))
    with UnitOfWork(database, BOB) as work:
        ticket = new_ticket(work, "", Sender("", "ann@acme.example"), "ann@acme.example", None)
        work.commit()
    assert ticket.number == f"T-{10_002 + taken}"
