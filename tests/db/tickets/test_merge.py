"""Merge and split: everything follows, nothing is lost, and undoing brings it back; drafts move word for word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.db.makers import ANN, BOB, NOW
from tests.db.tickets.desk import add_ticket, desk, rows_of, ticket_of, unit

from partnertui.db.database import Database
from partnertui.db.drafts import open_draft, read_draft, seal_draft, write_draft
from partnertui.db.errors import ConcurrentChange
from partnertui.db.models import (
    Draft,
    Mail,
    Mailbox,
    MailReference,
    OutboxMail,
    Ticket,
    TicketAttachment,
    TicketLink,
    TicketMessage,
    TicketParticipant,
    TicketWatch,
)
from partnertui.db.tickets.draft_files import draft_values, files_in
from partnertui.db.tickets.merge import merge
from partnertui.db.tickets.reply_mail import NewAttachment
from partnertui.db.tickets.split import split
from partnertui.db.undo import last_changes, undo
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.vault.sealed_values import Vault

VAULT = Vault({"00000001": b"k" * 32}, "00000001")
TEXT = "Dear Ann,\n\nplease  restart “it”.\n\t– Bob\n"


@pytest.fixture
def pair(database: Database) -> tuple[Database, int, int]:
    """Two tickets of Acme, numbers T-10001 and T-10002."""
    desk(database)
    target = add_ticket(database, "No audio", "One", "Two")
    merged = add_ticket(database, "No audio, again", "Three", requester_email="joe@acme.example")
    return database, merged, target


def merge_them(database: Database, merged: int, target: int, vault: Vault | None = None, version: int = 1) -> None:
    with unit(database) as work:
        merge(work, merged, target, version=version, vault=vault)
        work.commit()


def undo_of(database: Database, ticket: int, operator: Operator = ANN) -> None:
    changes = database.read(lambda connection: last_changes(connection, operator, "tickets", [ticket]))
    with unit(database, operator) as work:
        undo(work, changes)
        work.commit()


def bodies(database: Database, ticket: int) -> list[str]:
    return [row.body for row in rows_of(database, TicketMessage, ticket) if row.kind != "event"]


def events(database: Database, ticket: int) -> list[str]:
    return [row.body for row in rows_of(database, TicketMessage, ticket) if row.kind == "event"]


def add_everything(database: Database, ticket: int) -> None:
    """A mail with its message, reference and attachment, an answer on its way, a link and a watch."""

    def work(connection: Any) -> None:
        message = (
            connection.execute(select(TicketMessage.id).where(TicketMessage.ticket_id == ticket)).scalars().first()
        )
        box = {"id": 1, "name": "Help", "address": "help@example.com", "enabled": True}
        connection.execute(insert(Mailbox), [box])
        mail = {"id": 1, "mailbox_id": 1, "uid_validity": 1, "uid": 1, "message_id": "<a@x>", "content_hash": "h"}
        mail |= {"size": 1, "raw": b"x", "kind": "message", "ticket_id": ticket}
        connection.execute(insert(Mail), [mail])
        connection.execute(update(TicketMessage).where(TicketMessage.id == message).values(mail_id=1))
        connection.execute(insert(MailReference), [{"message_id": "<a@x>", "ticket_id": ticket}])
        file = {"message_id": message, "name": "a.txt", "media_type": "text/plain", "content": b"x", "size": 1}
        connection.execute(insert(TicketAttachment), [file])
        out = {"ticket_id": ticket, "ticket_message_id": message, "message_id": "<b@x>", "recipients": {"to": []}}
        connection.execute(insert(OutboxMail), [out | {"subject": "s", "body": "b"}])
        link = {"ticket_id": ticket, "object_table": "numbers", "value": "4420"}
        connection.execute(insert(TicketLink), [link])
        connection.execute(insert(TicketWatch), [{"ticket_id": ticket, "kind": "time", "due_at": NOW}])
        people = [("joe@acme.example", "requester"), ("sue@acme.example", "copied")]
        for address, kind in people:
            values = {"ticket_id": ticket, "address": address, "kind": kind}
            connection.execute(insert(TicketParticipant), [values])

    database.write(work)


OWNED = (TicketParticipant, TicketLink, TicketWatch, Mail, MailReference, OutboxMail)


def test_everything_follows_and_comes_back(pair: tuple[Database, int, int]) -> None:
    database, merged, target = pair
    add_everything(database, merged)
    before = ticket_of(database, merged)
    merge_them(database, merged, target)
    row = ticket_of(database, merged)
    assert (row.state, row.merged_into_id) == ("closed", target)
    assert bodies(database, target) == ["One", "Two", "Three"]
    assert bodies(database, merged) == []
    assert events(database, merged) == ["state: open -> closed", "merged into T-10001"]
    assert events(database, target) == ["T-10002 merged into this ticket: No audio, again"]
    assert all(rows_of(database, model, target) and not rows_of(database, model, merged) for model in OWNED)
    undo_of(database, merged)
    row = ticket_of(database, merged)
    assert (row.state, row.merged_into_id, row.closed_at) == ("open", None, None)
    assert (row.sla_due_at, row.sla_paused_since) == (before.sla_due_at, None)
    assert bodies(database, target) == ["One", "Two"]
    assert bodies(database, merged) == ["Three"]
    assert all(rows_of(database, model, merged) and not rows_of(database, model, target) for model in OWNED)
    assert events(database, merged)[-1] == "undone: state, merge"


def test_the_requester_takes_part_and_goes_again(pair: tuple[Database, int, int]) -> None:
    database, merged, target = pair
    merge_them(database, merged, target)
    assert [row.address for row in rows_of(database, TicketParticipant, target)] == ["joe@acme.example"]
    undo_of(database, merged)
    assert rows_of(database, TicketParticipant, target) == []


def test_what_both_have_stays(pair: tuple[Database, int, int]) -> None:
    database, merged, target = pair
    values = [{"ticket_id": ticket, "object_table": "numbers", "value": "44"} for ticket in (merged, target)]
    database.write(lambda connection: connection.execute(insert(TicketLink), values))
    merge_them(database, merged, target)
    assert len(rows_of(database, TicketLink, target)) == len(rows_of(database, TicketLink, merged)) == 1


def test_a_draft_moves_word_for_word(pair: tuple[Database, int, int]) -> None:
    """Case A5b: a reply to 9 is being typed while 9 is merged into 8."""
    database, merged, target = pair

    def write(ticket: int, operator: Operator, form: str, text: str) -> None:
        what = DraftOf("tickets", ticket, form)
        sealed = seal_draft(VAULT, operator.id, what, StoredDraft({"text": text}, NOW))
        database.write(lambda connection: write_draft(connection, operator.id, what, sealed, NOW))

    def attach(ticket: int, name: str) -> None:
        what, file = DraftOf("tickets", ticket, "reply files"), NewAttachment(name, "text/plain", name.encode())
        sealed = seal_draft(VAULT, ANN.id, what, StoredDraft(draft_values([file]), NOW))
        database.write(lambda connection: write_draft(connection, ANN.id, what, sealed, NOW))

    attach(merged, "second.txt")
    attach(target, "first.txt")
    write(merged, BOB, "reply", TEXT)
    write(merged, ANN, "reply", "Second")
    write(target, ANN, "reply", "First")
    write(merged, ANN, "internal note", "Upset")
    merge_them(database, merged, target, VAULT)

    def values(ticket: int, operator: Operator, form: str = "reply") -> dict[str, Any] | None:
        what = DraftOf("tickets", ticket, form)
        sealed = database.read(lambda connection: read_draft(connection, operator.id, what))
        draft = open_draft(VAULT, operator.id, what, sealed) if sealed is not None else None
        return draft.values if draft is not None else None

    assert values(target, BOB) == {"text": TEXT, "moved_from": "T-10002"}
    assert values(target, ANN) == {"text": "First\n\nSecond", "moved_from": "T-10002"}
    assert values(target, ANN, "internal note") == {"text": "Upset", "moved_from": "T-10002"}
    assert [file.content for file in files_in(values(target, ANN, "reply files") or {})] == [
        b"first.txt",
        b"second.txt",
    ]
    left = select(Draft.id).where(Draft.object_id == merged)
    assert database.read(lambda connection: connection.execute(left).all()) == []


def test_refused(pair: tuple[Database, int, int]) -> None:
    database, merged, target = pair
    stranger = add_ticket(database, "Other", "x", customer_id=2)
    partners = add_ticket(database, "Other", "x", customer_id=None, partner_id=7)
    for other, words in ((merged, "itself"), (stranger, "different customers"), (partners, "different partners")):
        with pytest.raises(DomainError, match=words):
            merge_them(database, merged, other)
    with pytest.raises(ConcurrentChange):
        merge_them(database, merged, target, version=9)
    merge_them(database, merged, target)
    with pytest.raises(DomainError, match="already been merged"):
        merge_them(database, merged, target, version=2)
    assert bodies(database, target) == ["One", "Two", "Three"]


def test_a_split_takes_messages_and_their_mails(pair: tuple[Database, int, int]) -> None:
    database, _, ticket = pair
    first, second = (row.id for row in rows_of(database, TicketMessage, ticket))
    add_everything(database, ticket)
    with unit(database) as work:
        new = split(work, ticket, [first, 999], "  A second\nquestion ", version=1)
        work.commit()
    row = ticket_of(database, new)
    assert (row.number, row.subject, row.customer_id) == ("T-10003", "A second question", 1)
    assert (row.split_from_id, row.state, row.requester_email) == (ticket, "open", "ann@acme.example")
    assert row.sla_due_at is not None
    assert bodies(database, new) == ["One"]
    assert bodies(database, ticket) == ["Two"]
    assert rows_of(database, Mail, new)
    assert rows_of(database, MailReference, new)
    assert rows_of(database, OutboxMail, new)
    assert events(database, ticket) == ["1 message split off into T-10003"]
    for ids, subject in (([], "x"), ([second], "x"), ([second], " ")):
        with unit(database) as work, pytest.raises(DomainError):
            split(work, ticket, ids, subject, version=ticket_of(database, ticket).version)
    with unit(database) as work, pytest.raises(ConcurrentChange):
        split(work, ticket, [second], "x", version=1)
    database.read(lambda connection: connection.execute(select(Ticket.id)).all())
