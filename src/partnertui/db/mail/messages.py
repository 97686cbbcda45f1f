"""A customer's mail becomes a message of its ticket."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, insert

from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.named_rows import link_named
from partnertui.db.mail.new_tickets import new_ticket
from partnertui.db.mail.senders import Sender, add_participants, find_sender
from partnertui.db.mail.threads import Thread, find_thread
from partnertui.db.models import MailReference, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.types import RowDict
from partnertui.db.session import UnitOfWork
from partnertui.db.tickets.states import change_state
from partnertui.db.upsert import insert_into
from partnertui.domain.support import MessageKind, ParticipantKind, TicketState
from partnertui.mail.received import Received

NO_TEXT = "(This mail has no text.)"
REOPENED = frozenset(
    {TicketState.PENDING, TicketState.ON_HOLD, TicketState.SNOOZED, TicketState.SOLVED, TicketState.CLOSED}
)
"""States that a customer's answer ends."""


@dataclass
class MailRow:
    """A stored mail inside its transaction; `outcome` are the columns that are found out while it is taken in."""

    work: UnitOfWork
    mailbox: MailboxRow
    id: int
    received: Received
    own: frozenset[str]
    """All our own addresses."""
    outcome: RowDict = field(default_factory=dict)

    def put_into(self, ticket: Ticket) -> None:
        """Notes the ticket that it belongs to, and whose that is."""
        self.outcome |= {"ticket_id": ticket.id, "customer_id": ticket.customer_id, "partner_id": ticket.partner_id}


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
    row.put_into(ticket)
    message_id = _add(connection, row, ticket, sender, thread.caution if thread is not None else None)
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
        statement = insert_into(connection, MailReference).values(message_id=message_id, ticket_id=ticket_id)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["message_id"]))


def _add(connection: Connection, row: MailRow, ticket: Ticket, sender: Sender, caution: str | None) -> int:
    # not by the session: the history would hold the text a second time
    statement = insert(table_of(TicketMessage)).values(
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        partner_id=ticket.partner_id,
        kind=MessageKind.CUSTOMER,
        author=sender.name or sender.address,
        body=row.received.text or NO_TEXT,
        at=now(),
        mail_id=row.id,
        caution=caution,
    )
    return int(connection.execute(statement.returning(table_of(TicketMessage).c.id)).scalar_one())


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
        connection.execute(insert(table_of(TicketAttachment)), rows)


def _add_people(connection: Connection, row: MailRow, ticket: Ticket, sender: Sender, thread: Thread | None) -> None:
    """Adds the sender, and whom they copied; a stranger can't add anybody."""
    itself = [(sender.name, sender.address)]
    if thread is not None and thread.is_strange:
        add_participants(connection, ticket, itself, ParticipantKind.STRANGER)
        return
    kind = ParticipantKind.REQUESTER if thread is None else ParticipantKind.COPIED
    add_participants(connection, ticket, itself, kind)
    copied = [one for one in row.received.copied if one[1] not in row.own]
    if row.received.reply_to and row.received.reply_to != sender.address:
        copied.insert(0, ("", row.received.reply_to))
    add_participants(connection, ticket, copied, ParticipantKind.COPIED)
