"""A day of tickets at 80×24 by keys alone: 20 customers write, and each has one answer in the mailbox at the end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert
from tests.cli.test_mail_command import Running
from tests.db.mail.desk import Desk
from tests.db.mail.paper_desk import mail as text_mail
from tests.db.makers import customer
from tests.mail.conftest import dovecot as dovecot
from tests.mail.conftest import smtp as smtp
from tests.mail.conftest import support as support
from tests.mail.conftest import tokens as tokens
from tests.mail.dovecot import Dovecot
from tests.mail.smtp_server import SmtpServer
from tests.terminal import Terminal

from partnertui.db.database import Database
from partnertui.db.models import (
    CannedResponse,
    CaptureFolder,
    Cdr,
    Customer,
    OutboxMail,
    Ticket,
    TicketAttachment,
    TicketLink,
    TicketMessage,
)
from partnertui.db.models.base import table_of
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.ticket_enums import TicketState

TICKETS = 20
MOST_KEYS = 5
"""For canned response, send, solve, next."""
CALLS = {
    "1-8126@192.168.77.10": ("busy", 486),
    "1-8134@192.168.77.10": ("rejected", 603),
    "1-8135@192.168.77.10": ("no answer", 408),
    "1-8136@192.168.77.10": ("congestion", 503),
    "1-8137@192.168.77.10": ("rejected", 403),
    "1-8138@192.168.77.10": ("congestion", 500),
    "1-8139@192.168.77.10": ("failed", 404),
}
"""Failed calls of lab-core.pcap: Call-ID, result, SIP code. The first customers write about one each."""
CALLED_AT = datetime(2026, 11, 23, 7, 16, 1, tzinfo=UTC)
CAPTURES = Path(__file__).parents[1] / "captures"
CANNED = (
    {"name": "Restart", "language": "en", "body": "Dear {customer.contact}, please restart the phone."},
    {"name": "Verdict", "language": "en", "body": "Dear {customer.contact}, the trace says: {call.verdict}"},
)
CTRL_N, CTRL_R = "\x0e", "\x12"


def address(number: int, support: str) -> str:
    """The mailbox of a customer, which no other test uses."""
    return f"customer{number}-{support}"


@pytest.fixture
def desk(database: Database, dovecot: Dovecot, smtp: SmtpServer, support: str) -> Desk:
    """A mailbox of support, its customers, the failed calls of some of them, a folder of captures, canned responses."""
    made = Desk(database, dovecot, support, smtp)

    def work(connection: Connection) -> None:
        shared = {"category": "dialled", "direction": "outbound", "started_at": CALLED_AT}
        for number, call_id in enumerate([*CALLS, *[""] * (TICKETS - len(CALLS))]):
            fields = {"contact": f"Person {number}", "email": address(number, support)}
            row = vars(customer(id=100 + number, company=f"Company {number}", **fields)).items()
            connection.execute(insert(Customer), {name: value for name, value in row if not name.startswith("_")})
            if call_id:
                disposition, code = CALLS[call_id]
                call = {"customer_id": 100 + number, "source_number": "1010", "destination_number": "4930123456"}
                call |= {"disposition": disposition, "sip_code": code, "call_id_a": call_id}
                connection.execute(insert(Cdr), shared | call)
        folder = {"name": "Captures", "path": str(CAPTURES), "pattern": "lab-core.pcap", "enabled": True}
        connection.execute(insert(table_of(CaptureFolder)), folder)
        connection.execute(insert(table_of(CannedResponse)), list(CANNED))

    database.write(work)
    return made


@pytest.fixture
def service(desk: Desk, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The mail service, running."""
    process = Running(desk, tmp_path).start("--interval", "0.3")
    yield process
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


@pytest.fixture
def tickets(desk: Desk, service: subprocess.Popen[str], support: str) -> list[str]:
    """The numbers of 20 tickets that came in as mails."""
    call_ids = [*CALLS, *[""] * (TICKETS - len(CALLS))]
    for number, call_id in enumerate(call_ids):
        text = f"We can't call. Call-ID: {call_id}" if call_id else "Our phone has no display."
        headers = {"Subject": f"Matter {number}", "To": support}
        desk.dovecot.deliver(desk.address, text_mail(text, address(number, support), **headers))
    until(lambda: desk.count(Ticket) == TICKETS)
    assert len(desk.rows(TicketLink, object_table="cdrs")) == len(CALLS)
    return [row["number"] for row in desk.rows(Ticket)]


def until(condition: object, seconds: float = 60.0) -> None:
    """Waits until a condition holds."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def title(terminal: Terminal, but: str = "") -> str:
    """The number of the ticket in front, once it isn't that one."""
    for _ in range(200):
        number = terminal.wait("Support ›", "T-").split("›")[1].split()[0]
        if number != but:
            return number
    raise AssertionError(f"still at {but}:\n" + "\n".join(terminal.lines))


def answer(terminal: Terminal, letter: str, text: str) -> None:
    """Canned response, send, solve, next: in as many keys as are promised."""
    keys = [CTRL_R, letter, "\r", CTRL_N]
    assert len(keys) <= MOST_KEYS
    terminal.write(keys[0])
    terminal.wait("Insert a canned response")
    terminal.write(keys[1])
    terminal.wait(f"│ {text}")
    terminal.write(keys[2])
    terminal.wait("Ctrl+N solve+next")
    terminal.wait(f" {text}", "{customer.contact}")
    terminal.write(keys[3])


def look_at_the_call(terminal: Terminal, number: str) -> None:
    """The trace of the linked call, attached to the ticket that is open."""
    terminal.write("t")
    terminal.wait("INVITE")
    terminal.write("A")
    terminal.wait("Attach the trace to a ticket")
    terminal.write("a")
    terminal.wait(number, "open here")
    terminal.write("\r")
    terminal.wait(f"Attached the trace to {number}")
    terminal.write("q")
    assert title(terminal) == number
    terminal.wait("internal note")


def test_twenty_tickets_by_keys_alone(desk: Desk, tickets: list[str], support: str, tmp_path: Path) -> None:
    about = {row["id"]: int(row["subject"].split()[1]) for row in desk.rows(Ticket)}
    by_number = {row["number"]: about[row["id"]] for row in desk.rows(Ticket)}
    environment = {"PARTNERTUI_DATABASE_URL": str(desk.database.url), "PARTNERTUI_OPERATOR": "bob"}
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path)]
    terminal = Terminal(["env", *(f"{name}={value}" for name, value in environment.items()), *command], (80, 24))
    try:
        terminal.wait("of 20")
        terminal.write("gs")
        terminal.wait("Open 20")
        terminal.write("\r")
        done: list[str] = []
        for _ in tickets:
            number = title(terminal, done[-1] if done else "")
            called = by_number[number] < len(CALLS)
            terminal.wait("We can't call" if called else "no display")
            if called:
                look_at_the_call(terminal, number)
            answer(terminal, *(("v", "Dear") if called else ("r", "Dear")))
            done.append(number)
        terminal.wait("No tickets are waiting")
        assert sorted(done) == sorted(tickets)
    finally:
        terminal.close()
    check(desk, support)


def check(desk: Desk, support: str) -> None:
    """Every ticket is solved, with its evidence; every customer has one answer."""
    until(lambda: {row["state"] for row in desk.rows(OutboxMail)} == {OutboxState.SENT})
    assert {row["state"] for row in desk.rows(Ticket)} == {TicketState.SOLVED}
    assert len(desk.rows(TicketMessage, kind="reply")) == TICKETS
    assert len(desk.rows(TicketAttachment, evidence_kind="trace")) == len(CALLS)
    used = {row["name"]: row["used"] for row in desk.rows(CannedResponse)}
    assert used == {"Restart": TICKETS - len(CALLS), "Verdict": len(CALLS)}
    for number in range(TICKETS):
        (raw,) = desk.dovecot.mails(address(number, support))
        received = message_from_bytes(raw, policy=policy.default)
        body = received.get_body(("plain",))
        assert body is not None
        assert f"Dear Person {number}," in body.get_content()
        assert "{" not in body.get_content()
        assert f"Matter {number}" in str(received["Subject"])
