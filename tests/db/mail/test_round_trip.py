"""A customer's mail becomes a ticket, the reply reaches their mailbox, their answer comes back into the ticket."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from tests.db.mail.desk import VAULT, Desk, acme
from tests.db.mail.paper_desk import ACME
from tests.db.mail.paper_desk import mail as text_mail
from tests.db.makers import BOB
from tests.mail.dovecot import Dovecot
from tests.mail.smtp_server import SmtpServer
from tests.mail.token_server import TokenServer

from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import set_secret
from partnertui.db.models import (
    Mail,
    Mailbox,
    MailboxState,
    Ticket,
    TicketAttachment,
    TicketLink,
    TicketMessage,
    TicketParticipant,
)
from partnertui.db.unit_of_work import UnitOfWork


@pytest.fixture
def desk(database: Database, dovecot: Dovecot, smtp: SmtpServer, support: str) -> Desk:
    return Desk(database, dovecot, support, smtp)


def test_round_trip(desk: Desk) -> None:
    customer_id = desk.database.write(acme)
    desk.receive(
        text_mail(
            "Nobody hears us on +49 30 23125100.\r\nCall-ID: f81d4fae@192.0.2.1",
            "Ada Lane <ada@acme.example>",
            To=f"{desk.address}, carl@acme.example",
            Subject="=?utf-8?q?Kein_Ton_=C3=BCber_SIP?=",
        )
    )
    assert desk.problems == []
    ticket = desk.only(Ticket)
    assert (ticket["subject"], ticket["customer_id"], ticket["number"]) == ("Kein Ton über SIP", customer_id, "T-10001")
    assert ticket["sla_due_at"] is not None
    assert {(one["address"], one["kind"]) for one in desk.rows(TicketParticipant)} == {
        (ACME, "requester"),
        ("carl@acme.example", "copied"),
    }
    assert {(one["object_table"], one["value"]) for one in desk.rows(TicketLink)} == {
        ("numbers", "493023125100"),
        ("call_ids", "f81d4fae@192.0.2.1"),
    }
    key = desk.write(ticket["id"], "Dear {customer.company},\n\n.please restart: äöü €.")
    with UnitOfWork(desk.database, BOB) as work:
        message_id = desk.outbox(key)["ticket_message_id"]
        work.add(
            TicketAttachment(
                message_id=message_id, name="Rechnung ü.pdf", media_type="application/pdf", content=b"%PDF"
            )
        )
        work.commit()
    desk.service.once()
    sent = desk.outbox(key)
    assert sent["state"] == "sent", sent["problem"]
    (raw,) = [one for one in desk.dovecot.mails(ACME) if sent["message_id"].encode() in one]
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Dear Acme,\n\n.please restart: äöü €.\n"
    assert mail["Subject"] == "[T-10001] Re: Kein Ton über SIP"
    assert mail["From"] == f"Example support <{desk.address}>"
    assert mail["In-Reply-To"] == desk.only(Mail)["message_id"]
    assert mail["Auto-Submitted"] is None
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Rechnung ü.pdf"]
    assert desk.rows(TicketMessage, kind="reply")[0]["body"].startswith("Dear Acme,")
    desk.receive(text_mail("It works now.", In_Reply_To=mail["Message-ID"], Subject="Re: something else"))
    answer = desk.rows(TicketMessage, kind="customer")[-1]
    assert (answer["ticket_id"], answer["body"], answer["caution"]) == (ticket["id"], "It works now.", None)
    assert desk.count(Ticket) == 1


def test_missing_variable_is_never_sent(desk: Desk) -> None:
    desk.receive(text_mail())
    key = desk.write(desk.only(Ticket)["id"], "Dear {customer.company}")
    desk.service.once()
    assert desk.problems == []
    assert desk.outbox(key)["state"] == "blocked"
    assert "{customer.company}" in desk.outbox(key)["problem"]
    assert desk.smtp is not None
    assert not desk.smtp.handler.taken
    assert "reply not sent" in desk.rows(TicketMessage, kind="event")[-1]["body"]


def test_oauth_token_that_rotates(database: Database, dovecot: Dovecot, tokens: TokenServer, support: str) -> None:
    tokens.login, tokens.rotates, tokens.refresh = support, True, "refresh-x"
    desk = Desk(database, dovecot, support, sign_in="oauth2", token_url=tokens.url, client_id="our-client")
    with UnitOfWork(database, BOB) as work:
        set_secret(work, desk.id, VAULT, "refresh-x")
        work.commit()
    before = desk.only(Mailbox)["password_ciphertext"]
    desk.receive(text_mail())
    assert desk.problems == []
    assert desk.count(Ticket) == 1
    assert desk.only(Mailbox)["password_ciphertext"] != before
    desk.new_service().once()  # by the refresh token that replaced the first
    assert desk.problems == []
    tokens.refresh = "another"
    desk.new_service().once()
    assert "the token was revoked" in desk.problems[-1]
    assert desk.only(MailboxState)["read_failing_since"] is not None
