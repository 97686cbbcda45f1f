"""The connection is cut at each step of SMTP: nothing is lost, nothing is sent twice, and the words are true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.db.mail.desk import Desk
from tests.db.mail.paper_desk import ACME
from tests.db.mail.paper_desk import mail as text_mail
from tests.db.makers import BOB
from tests.mail.dovecot import Dovecot
from tests.mail.smtp_server import STEPS, CuttingProxy, SmtpServer

from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import enabled_mailboxes
from partnertui.db.mail.outbox_actions import cancel, mark_as_sent, send_again
from partnertui.db.mail.outbox_claims import claim
from partnertui.db.models import Mailbox, MailboxState, OutboxMail, Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_states import OutboxState


@pytest.fixture
def proxy(smtp: SmtpServer) -> Iterator[CuttingProxy]:
    made = CuttingProxy(smtp.port)
    yield made
    made.close()


@pytest.fixture
def desk(database: Database, dovecot: Dovecot, smtp: SmtpServer, proxy: CuttingProxy, support: str) -> Desk:
    made = Desk(database, dovecot, support, smtp, smtp_port=proxy.port)
    made.receive(text_mail())
    return made


def ticket_of(desk: Desk) -> int:
    return int(desk.only(Ticket)["id"])


def run_again(desk: Desk) -> None:
    desk.due_now()
    desk.new_service().once()


@pytest.mark.parametrize("copies", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_cut_at(desk: Desk, proxy: CuttingProxy, step: str, copies: bool) -> None:
    assert desk.smtp is not None
    if copies:
        statement = update(Mailbox).values(copies_to=desk.address)
        desk.database.write(lambda connection: connection.execute(statement))
    key = desk.write(ticket_of(desk), "Restart it.")
    proxy.cut = step
    desk.new_service(timedelta(hours=1)).once()
    state, message_id = desk.outbox(key)["state"], desk.outbox(key)["message_id"]
    unclear = step in ("DATA", "text", "answer")
    assert state == ("unknown" if unclear else "waiting"), desk.outbox(key)["problem"]
    if not unclear:
        assert desk.only(MailboxState)["send_error"]
        run_again(desk)
        assert desk.outbox(key)["state"] == "sent"
    elif copies:
        for _ in range(4):  # reads its copy, or finds that none came, and sends again
            run_again(desk)
        assert desk.outbox(key)["state"] == "sent"
    else:
        for _ in range(3):
            run_again(desk)
        assert desk.outbox(key)["state"] == "unknown"
        assert "may have been delivered" in desk.outbox(key)["problem"]
    expected = 0 if unclear and not copies and step != "answer" else 1
    assert desk.smtp.handler.taken[message_id] == expected


@pytest.mark.parametrize("answer", ["550 5.7.1 we don't like it", "451 4.3.0 try later"])
def test_mail_that_is_refused(desk: Desk, answer: str) -> None:
    assert desk.smtp is not None
    desk.smtp.handler.data_answer = answer
    key = desk.write(ticket_of(desk), "Restart it.")
    desk.service.once()
    row = desk.outbox(key)
    assert row["problem"] == answer
    if answer[0] == "5":
        assert row["state"] == "failed"
        assert desk.rows(TicketMessage, kind="event")[-1]["body"] == f"reply not sent: {answer}"
        desk.smtp.handler.data_answer = ""
        with UnitOfWork(desk.database, BOB) as work:
            send_again(work, key)
            work.commit()
    else:
        assert row["state"] == "waiting"
        assert timedelta(seconds=20) < row["not_before"] - now() < timedelta(seconds=40)
        desk.smtp.handler.data_answer = ""
    run_again(desk)
    assert desk.outbox(key)["state"] == "sent"
    assert desk.smtp.handler.taken[row["message_id"]] == 1


def test_refused_recipient_is_named(desk: Desk) -> None:
    assert desk.smtp is not None
    desk.smtp.handler.refused = {"gone@acme.example": "550 5.1.1 no such user"}
    key = desk.write(ticket_of(desk), "Restart it.", to=[ACME, "gone@acme.example"])
    desk.service.once()
    assert desk.outbox(key)["state"] == "sent"
    assert desk.outbox(key)["problem"] == "rejected for gone@acme.example: 550 5.1.1 no such user"
    assert "gone@acme.example" in desk.rows(TicketMessage, kind="event")[-1]["body"]
    only = desk.write(ticket_of(desk), "Restart it.", to=["gone@acme.example"])
    desk.service.once()
    assert desk.outbox(only)["state"] == "failed"


def test_server_away(desk: Desk, proxy: CuttingProxy) -> None:
    assert desk.smtp is not None
    proxy.close()
    keys = [desk.write(ticket_of(desk), f"Reply {number}") for number in range(3)]
    for _ in range(3):
        desk.new_service().once()
    state = desk.only(MailboxState)
    assert "can't be used" in state["send_error"]
    assert state["send_failing_since"] is not None
    assert {desk.outbox(key)["state"] for key in keys} == {"waiting"}
    statement = update(Mailbox).values(smtp_port=desk.smtp.port)
    desk.database.write(lambda connection: connection.execute(statement))
    desk.new_service().once()
    assert desk.only(MailboxState)["send_error"] is None
    assert sorted(desk.smtp.handler.taken.values()) == [1, 1, 1]


def test_two_services_claim_once(desk: Desk) -> None:
    key = desk.write(ticket_of(desk), "Restart it.")
    mailbox = desk.database.read(enabled_mailboxes)[0]
    first, second = (claim(desk.database, key, mailbox, who) for who in ("host:1:1", "host:2:2"))
    assert first is not None
    assert second is None


def test_what_agents_do(desk: Desk) -> None:
    waiting, unknown = desk.write(ticket_of(desk), "One"), desk.write(ticket_of(desk), "Two", state=OutboxState.UNKNOWN)
    with UnitOfWork(desk.database, BOB) as work:
        cancel(work, waiting)
        mark_as_sent(work, unknown)
        work.commit()
    with UnitOfWork(desk.database, BOB) as work, pytest.raises(DomainError, match="is now sent"):
        cancel(work, unknown)
    desk.service.once()
    assert desk.smtp is not None
    assert not desk.smtp.handler.taken
    assert [row["state"] for row in desk.rows(OutboxMail)] == ["cancelled", "sent"]


def test_bounce_comes_back(desk: Desk) -> None:
    key = desk.write(ticket_of(desk), "Restart it.", state=OutboxState.SENT, sent_at=now())
    raw = (
        b"From: mailer-daemon@mx.example\r\nSubject: failure notice\r\nX-Failed-Recipients: ada@acme.example\r\n\r\n"
        b"550 5.1.1 no such user\r\n\r\nMessage-ID: " + desk.outbox(key)["message_id"].encode() + b"\r\n"
    )
    desk.database.write(lambda connection: connection.execute(update(Ticket).values(state="solved")))
    desk.receive(raw, raw)
    event = desk.rows(TicketMessage, kind="event")[-1]
    assert event["body"] == "not delivered to ada@acme.example: 550 5.1.1 no such user"
    assert desk.outbox(key)["state"] == "failed"
    assert desk.only(Ticket)["state"] == "solved"
    assert len(desk.mails("copy")) == 1


def test_automatic_answer_reopens_nothing(desk: Desk) -> None:
    desk.database.write(lambda connection: connection.execute(update(Ticket).values(state="closed")))
    number = desk.only(Ticket)["number"]
    desk.receive(
        text_mail("Back on Monday.", Subject=f"Out of office: Re: [{number}]", Auto_Submitted="auto-replied"),
        text_mail("Weekly report", Subject="Report", Auto_Submitted="auto-generated"),
    )
    assert (
        desk.rows(TicketMessage, kind="event")[-1]["body"] == "automatic reply from ada@acme.example: Back on Monday."
    )
    assert (desk.only(Ticket)["state"], desk.count(OutboxMail)) == ("closed", 0)
    assert desk.mails("automatic")[-1]["problem"].startswith("It doesn't refer to a ticket")


def test_mailbox_that_is_numbered_again(desk: Desk) -> None:
    desk.receive(b"no headers at all", b"Subject: \xff\r\n\r\nno sender")
    assert len(desk.mails("unreadable")) == 2
    desk.dovecot.number_again(desk.address)
    desk.receive(text_mail("Another matter"))
    assert desk.count(Ticket) == 2
    assert len(desk.mails("copy")) == 1
