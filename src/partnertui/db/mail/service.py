"""The mail service: polls the mailboxes, and sends due mail every second."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from partnertui.db.database import Database
from partnertui.db.mail.delivery import MailSender
from partnertui.db.mail.interrupted_sends import COPY_WAIT, send_again_without_copy, take_over
from partnertui.db.mail.mailbox_reader import MailReader
from partnertui.db.mail.mailboxes import MailboxRow, SignIns, add_states, enabled_mailboxes, lacks_states
from partnertui.domain.operators import Operator
from partnertui.errors import UserError
from partnertui.mail.claiming_process import this_process
from partnertui.mail.html_text import HtmlReader
from partnertui.vault.sealed_values import Vault

SEND_SECONDS = 1.0
AUTHOR = "Mail"
"""Whom events and histories name as their author."""
Report = Callable[[str], None]


def say(words: str) -> None:
    """Prints to standard error."""
    print(f"partnertui: {words}", file=sys.stderr, flush=True)


class MailService:
    """Reads and sends until `stop` is set. `report` gets what goes wrong, once until it changes."""

    def __init__(
        self,
        database: Database,
        operator: Operator,
        vault: Vault | None,
        stop: threading.Event,
        *,
        copy_wait: timedelta = COPY_WAIT,
        report: Report = say,
    ) -> None:
        author, sign_ins = replace(operator, name=AUTHOR), SignIns(database, vault)
        self._database, self._stop, self._report, self._copy_wait = database, stop, report, copy_wait
        self._who = this_process()
        self._reader = MailReader(database, author, sign_ins, stop)
        # With sign-ins of its own, as reader and sender are two threads.
        self._sender = MailSender(database, author, SignIns(database, vault), self._who, stop)
        self._problems: dict[str, str] = {}
        self.received = 0
        self.sent: Counter[str] = Counter()
        """How many mails came to which state."""

    @property
    def failed(self) -> bool:
        """Whether something goes wrong now."""
        return bool(self._problems)

    def once(self) -> None:
        """Reads every mailbox and sends everything that is due, once."""
        with HtmlReader() as html:
            self._read(html)
        self._send()

    def run(self, interval: float) -> None:
        """Runs until `stop` is set; a step that is under way is finished."""
        reading = threading.Thread(target=self._keep_reading, args=(interval,), name="mail reader")
        reading.start()
        while not self._stop.is_set():
            self._send()
            self._stop.wait(SEND_SECONDS)
        reading.join()

    def _keep_reading(self, interval: float) -> None:
        with HtmlReader() as html:
            while not self._stop.is_set():
                self._read(html)
                self._stop.wait(interval)

    def _read(self, html: HtmlReader) -> None:
        for mailbox in self._mailboxes("reading"):
            if mailbox.reads is not None and not self._stop.is_set():
                self._try(f"reading {mailbox.address}", partial(self._read_one, mailbox, html))

    def _read_one(self, mailbox: MailboxRow, html: HtmlReader) -> None:
        self.received += self._reader.read(mailbox, html)

    def _send_one(self, mailbox: MailboxRow, mailboxes: list[MailboxRow]) -> None:
        self.sent.update(self._sender.send(mailbox, mailboxes))

    def _send(self) -> None:
        mailboxes = self._mailboxes("sending")
        self._try("outbox", lambda: self._recover(mailboxes))
        for mailbox in mailboxes:
            if mailbox.sends is not None and not self._stop.is_set():
                self._try(f"sending {mailbox.address}", partial(self._send_one, mailbox, mailboxes))

    def _recover(self, mailboxes: list[MailboxRow]) -> None:
        take_over(self._database, self._who)
        send_again_without_copy(self._database, mailboxes, self._copy_wait)

    def _mailboxes(self, what: str) -> list[MailboxRow]:
        found: list[MailboxRow] = []

        def read() -> None:
            found.extend(self._database.read(enabled_mailboxes))
            if self._database.read(lambda connection: lacks_states(connection, found)):
                self._database.write(lambda connection: add_states(connection, found))

        self._try(f"{what}: mailboxes", read)
        return found

    def _try(self, what: str, work: Callable[[], None]) -> None:
        """Does a step; what goes wrong is reported when it begins, and its end, too."""
        try:
            work()
        except UserError as error:
            words = f"{what}: {error} {error.advice}".strip()
            if self._problems.get(what) != words:
                self._problems[what] = words
                self._report(words)
            return
        if self._problems.pop(what, None) is not None:
            self._report(f"{what}: working again.")
