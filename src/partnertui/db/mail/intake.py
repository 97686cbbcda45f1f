"""Stores a mail that came in: its row, and what it means for tickets, in one transaction; once, whoever tries."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, or_, select, update

from partnertui.db.engine import Database
from partnertui.db.errors import DatabaseError, DatabaseLocked, DatabaseUnavailable, OutcomeUnknown, QueryTimeout
from partnertui.db.mail.automatic_mails import note_automatic, note_bounce
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.messages import MailRow, add_customer_message
from partnertui.db.mail.outbox import settle_proven
from partnertui.db.models import Mail, MailboxState, OutboxMail
from partnertui.db.models.base import now, table_of
from partnertui.db.session import UnitOfWork
from partnertui.domain.mail import MailKind
from partnertui.domain.operators import Operator
from partnertui.mail.imap import Fetched
from partnertui.mail.received import PARSE_ERRORS, Received

STORE_SECONDS = 60.0
TRIES = 3
"""Two services that make a ticket at the same moment want the same number for it."""
PASSING = (DatabaseUnavailable, DatabaseLocked, OutcomeUnknown, QueryTimeout)
"""Errors that say nothing about the mail."""


@dataclass(frozen=True)
class Incoming:
    """A mail with where it lies."""

    mailbox: MailboxRow
    uid_validity: int
    fetched: Fetched
    received: Received
    own: frozenset[str]
    """All our own addresses."""


def store_mail(database: Database, operator: Operator, incoming: Incoming) -> MailKind | None:
    """Stores a mail; returns what it was taken for, None if it was stored before.

    One that the database refuses for what is in it is stored as unreadable. Raises DatabaseError.
    """
    for tried in range(TRIES):
        try:
            return _store(database, operator, incoming)
        except PASSING:
            raise
        except (DatabaseError, *PARSE_ERRORS) as error:
            problem = f"It could not be imported: {error}"[:500]
            if tried == 0 and isinstance(error, DatabaseError):
                continue
            break
    received = Received(MailKind.UNREADABLE, incoming.received.content_hash, problem=problem)
    return _store(database, operator, replace(incoming, received=received))


def _store(database: Database, operator: Operator, incoming: Incoming) -> MailKind | None:
    with UnitOfWork(database, operator, deadline=STORE_SECONDS) as work:
        if not _is_next(work.session.connection(), incoming):
            return None
        row = MailRow(
            work, incoming.mailbox, _insert(work.session.connection(), incoming), incoming.received, incoming.own
        )
        kind = _take(row)
        connection = work.session.connection()
        table = table_of(Mail)
        connection.execute(update(table).where(table.c.id == row.id).values(kind=kind, **row.outcome))
        work.commit()
    return kind


def _is_next(connection: Connection, incoming: Incoming) -> bool:
    """Notes how far the mailbox is read; false if another service, or this one before it was ended, did it."""
    uid, validity = incoming.fetched.uid, incoming.uid_validity
    state = update(table_of(MailboxState)).where(MailboxState.mailbox_id == incoming.mailbox.id)
    values = {"uid_validity": validity, "last_uid": uid}
    going_on = state.where(MailboxState.uid_validity == validity, MailboxState.last_uid < uid)
    if connection.execute(going_on.values(**values)).rowcount:
        return True
    numbered_again = state.where(MailboxState.uid_validity.is_distinct_from(validity))
    if not connection.execute(numbered_again.values(**values)).rowcount:
        return False
    stored = select(Mail.id).where(
        Mail.mailbox_id == incoming.mailbox.id, Mail.uid_validity == validity, Mail.uid == uid
    )
    return connection.execute(stored).first() is None


def _insert(connection: Connection, incoming: Incoming) -> int:
    received = incoming.received
    statement = insert(table_of(Mail)).values(
        mailbox_id=incoming.mailbox.id,
        uid_validity=incoming.uid_validity,
        uid=incoming.fetched.uid,
        message_id=received.message_id,
        content_hash=received.content_hash,
        from_address=received.sender[1] or None,
        subject=received.subject or None,
        sent_at=received.sent_at,
        received_at=now(),
        size=incoming.fetched.size,
        raw=incoming.fetched.raw,
        kind=MailKind.UNREADABLE,
        partner_id=incoming.mailbox.partner_id,
        problem=received.problem,
    )
    return int(connection.execute(statement.returning(table_of(Mail).c.id)).scalar_one())


def _take(row: MailRow) -> MailKind:
    """Does what follows from a mail; returns what it is."""
    received, connection = row.received, row.work.session.connection()
    if received.kind == MailKind.UNREADABLE:
        return MailKind.UNREADABLE
    if _is_copy(row, connection):
        return MailKind.COPY
    if received.kind == MailKind.BOUNCE:
        note_bounce(row)
    elif received.kind == MailKind.AUTOMATIC:
        note_automatic(row)
    else:
        add_customer_message(row)
        settle_proven(connection, received.references, "It was answered.")
    return received.kind


def _is_copy(row: MailRow, connection: Connection) -> bool:
    """Whether it is our own mail that comes back, or another copy of one that came in before."""
    received = row.received
    if received.sender[1] in row.own:
        _settle_own(row, connection)
        return True
    same_content = Mail.content_hash == received.content_hash
    same_id = (
        (Mail.message_id == received.message_id)
        & (func.coalesce(Mail.from_address, "") == received.sender[1])
        & Mail.sent_at.is_not_distinct_from(received.sent_at)
    )
    same = same_content if received.message_id is None else or_(same_content, same_id)
    query = select(Mail.ticket_id).where(same, Mail.id != row.id, Mail.kind != MailKind.UNREADABLE).order_by(Mail.id)
    earlier = connection.execute(query.limit(1)).first()
    if earlier is None:
        return False
    row.outcome["ticket_id"] = earlier.ticket_id
    return True


def _settle_own(row: MailRow, connection: Connection) -> None:
    """Our own mail proves that it went out."""
    message_id = row.received.message_id
    own = connection.execute(select(OutboxMail.ticket_id).where(OutboxMail.message_id == message_id)).first()
    if own is None or message_id is None:
        row.outcome["problem"] = "From one of our own addresses, but not sent by this program."
        return
    row.outcome["ticket_id"] = own.ticket_id
    settle_proven(connection, [message_id], "Its copy came back.")
