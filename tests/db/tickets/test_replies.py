"""A reply and its mail in one transaction; taken back while it waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, insert, select, update
from tests.db.makers import ANN, BOB, PAT
from tests.db.tickets.makers import TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange
from partnertui.db.models import (
    CannedResponse,
    History,
    Mailbox,
    MailReference,
    OutboxMail,
    Ticket,
    TicketAttachment,
    TicketMessage,
    TicketParticipant,
    TicketWatch,
)
from partnertui.db.models.base import Base, table_of
from partnertui.db.tickets.replies import note, reply
from partnertui.db.tickets.reply_mail import MOST_BYTES, Mailing, NewAttachment, default_recipients
from partnertui.db.tickets.reply_recall import newest_waiting, recall
from partnertui.db.tickets.states import set_priority
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_recipients import Recipients
from partnertui.domain.operators import Operator
from partnertui.domain.promised_dates import Promise
from partnertui.domain.ticket_enums import MessageKind, ParticipantKind, Priority, TicketState

ADA = Recipients(("ada@acme.example",), ("it@acme.example",))


def send(database: Database, text: str = "Restart it.", mailing: Mailing | None = None, sender: Operator = ANN) -> int:
    """A reply, which solves the ticket."""
    with UnitOfWork(database, sender) as work:
        found = reply(work, TICKET, text, TicketState.SOLVED, read_to=1, mailing=mailing or Mailing(ADA))
        work.commit()
    return found


def rows(database: Database, model: type[Base]) -> list[dict[str, object]]:
    """All rows of a table."""
    table = table_of(model)
    return database.read(
        lambda connection: [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
    )


def mailbox(database: Database, key: int, partner: int | None, enabled: bool = True) -> None:
    """A mailbox of a partner, or the provider's."""
    name = f"box{key}"
    values = {"id": key, "name": name, "address": f"{name}@voip.example", "partner_id": partner, "enabled": enabled}
    database.write(lambda connection: connection.execute(insert(Mailbox), values))


def test_reply_and_mail_are_one(database: Database) -> None:
    one_ticket(database)
    mailbox(database, 1, None)
    mailbox(database, 2, 7)
    key = send(database, "Hello {customer.contact}")
    (mail,) = rows(database, OutboxMail)
    assert (mail["ticket_message_id"], mail["mailbox_id"], mail["state"]) == (key, 2, "waiting")
    assert mail["recipients"] == {"to": ["ada@acme.example"], "cc": ["it@acme.example"], "bcc": []}
    assert mail["subject"] == "Re: No audio [#7001]"
    assert mail["body"] == "Hello {customer.contact}"
    assert str(mail["message_id"]).endswith("@box2.voip.example>") or str(mail["message_id"]).endswith("@voip.example>")
    waits = datetime.fromisoformat(str(mail["not_before"])) - datetime.now(UTC)
    assert timedelta(seconds=5) < waits <= timedelta(seconds=10)
    assert rows(database, MailReference)[0]["message_id"] == mail["message_id"]
    message = rows(database, TicketMessage)[1]
    assert (message["body"], message["recipients"]) == ("Hello Ada Lane", mail["recipients"])
    (ticket,) = rows(database, Ticket)
    assert (ticket["state"], ticket["agent_id"]) == ("solved", ANN.id)


def test_without_a_mailbox_it_waits(database: Database) -> None:
    one_ticket(database)
    mailbox(database, 1, 8)
    mailbox(database, 2, None, enabled=False)
    send(database)
    assert rows(database, OutboxMail)[0]["mailbox_id"] is None


def test_a_missing_value_stops_all_of_it(database: Database) -> None:
    one_ticket(database)
    with pytest.raises(DomainError, match=r"No value for \{call\.verdict\}") as refused:
        send(database, "It was {call.verdict}.")
    assert refused.value.field == "body"
    assert (len(rows(database, TicketMessage)), rows(database, OutboxMail)) == (1, [])


def test_attachments_reminders_and_counts(database: Database) -> None:
    one_ticket(database)
    canned = {"id": 4, "name": "restart", "body": "x", "language": "en"}
    database.write(lambda connection: connection.execute(insert(CannedResponse), canned))
    later = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
    reminder = Promise("until Friday", date(2026, 12, 4))
    file = NewAttachment("log.txt", "text/plain", b"log")
    key = send(database, mailing=Mailing(ADA, later, "", (4,), (file,), (), (reminder,)))
    (attached,) = rows(database, TicketAttachment)
    assert (attached["message_id"], attached["name"], attached["size"]) == (key, "log.txt", 3)
    (watch,) = rows(database, TicketWatch)
    assert (watch["kind"], watch["text"], watch["message_id"]) == ("promise", "until Friday", key)
    assert rows(database, CannedResponse)[0]["used"] == 1
    assert rows(database, OutboxMail)[0]["not_before"] == later
    again = send(database, mailing=Mailing(ADA, evidence=(int(str(attached["id"])),)))
    assert rows(database, TicketAttachment)[1]["message_id"] == again


@pytest.mark.parametrize("sender", [ANN, BOB, PAT], ids=lambda one: str(one.role.value))
def test_every_role_sends_a_canned_response_from_the_providers_mailbox(database: Database, sender: Operator) -> None:
    one_ticket(database)
    mailbox(database, 1, None)
    mailbox(database, 2, 8)
    mailbox(database, 3, 7, enabled=False)
    canned = {"id": 4, "name": "restart", "body": "x", "language": "en"}
    database.write(lambda connection: connection.execute(insert(CannedResponse), canned))
    key = send(database, mailing=Mailing(ADA, canned=(4,)), sender=sender)
    (mail,) = rows(database, OutboxMail)
    assert mail["mailbox_id"] == 1
    assert str(mail["message_id"]).endswith("@voip.example>")
    (used,) = rows(database, CannedResponse)
    assert used["used"] == 1
    assert used["last_used_at"] is not None
    with UnitOfWork(database, sender) as work:
        recall(work, key)
        work.commit()
    assert rows(database, CannedResponse)[0]["used"] == 0
    assert rows(database, OutboxMail)[0]["state"] == "cancelled"


def test_evidence_of_another_ticket_is_never_mailed(database: Database) -> None:
    one_ticket(database)
    other = TICKET + 1
    values = {"id": other, "number": "7002", "subject": "Another", "state": "open", "priority": "normal"}
    database.write(lambda c: c.execute(insert(Ticket), values))
    message = {"id": 99, "ticket_id": other, "kind": "note", "author": "ann", "body": "x"}
    database.write(lambda c: c.execute(insert(TicketMessage), message))
    kept = {"id": 5, "message_id": 99, "name": "trace.txt", "media_type": "text/plain", "content": b"INVITE"}
    database.write(lambda c: c.execute(insert(TicketAttachment), kept))
    with pytest.raises(DomainError, match=r"trace\.txt is attached to another ticket now") as refused:
        send(database, mailing=Mailing(ADA, evidence=(5,)))
    assert refused.value.field == "attachments"
    assert rows(database, OutboxMail) == []


def test_too_large_attachments_are_refused(database: Database) -> None:
    one_ticket(database)
    with pytest.raises(DomainError, match="too large"), UnitOfWork(database, ANN) as work:
        note(work, TICKET, "x", (NewAttachment("a", "text/plain", b"0" * (MOST_BYTES + 1)),))


def test_taken_back_while_it_waits(database: Database) -> None:
    one_ticket(database)
    canned = {"id": 4, "name": "restart", "body": "x", "language": "en"}
    database.write(lambda connection: connection.execute(insert(CannedResponse), canned))
    reminder = Promise("until Friday", date(2026, 12, 4))
    key = send(database, "Hi {customer.contact}", Mailing(ADA, canned=(4,), reminders=(reminder,)))
    found = database.read(lambda connection: newest_waiting(connection, ANN.id))
    assert found is not None
    assert (found["message_id"], found["body"], found["number"]) == (key, "Hi {customer.contact}", "7001")
    assert database.read(lambda connection: newest_waiting(connection, BOB.id)) is None
    with UnitOfWork(database, ANN) as work:
        recall(work, key)
        work.commit()
    (ticket,) = rows(database, Ticket)
    assert (ticket["state"], ticket["agent_id"], ticket["first_answered_at"]) == ("open", None, None)
    assert rows(database, OutboxMail)[0]["state"] == "cancelled"
    assert rows(database, TicketWatch) == []
    assert rows(database, CannedResponse)[0]["used"] == 0
    kinds = [row["kind"] for row in rows(database, TicketMessage)]
    assert MessageKind.REPLY not in kinds
    assert database.read(lambda connection: newest_waiting(connection, ANN.id)) is None


def test_what_is_being_sent_stays(database: Database) -> None:
    one_ticket(database)
    key = send(database)
    database.write(lambda connection: connection.execute(update(OutboxMail).values(state="sending")))
    with pytest.raises(DomainError, match="no longer waiting"), UnitOfWork(database, ANN) as work:
        recall(work, key)


def test_a_colleagues_reply_in_between_stops_it(database: Database) -> None:
    one_ticket(database)
    send(database)
    with pytest.raises(ConcurrentChange, match="Ann wrote"), UnitOfWork(database, BOB) as work:
        reply(work, TICKET, "x", None, read_to=1)
    assert database.read(lambda connection: connection.execute(select(func.count(OutboxMail.id))).scalar_one()) == 1


def test_participants_in_copy_are_recipients(database: Database) -> None:
    one_ticket(database)

    def work(connection: Connection) -> None:
        people = [("it@acme.example", ParticipantKind.COPIED), ("x@evil.example", ParticipantKind.STRANGER)]
        values = [{"ticket_id": TICKET, "address": address, "kind": kind} for address, kind in people]
        connection.execute(insert(TicketParticipant), values)

    database.write(work)
    assert database.read(lambda connection: default_recipients(connection, TICKET)) == ADA


def test_a_change_of_priority_is_one_step_of_the_history(database: Database) -> None:
    """Undo takes back the last entry: two of them would leave half of the change."""
    one_ticket(database)
    with UnitOfWork(database, ANN) as work:
        set_priority(work, TICKET, Priority.URGENT, version=1)
        work.commit()
    entries = select(History.changes).where(History.object_table == "tickets", History.object_id == TICKET)
    (changes,) = database.read(lambda connection: connection.execute(entries).scalars().all())
    assert {"priority", "priority_rank", "sla_due_at"} <= set(changes)
