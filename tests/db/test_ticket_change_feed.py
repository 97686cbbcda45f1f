"""Changes of tickets by others are told within a second, on both databases, also after the database was away."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert, text, update
from tests.db.makers import ANN, staff

from partnertui.db.database import Database
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.query_cancellation import Cancel
from partnertui.db.ticket_change_feed import changes
from partnertui.db.tickets.presence import end_presence, show_presence
from partnertui.domain.ticket_enums import MessageKind


@contextmanager
def followed(database: Database) -> Iterator[queue.Queue[int | None]]:
    """What the feed tells, in another thread."""
    found: queue.Queue[int | None] = queue.Queue()
    cancel = Cancel()

    def follow() -> None:
        for changed in changes(database, cancel):
            found.put(changed)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        time.sleep(0.3)
        yield found
    finally:
        cancel.cancel()
        thread.join(10)
        assert not thread.is_alive()


def ticket(database: Database, number: int) -> None:
    row = {"id": number, "number": f"T-{number}", "subject": "no audio"}
    database.write(lambda connection: connection.execute(insert(Ticket), [row]))


def drained(found: queue.Queue[int | None]) -> set[int | None]:
    """What was told within a second."""
    seen: set[int | None] = set()
    end = time.monotonic() + 1.0
    while (left := end - time.monotonic()) > 0:
        try:
            seen.add(found.get(timeout=left))
        except queue.Empty:
            break
    return seen


def test_answers_and_presence_are_told_within_a_second(database: Database) -> None:
    staff(database)
    ticket(database, 7)
    known = {7} if database.dialect == "postgresql" else {None}
    message = {"ticket_id": 7, "kind": MessageKind.CUSTOMER, "author": "Eve", "body": "still no audio"}
    with followed(database) as found:
        database.write(lambda connection: connection.execute(insert(TicketMessage), [message]))
        assert drained(found) == known
        database.write(lambda connection: show_presence(connection, 7, ANN.id, True, now()))
        assert drained(found) == known
        database.write(lambda connection: show_presence(connection, 7, ANN.id, False, now()))
        assert drained(found) == known
        database.write(lambda connection: end_presence(connection, 7, ANN.id))
        assert drained(found) == known
        assert drained(found) == set()


def test_many_at_once_are_told_as_one(database: Database) -> None:
    rows = [{"id": number, "number": f"T-{number}", "subject": "x"} for number in range(1, 301)]
    with followed(database) as found:
        database.write(lambda connection: connection.execute(insert(Ticket), rows))
        drained(found)
        database.write(lambda connection: connection.execute(update(Ticket).values(subject="y")))
        assert drained(found) == {None}


def test_a_lost_connection_is_made_again(postgres_database: Database) -> None:
    ticket(postgres_database, 1)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    with followed(postgres_database) as found:
        postgres_database.write(lambda connection: connection.execute(text(others)))
        end = time.monotonic() + 15
        seen: set[int | None] = set()
        while None not in seen and time.monotonic() < end:
            seen |= drained(found)
        assert None in seen  # whatever happened meanwhile is read again
        time.sleep(0.5)
        postgres_database.write(lambda connection: connection.execute(update(Ticket).values(subject="y")))
        assert 1 in drained(found)
