"""Records bounces and automatic replies as events of the ticket that they refer to, without reopening it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.mail.senders import Sender
from partnertui.db.mail.threads import by_references, find_thread
from partnertui.db.mail.ticket_messages import MailRow
from partnertui.db.models import OutboxMail, Ticket, TicketMessage
from partnertui.db.tickets.new_conversation_entries import add_message
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.safe_text import one_line
from partnertui.domain.ticket_enums import MessageKind
from partnertui.mail.bounce_and_auto_reply_detection import Failure

QUOTED_CHARACTERS = 300
MOST_FAILURES = 20
NO_TICKET = "It doesn't refer to a ticket, and automatic e-mails don't open one."


def note_automatic(row: MailRow) -> None:
    """An event with the beginning of an automatic answer; the row alone if it refers to no ticket."""
    received = row.received
    sender = Sender(*received.sender)
    connection = row.work.session.connection()
    thread = find_thread(connection, received.references, received.subject, sender, row.mailbox.partner_id)
    if thread is None:
        row.columns["problem"] = NO_TICKET
        return
    words = one_line(" ".join((received.text or received.subject).split()), QUOTED_CHARACTERS)
    _add_event(row, thread.ticket_id, f"automatic reply from {sender.address}: {words}")


def note_bounce(row: MailRow) -> None:
    """An event that names the addresses and the reasons; the mail that came back is marked."""
    received = row.received
    connection = row.work.session.connection()
    ids = (*received.returned_ids, *received.references)
    own = _outbox_id(connection, ids)
    ticket_id = by_references(connection, ids)
    if ticket_id is None:
        row.columns["problem"] = NO_TICKET
        return
    failures = received.failures[:MOST_FAILURES]
    words = "; ".join(_words(one) for one in failures) or f"not delivered: {one_line(received.subject, 200)}"
    _add_event(row, ticket_id, words)
    if own is not None:
        _mark(row.work, own, [one for one in failures if one.is_final])


def _words(failure: Failure) -> str:
    begin = "not delivered to" if failure.is_final else "delayed, not yet delivered to"
    return f"{begin} {one_line(failure.address, 100)}: {one_line(failure.reason, QUOTED_CHARACTERS)}"


def _add_event(row: MailRow, ticket_id: int, words: str) -> TicketMessage:
    ticket = row.work.get(Ticket, ticket_id, lock=True)
    event = add_message(row.work, ticket, MessageKind.EVENT, words, None)
    event.mail_id = row.put_into(ticket)
    return event


def _outbox_id(connection: Connection, ids: tuple[str, ...]) -> int | None:
    return connection.scalar(select(OutboxMail.id).where(OutboxMail.message_id.in_(ids[:50])).limit(1))


def _mark(work: UnitOfWork, outbox_id: int, failures: list[Failure]) -> None:
    """The mail has failed if it came back from everybody; else it says from whom."""
    mail = work.get(OutboxMail, outbox_id, lock=True)
    recipients = {address.lower() for kind in ("to", "cc", "bcc") for address in mail.recipients.get(kind) or ()}
    if not failures or mail.state not in (OutboxState.SENT, OutboxState.UNKNOWN):
        return
    mail.problem = "; ".join(_words(one) for one in failures)
    if recipients <= {one.address for one in failures}:
        mail.state = OutboxState.FAILED
