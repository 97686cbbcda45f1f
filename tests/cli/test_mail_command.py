"""`partnertui mail` as a process that is killed at random moments: no mail twice, none lost, in and out."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from tests.db.mail.desk import Desk
from tests.db.mail.paper_desk import mail as text_mail
from tests.db.makers import BOB
from tests.mail.conftest import dovecot as dovecot
from tests.mail.conftest import smtp as smtp
from tests.mail.conftest import support as support
from tests.mail.conftest import tokens as tokens
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.smtp_server import SmtpServer

from partnertui.config.settings import VaultSettings
from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import set_secret
from partnertui.db.models import Mail, Mailbox, OutboxMail, Ticket, TicketMessage
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.mail_states import OutboxState

KILLS = int(os.environ.get("PARTNERTUI_TEST_MAIL_KILLS", "20"))
START = "import sys; from partnertui.__main__ import main; sys.exit(main(sys.argv[1:]))"
FORKING = """
import os, sys
from partnertui.__main__ import main
from partnertui.db.models import load_all
import partnertui.db.mail.service, partnertui.db.vault_data_keys
import partnertui.commands.mail, partnertui.db.drivers.postgresql
load_all()
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(main(sys.argv[1:]))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""
"""Starts the command again and again, each time as a process that has its modules already."""


class Running:
    """The command on a desk's database, by a settings file in a folder."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self._folder = desk, folder
        (folder / "settings.toml").write_text("development = true\n")  # the tests' login owns the tables
        vault = open_vault(desk.database, VaultSettings(), folder, create=True)
        assert vault is not None
        with UnitOfWork(desk.database, BOB) as work:
            set_secret(work, desk.id, vault, PASSWORD)
            work.commit()

    def start(self, *arguments: str, program: str = START) -> subprocess.Popen[str]:
        """Starts it."""
        environment = {
            **os.environ,
            "PARTNERTUI_DATABASE_URL": str(self._desk.database.url),
            "PARTNERTUI_OPERATOR": "bob",
        }
        command = [sys.executable, "-c", program, "--dir", str(self._folder), "mail", "--copy-wait", "3", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture
def desk(database: Database, dovecot: Dovecot, smtp: SmtpServer, support: str) -> Desk:
    made = Desk(database, dovecot, support, smtp)
    statement = update(Mailbox).values(copies_to=support)
    database.write(lambda connection: connection.execute(statement))
    return made


def test_once(desk: Desk, tmp_path: Path) -> None:
    desk.dovecot.deliver(desk.address, text_mail())
    process = Running(desk, tmp_path).start("--once")
    assert process.communicate(timeout=60) == ("1 e-mail received.\n", "")
    assert process.returncode == 0
    statement = update(Mailbox).values(imap_port=1)
    desk.database.write(lambda connection: connection.execute(statement))
    process = Running(desk, tmp_path).start("--once")
    _, problems = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "can't be read" in problems


def test_ends_in_order(desk: Desk, tmp_path: Path) -> None:
    process = Running(desk, tmp_path).start("--interval", "0.3")
    desk.dovecot.deliver(desk.address, text_mail())
    for _ in range(600):
        if desk.count(Ticket):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    out, problems = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "1 e-mail received.\n"), problems


def test_killed_at_random_moments(desk: Desk, tmp_path: Path) -> None:
    assert desk.smtp is not None
    chance, running, sent_in = random.Random(13), Running(desk, tmp_path), 0
    desk.dovecot.deliver(desk.address, text_mail("first"))
    running.start("--once").communicate(timeout=60)
    ticket_id = desk.rows(Ticket)[0]["id"]
    replies: list[int] = []
    forking = running.start("--interval", "0.2", program=FORKING)
    for _ in range(KILLS):
        for _one in range(chance.randrange(1, 4)):
            sent_in += 1
            desk.dovecot.deliver(desk.address, text_mail(f"matter {sent_in}", Subject=f"Matter {sent_in}"))
            replies.append(desk.write(ticket_id, f"Reply {len(replies)}", to=["ada@acme.example"]))
        _kill(desk, forking, chance)
    forking.communicate(timeout=60)
    _finish(desk, running)
    bodies = [row["body"] for row in desk.rows(TicketMessage, kind="customer")]
    assert sorted(bodies) == sorted(["first", *(f"matter {number}" for number in range(1, sent_in + 1))])
    states = {row["state"] for row in desk.rows(OutboxMail)}
    assert states == {OutboxState.SENT}
    taken = desk.smtp.handler.taken
    assert set(taken) == {row["message_id"] for row in desk.rows(OutboxMail)}
    assert set(taken.values()) == {1}, [one for one in taken.items() if one[1] > 1]


def _kill(desk: Desk, forking: subprocess.Popen[str], chance: random.Random) -> None:
    """Starts the service and kills it: sometimes soon, mostly when it has begun to send or to store."""
    assert forking.stdin is not None
    assert forking.stdout is not None
    assert desk.smtp is not None
    before = desk.smtp.handler.taken.total() + desk.count(Mail)
    forking.stdin.write("start\n")
    forking.stdin.flush()
    child, waits = int(forking.stdout.readline()), chance.random() < 0.7
    for _ in range(200):
        if not waits or desk.smtp.handler.taken.total() + desk.count(Mail) > before:
            break
        time.sleep(0.01)
    time.sleep(chance.uniform(0.0, 0.3))
    os.kill(child, signal.SIGKILL)
    assert forking.stdout.readline() == "ended\n"


def _finish(desk: Desk, running: Running) -> None:
    """Lets the service run until everything is in and out."""
    process, waiting = running.start("--interval", "0.2"), select(func.count()).select_from(OutboxMail)
    waiting = waiting.where(OutboxMail.state != OutboxState.SENT)
    try:
        for _ in range(1200):
            left = desk.database.read(lambda connection: connection.scalar(waiting))
            if not left and desk.count(Mail) == len(desk.dovecot.mails(desk.address)):
                return
            time.sleep(0.1)
        raise AssertionError(f"{left} mails were not sent: {desk.problems}")
    finally:
        process.terminate()
        process.communicate(timeout=60)
