"""A mailbox without servers: mails are handed to the intake as if they had been fetched."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import RowMapping, func, insert, select
from tests.db.makers import BOB, customer, staff

from partnertui.db.database import Database
from partnertui.db.mail.intake import Incoming, store_mail
from partnertui.db.mail.mailboxes import add_states, enabled_mailboxes
from partnertui.db.models import Customer, Mailbox, Ticket, TicketMessage
from partnertui.db.models.base import Base, now, table_of
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.mail.html_text import HtmlReader
from partnertui.mail.imap import Fetched
from partnertui.mail.received import read_mail

ACME = "ada@acme.example"
SUPPORT = "help@example.com"
MAIL = replace(BOB, name="Mail")


def mail(body: str = "No audio since noon.", sender: str = ACME, **headers: str) -> bytes:
    """A mail; `In_Reply_To` stands for the header In-Reply-To."""
    fields = {"From": sender, "Message-ID": f"<{secrets.token_hex(8)}@acme.example>", "Subject": "No audio"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + f"\r\n{body}\r\n".encode()


class Stored:
    """What a database holds, in short words."""

    def __init__(self, database: Database) -> None:
        self.database = database

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

    def last_message(self, kind: str = "customer") -> RowMapping:
        """The newest entry of a kind."""
        return self.rows(TicketMessage, kind=kind)[-1]

    def count(self, model: type[Base]) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(table_of(model))
        return int(self.database.read(lambda connection: connection.scalar(query)) or 0)


class PaperDesk(Stored):
    """The mailbox SUPPORT, and a customer whose address is ACME."""

    def __init__(self, database: Database, html: HtmlReader) -> None:
        super().__init__(database)
        self._html, self._uid = html, 0
        staff(database)
        self.customer_id = self.add_customer(email=ACME)
        self.add(Mailbox(name="Example support", address=SUPPORT))
        self.mailbox = database.read(enabled_mailboxes)[0]
        database.write(lambda connection: add_states(connection, [self.mailbox]))

    def add(self, row: Base) -> int:
        """Stores a row; returns its ID."""
        with UnitOfWork(self.database, BOB) as work:
            work.add(row)
            work.session.flush()
            work.commit()
        return row.id

    def add_customer(self, **fields: object) -> int:
        """A customer; returns its ID."""
        made = customer(**fields)
        values = {name: value for name, value in vars(made).items() if not name.startswith("_")}
        statement = insert(Customer).values(**values).returning(Customer.id)
        return self.database.write(lambda connection: int(connection.execute(statement).scalar_one()))

    def ticket(self, number: str, **fields: object) -> int:
        """A ticket of the customer; returns its ID."""
        values = {"number": number, "subject": "No audio", "customer_id": self.customer_id, "created_at": now()}
        return self.add(Ticket(**(values | fields)))

    def take(self, raw: bytes) -> str | None:
        """Takes a mail in; returns what it was taken for."""
        self._uid += 1
        incoming = Incoming(
            self.mailbox, 1, Fetched(self._uid, len(raw), raw), read_mail(raw, self._html), frozenset({SUPPORT})
        )
        return store_mail(self.database, MAIL, incoming)
