"""Which ticket a mail goes into; without servers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from tests.db.mail.paper_desk import ACME, PaperDesk, mail

from partnertui.db.database import Database
from partnertui.db.models import MailReference, Ticket, TicketMessage, TicketParticipant
from partnertui.db.models.base import now
from partnertui.domain.ticket_enums import TicketState
from partnertui.mail.html_text import HtmlReader


@pytest.fixture
def desk(database: Database, html: HtmlReader) -> PaperDesk:
    return PaperDesk(database, html)


def test_a1b_encoded_references(desk: PaperDesk) -> None:
    ticket_id = desk.ticket("501")
    desk.add(MailReference(message_id="<abc.1@k>", ticket_id=ticket_id))
    encoded = "=?utf-8?q?=3Cabc=2E1=40k=3E?="
    desk.take(mail(In_Reply_To=encoded, References=encoded, Subject="Something else"))
    assert desk.last_message()["ticket_id"] == ticket_id
    assert desk.count(Ticket) == 1


def test_a2a_leftmost_number_of_a_subject(desk: PaperDesk) -> None:
    first, second = desk.ticket("7001"), desk.ticket("7002")
    desk.take(mail(Subject="Ticket received 88 - [#7002] Ticket received 86 - [#7001] no audio"))
    message = desk.last_message()
    assert (message["ticket_id"], message["caution"]) == (second, "by subject only")
    assert desk.count(Ticket) == 2
    assert first != second


@pytest.mark.parametrize(
    "value",
    [
        "<r1@k>\r\n <r2@k>",
        "r2@k",
        "<unknown@x> <r2@k> <other@x>",
        "<r2@k",
        "=?us-ascii?B?PHIyQGs+?=",
        "text <r2@k> text",
    ],
)
def test_references_of_all_kinds(desk: PaperDesk, value: str) -> None:
    ticket_id = desk.ticket("501")
    desk.add(MailReference(message_id="<r2@k>", ticket_id=ticket_id))
    desk.take(mail(References=value))
    assert desk.last_message()["ticket_id"] == ticket_id


def test_stranger_is_marked(desk: PaperDesk) -> None:
    ticket_id = desk.ticket("T-10777", requester_email=ACME)
    desk.take(mail(sender="Eve <eve@evil.example>", Cc="mallory@evil.example", Subject="=?utf-8?b?UmU6IFQtMTA3Nzc=?="))
    message = desk.last_message()
    assert (message["ticket_id"], message["caution"]) == (ticket_id, "stranger")
    assert [(one["address"], one["kind"]) for one in desk.rows(TicketParticipant)] == [("eve@evil.example", "stranger")]
    assert desk.only(Ticket)["requester_email"] == ACME


def test_copied_person_takes_part(desk: PaperDesk) -> None:
    desk.take(mail(Cc="Carl <carl@other.example>"))
    number = desk.only(Ticket)["number"]
    desk.take(mail(sender="carl@other.example", Subject=f"AW: [{number}] No audio"))
    assert desk.last_message()["caution"] == "by subject only"


def test_merged_ticket_is_followed(desk: PaperDesk) -> None:
    last = desk.ticket("9003", state=TicketState.CLOSED)
    middle = desk.ticket("9002", merged_into_id=last)
    desk.ticket("9001", merged_into_id=middle)
    desk.take(mail(Subject="[#9001] no audio"))
    assert desk.last_message("customer")["ticket_id"] == last
    assert desk.rows(Ticket, id=last)[0]["state"] == TicketState.OPEN


def test_merged_in_a_circle(desk: PaperDesk) -> None:
    first = desk.ticket("9001")
    second = desk.ticket("9002", merged_into_id=first)
    desk.database.write(
        lambda connection: connection.execute(update(Ticket).where(Ticket.id == first).values(merged_into_id=second))
    )
    desk.take(mail(Subject="[#9001] no audio"))
    assert desk.last_message()["ticket_id"] in (first, second)


@pytest.mark.parametrize("state", ["pending", "on hold", "snoozed", "solved", "closed"])
def test_answer_reopens(desk: PaperDesk, state: str) -> None:
    later = now() + timedelta(hours=1) if state == "snoozed" else None
    ticket_id = desk.ticket("7001", state=state, snoozed_until=later)
    desk.take(mail(Subject="[#7001] still no audio"))
    ticket = desk.only(Ticket)
    assert (ticket["id"], ticket["state"]) == (ticket_id, "open")
    event = desk.last_message("event")
    assert (event["author"], event["body"]) == ("Mail", f"state: {state} -> open")


def test_second_copies(desk: PaperDesk) -> None:
    raw = mail(Date="Mon, 30 Nov 2026 10:00:00 +0100")
    kinds = [desk.take(one) for one in (raw, b"Received: from relay\r\n" + raw, raw + b"\r\n-- \r\nsent to list\r\n")]
    assert kinds == ["message", "copy", "copy"]
    assert desk.count(TicketMessage) == 1
    # another mail that has the same Message-ID is none
    assert desk.take(raw.replace(b"10:00", b"11:00").replace(b"audio", b"video")) == "message"


def test_customer_is_found_only_where_it_is_certain(desk: PaperDesk) -> None:
    desk.take(mail())
    assert desk.only(Ticket)["customer_id"] == desk.customer_id
    desk.add_customer(email=ACME.upper())
    desk.take(mail(Subject="Another matter"))
    assert desk.rows(Ticket)[-1]["customer_id"] is None
