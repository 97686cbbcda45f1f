"""What may be very long is read up to a limit, and the view says what is left out."""

from __future__ import annotations

from sqlalchemy import Connection, insert
from tests.db import makers

from partnertui.db.database import Database
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.rows.read_limits import CONVERSATION_READ, MESSAGES_READ, SHORTENED, VALUE_SHOWN, shortened
from partnertui.db.tickets.ticket_conversation import conversation
from partnertui.domain.symbols import UNICODE
from partnertui.kit.views.notes_and_history import history_lines
from partnertui.kit.views.records.record_reader import Reading
from partnertui.screens.customers.page import PAGE
from partnertui.screens.support.thread_lines import message_lines


def ticket(database: Database, bodies: list[str]) -> None:
    """A ticket with these messages."""
    columns = table_of(Ticket).c
    fields = {"id": 1, "number": "T-1", "subject": "x", "requester_email": "a@x.test", "state": "open"}

    def work(connection: Connection) -> None:
        connection.execute(insert(Ticket), [{name: value for name, value in fields.items() if name in columns}])
        common = {"ticket_id": 1, "kind": "reply", "author": "Ann", "at": makers.NOW}
        connection.execute(insert(TicketMessage), [common | {"body": body} for body in bodies])

    database.write(work)


def test_only_the_newest_messages_are_read(database: Database) -> None:
    ticket(database, [str(number) for number in range(MESSAGES_READ + 50)])
    found = database.read(lambda connection: conversation(connection, 1))
    assert found["older"] == 50
    assert [message["body"] for message in found["messages"]] == [str(n) for n in range(50, MESSAGES_READ + 50)]


def test_long_messages_are_shortened_and_the_view_says_so(database: Database) -> None:
    ticket(database, ["x" * 1_000_000 for _ in range(12)])
    found = database.read(lambda connection: conversation(connection, 1))
    assert sum(len(message["body"]) for message in found["messages"]) <= CONVERSATION_READ + 12 * SHORTENED
    last = message_lines(found["messages"][0], 80, UNICODE, frozenset(), makers.NOW)[-1].pieces[0][0]
    assert last == f"  {1_000_000 - SHORTENED:,} more characters: save the full text"


def test_older_notes_are_said_to_be_left_out() -> None:
    note = {"author_name": "Ann", "edited_at": None, "created_at": makers.NOW, "body": "b"}
    lines = history_lines(Reading({}, notes=[note] * 200), 60, "-", PAGE)
    texts = ["".join(text for text, _ in line.pieces) for line in lines]
    assert texts[0].startswith("Notes (200 or more)")
    assert "the latest 10; older notes aren't shown" in texts


def test_very_long_values_are_cut_but_the_one_that_is_sorted_by() -> None:
    long = "x" * (VALUE_SHOWN + 5)
    short, cut = shortened([{"id": 1, "name": "n"}, {"id": 2, "name": long, "subject": long}], "name")
    assert short == {"id": 1, "name": "n"}
    assert cut["name"] == long
    assert cut["subject"] == "x" * VALUE_SHOWN + " … 5 more characters aren't shown"
