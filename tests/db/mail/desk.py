"""A mailbox of support with its database, servers and service, and short words for what a test does with it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, RowMapping, insert, update
from tests.db.mail.paper_desk import ACME, Stored
from tests.db.makers import BOB, customer, staff
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.smtp_server import SmtpServer

from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import set_secret
from partnertui.db.mail.service import MailService
from partnertui.db.models import Customer, Mail, Mailbox, OutboxMail, Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.ticket_enums import MessageKind
from partnertui.vault.sealed_values import Vault

VAULT = Vault({"0000abcd": b"k" * 32}, "0000abcd")


def acme(connection: Connection, **fields: object) -> int:
    """A customer whose address is ACME; returns its ID."""
    made = customer(**({"company": "Acme", "email": ACME, "country": "DE"} | fields))
    values = {name: value for name, value in vars(made).items() if not name.startswith("_")}
    return int(connection.execute(insert(Customer).values(**values).returning(Customer.id)).scalar_one())


class Desk(Stored):
    """The mailbox `address`, read from Dovecot and sent through an SMTP server on `smtp_port`."""

    def __init__(
        self, database: Database, dovecot: Dovecot, address: str, smtp: SmtpServer | None = None, **fields: object
    ) -> None:
        super().__init__(database)
        self.dovecot, self.address, self.smtp = dovecot, address, smtp
        self.problems: list[str] = []
        self.stop = threading.Event()
        staff(database)
        with UnitOfWork(database, BOB) as work:
            values: dict[str, object] = {
                "name": "Example support",
                "address": address,
                "imap_host": "127.0.0.1",
                "imap_port": dovecot.imap,
                "imap_security": "none",
                "smtp_host": "127.0.0.1" if smtp is not None else None,
                "smtp_port": smtp.port if smtp is not None else 25,
                "smtp_security": "none",
                "login": address,
            }
            mailbox = Mailbox(**(values | fields))
            work.add(mailbox)
            work.session.flush()
            self.id = mailbox.id
            set_secret(work, mailbox.id, VAULT, PASSWORD)
            work.commit()
        self.service = self.new_service()

    def new_service(self, copy_wait: timedelta = timedelta(0)) -> MailService:
        """Another service on the same database."""
        return MailService(self.database, BOB, VAULT, self.stop, copy_wait=copy_wait, report=self.problems.append)

    def receive(self, *mails: bytes) -> None:
        """Delivers mails to the address, and reads the mailbox."""
        for raw in mails:
            self.dovecot.deliver(self.address, raw)
        self.service.once()

    def write(self, ticket_id: int, body: str, to: Sequence[str] = (ACME,), **fields: object) -> int:
        """A reply of Bob's, as the program writes it; returns the ID of the mail in the outbox."""
        with UnitOfWork(self.database, BOB) as work:
            ticket = work.get(Ticket, ticket_id)
            message = TicketMessage(
                ticket_id=ticket_id, kind=MessageKind.REPLY, author_id=BOB.id, author="Bob", body=body
            )
            work.add(message)
            work.session.flush()
            values: dict[str, object] = {
                "ticket_id": ticket_id,
                "ticket_message_id": message.id,
                "message_id": f"<{secrets.token_hex(12)}@example.com>",
                "recipients": {"to": list(to), "cc": [], "bcc": []},
                "subject": f"Re: {ticket.subject}",
                "body": body,
                "not_before": now() - timedelta(seconds=1),
            }
            mail = OutboxMail(**(values | fields))
            work.add(mail)
            work.session.flush()
            work.commit()
        return mail.id

    def outbox(self, key: int) -> RowMapping:
        """A mail of the outbox."""
        return self.only(OutboxMail, id=key)

    def due_now(self) -> None:
        """Lets what waits be due."""
        waiting = update(OutboxMail).where(OutboxMail.state == OutboxState.WAITING)
        past = now() - timedelta(seconds=1)
        self.database.write(lambda connection: connection.execute(waiting.values(not_before=past)))

    def mails(self, kind: str) -> list[RowMapping]:
        """The mails of a kind."""
        return list(self.rows(Mail, kind=kind))
