"""Adds a customer's mail to its ticket as a message."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from partnertui.db.insert_with_history import insert_returning_id, insert_rows, insert_unless_there
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.mentioned_call_links import link_named
from partnertui.db.mail.new_tickets import new_ticket
from partnertui.db.mail.senders import MOST_COPIED, Sender, add_participants, find_sender
from partnertui.db.mail.threads import Thread, find_thread
from partnertui.db.models import Mail, MailReference, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.tickets.states import change_state
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import MailKind
from partnertui.domain.ticket_enums import MessageKind, ParticipantKind, TicketState
from partnertui.mail.received import Received

NO_TEXT = "(This e-mail has no text.)"
REOPENED = frozenset(
    {TicketState.PENDING, TicketState.ON_HOLD, TicketState.SNOOZED, TicketState.SOLVED, TicketState.CLOSED}
)
"""States that a customer's answer ends."""


@dataclass
class MailRow:
    """A mail inside its transaction; `columns` are those of its row, which has no `id` before it is stored."""

    work: UnitOfWork
    mailbox: MailboxRow
    received: Received
    own: frozenset[str]
    """All our own addresses."""
    columns: RowDict
    id: int | None = None

    def put_into(self, ticket: Ticket) -> int:
        """Stores its row as one of a ticket, and of whose that is; returns its ID."""
        self.columns |= {"ticket_id": ticket.id, "customer_id": ticket.customer_id, "partner_id": ticket.partner_id}
        return self.store(self.received.kind)

    def store(self, kind: MailKind) -> int:
        """Inserts its row as it is known now, once; returns its ID."""
        statement, connection = insert_returning_id(Mail), self.work.session.connection()
        self.id = connection.execute(statement, {**self.columns, "kind": kind}).scalar_one()
        return self.id


def add_customer_message(row: MailRow) -> None:
    """Adds the message to the ticket that the mail belongs to, or to a new one, and reopens it."""
    work, received = row.work, row.received
    connection = work.session.connection()
    sender = find_sender(connection, received.sender, row.mailbox.partner_id)
    thread = find_thread(connection, received.references, received.subject, sender, row.mailbox.partner_id)
    answers_to = received.reply_to or sender.address
    if thread is None:
        ticket = new_ticket(work, received.subject, sender, answers_to, row.mailbox.partner_id)
    else:
        ticket = work.get(Ticket, thread.ticket_id, lock=True)
    message_id = _add(row, ticket, sender, thread.caution if thread is not None else None)
    _add_files(connection, row, ticket, message_id)
    _add_people(connection, row, ticket, sender, thread)
    add_reference(connection, received.message_id, ticket.id)
    link_named(connection, ticket, message_id, f"{received.subject}\n{received.text}", sender.country)
    if thread is not None:
        ticket.last_update_at, ticket.last_update_by = now(), sender.name or sender.address
    if ticket.state in REOPENED:
        change_state(work, ticket, TicketState.OPEN)


def add_reference(connection: Connection, message_id: str | None, ticket_id: int) -> None:
    """Notes that answers to a Message-ID go to a ticket; the first one to have it keeps it."""
    if message_id is not None:
        statement = insert_unless_there(connection.dialect.name, MailReference, "message_id")
        connection.execute(statement, {"message_id": message_id, "ticket_id": ticket_id})


def _add(row: MailRow, ticket: Ticket, sender: Sender, caution: str | None) -> int:
    # not by the session: the history would hold the text a second time
    values = {
        "ticket_id": ticket.id,
        "customer_id": ticket.customer_id,
        "partner_id": ticket.partner_id,
        "kind": MessageKind.CUSTOMER,
        "author": sender.name or sender.address,
        "body": row.received.text or NO_TEXT,
        "at": now(),
        "mail_id": row.put_into(ticket),
        "caution": caution,
    }
    return row.work.session.connection().execute(insert_returning_id(TicketMessage), values).scalar_one()


def _add_files(connection: Connection, row: MailRow, ticket: Ticket, message_id: int) -> None:
    rows = [
        {
            "message_id": message_id,
            "customer_id": ticket.customer_id,
            "partner_id": ticket.partner_id,
            "name": file.name,
            "media_type": file.media_type,
            "content": file.content,
            "size": len(file.content),
            "content_id": file.content_id,
        }
        for file in row.received.files
    ]
    if rows:
        connection.execute(insert_rows(TicketAttachment), rows)


def _add_people(connection: Connection, row: MailRow, ticket: Ticket, sender: Sender, thread: Thread | None) -> None:
    """Adds the sender, and whom they copied; a stranger can't add anybody."""
    itself = (sender.name, sender.address)
    if thread is not None and thread.is_strange:
        add_participants(connection, ticket, [(itself, ParticipantKind.STRANGER)])
        return
    kind = ParticipantKind.REQUESTER if thread is None else ParticipantKind.COPIED
    copied = [one for one in row.received.copied if one[1] not in row.own]
    if row.received.reply_to and row.received.reply_to != sender.address:
        copied.insert(0, ("", row.received.reply_to))
    others = [(one, ParticipantKind.COPIED) for one in copied[:MOST_COPIED]]
    add_participants(connection, ticket, [(itself, kind), *others])
