"""A mailbox of support with its database, servers and service, and short words for what a test does with it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from tests.db.makers import BOB, customer, staff
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.smtp_server import SmtpServer

from partnertui.db.engine import Database
from partnertui.db.mail.mailboxes import set_secret
from partnertui.db.mail.service import MailService
from partnertui.db.models import Customer, Mail, Mailbox, OutboxMail, Ticket, TicketMessage
from partnertui.db.models.base import Base, now, table_of
from partnertui.db.session import UnitOfWork
from partnertui.domain.mail import OutboxState
from partnertui.domain.support import MessageKind
from partnertui.vault.sealed_values import Vault

VAULT = Vault({"0000abcd": b"k" * 32}, "0000abcd")
ACME = "ada@acme.example"


def text_mail(body: str = "No audio since noon.", sender: str = ACME, **headers: str) -> bytes:
    """A mail; `In_Reply_To` stands for the header In-Reply-To."""
    fields = {"From": sender, "Message-ID": f"<{secrets.token_hex(8)}@acme.example>", "Subject": "No audio"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + f"\r\n{body}\r\n".encode()


def acme(connection: Connection, **fields: object) -> int:
    """A customer whose address is ACME; returns its ID."""
    made = customer(**({"company": "Acme", "email": ACME, "country": "DE"} | fields))
    values = {name: value for name, value in vars(made).items() if not name.startswith("_")}
    return int(connection.execute(insert(Customer).values(**values).returning(Customer.id)).scalar_one())


class Desk:
    """The mailbox `address`, read from Dovecot and sent through an SMTP server on `smtp_port`."""

    def __init__(
        self, database: Database, dovecot: Dovecot, address: str, smtp: SmtpServer | None = None, **fields: object
    ) -> None:
        self.database, self.dovecot, self.address, self.smtp = database, dovecot, address, smtp
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

    def rows(self, model: type[Base], **equal: object) -> Sequence[RowMapping]:
        """All rows of a table with these values, by ID."""
        table = table_of(model)
        query = select(table).where(*(table.c[name] == value for name, value in equal.items())).order_by(table.c.id)
        return self.database.read(lambda connection: connection.execute(query).mappings().all())

    def only(self, model: type[Base], **equal: object) -> RowMapping:
        """The only row of a table with these values."""
        found = self.rows(model, **equal)
        assert len(found) == 1, found
        return found[0]

    def outbox(self, key: int) -> RowMapping:
        """A mail of the outbox."""
        return self.only(OutboxMail, id=key)

    def due_now(self) -> None:
        """Lets what waits be due."""
        waiting = update(OutboxMail).where(OutboxMail.state == OutboxState.WAITING)
        past = now() - timedelta(seconds=1)
        self.database.write(lambda connection: connection.execute(waiting.values(not_before=past)))

    def count(self, model: type[Base]) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(table_of(model))
        return int(self.database.read(lambda connection: connection.scalar(query)) or 0)

    def mails(self, kind: str) -> list[RowMapping]:
        """The mails of a kind."""
        return list(self.rows(Mail, kind=kind))
