"""Stores a received mail and its effect on tickets in one transaction, once even with several services."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, func, or_, select, update

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError, DatabaseLocked, DatabaseUnavailable, OutcomeUnknown, QueryTimeout
from partnertui.db.mail.bounces_and_auto_replies import note_automatic, note_bounce
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.outbox_outcomes import settle_proven
from partnertui.db.mail.ticket_messages import MailRow, add_customer_message
from partnertui.db.models import Mail, MailboxState, OutboxMail
from partnertui.db.models.base import now, table_of
from partnertui.db.models.types import Int, Utc
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import MailKind
from partnertui.domain.operators import Operator
from partnertui.mail.imap import Fetched
from partnertui.mail.received import PARSE_ERRORS, Received

STORE_SECONDS = 60.0
TRIES = 3
"""Two services that make a ticket at the same moment want the same number for it."""
PASSING = (DatabaseUnavailable, DatabaseLocked, OutcomeUnknown, QueryTimeout)
"""Errors that say nothing about the mail."""

# statements are built once: SQLAlchemy takes longer to build one than to run it
_STATE = (
    update(table_of(MailboxState))
    .where(MailboxState.mailbox_id == bindparam("mailbox"))
    .values(uid_validity=bindparam("validity"), last_uid=bindparam("uid"))
)
_VALIDITY, _UID = bindparam("validity", type_=Int), bindparam("uid", type_=Int)
_GOES_ON = _STATE.where(MailboxState.uid_validity == _VALIDITY, MailboxState.last_uid < _UID)
_NUMBERED_AGAIN = _STATE.where(MailboxState.uid_validity.is_distinct_from(_VALIDITY))
_STORED = select(Mail.id).where(
    Mail.mailbox_id == bindparam("mailbox"), Mail.uid_validity == _VALIDITY, Mail.uid == _UID
)
_SAME_CONTENT = Mail.content_hash == bindparam("content_hash")
_SAME_ID = (
    (Mail.message_id == bindparam("message_id"))
    & (func.coalesce(Mail.from_address, "") == bindparam("sender"))
    & Mail.sent_at.is_not_distinct_from(bindparam("sent_at", type_=Utc()))
)
_EARLIER = (
    select(Mail.ticket_id)
    .where(or_(_SAME_CONTENT, _SAME_ID), Mail.kind != MailKind.UNREADABLE)
    .order_by(Mail.id)
    .limit(1)
)


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
            problem = f"It couldn't be imported: {error}"[:500]
            if tried == 0 and isinstance(error, DatabaseError):
                continue
            break
    received = Received(MailKind.UNREADABLE, incoming.received.content_hash, problem=problem)
    return _store(database, operator, replace(incoming, received=received))


def _store(database: Database, operator: Operator, incoming: Incoming) -> MailKind | None:
    with UnitOfWork(database, operator, deadline=STORE_SECONDS) as work:
        if not _is_next(work.session.connection(), incoming):
            return None
        row = MailRow(work, incoming.mailbox, incoming.received, incoming.own, _columns(incoming))
        kind = _take(row)
        if row.id is None:
            row.store(kind)
        work.commit()
    return kind


def _is_next(connection: Connection, incoming: Incoming) -> bool:
    """Notes how far the mailbox is read; false if another service, or this one before it was ended, did it."""
    uid, validity = incoming.fetched.uid, incoming.uid_validity
    values = {"mailbox": incoming.mailbox.id, "validity": validity, "uid": uid}
    if connection.execute(_GOES_ON, values).rowcount:
        return True
    if not connection.execute(_NUMBERED_AGAIN, values).rowcount:
        return False
    return connection.execute(_STORED, values).first() is None


def _columns(incoming: Incoming) -> RowDict:
    received = incoming.received
    return {
        "mailbox_id": incoming.mailbox.id,
        "uid_validity": incoming.uid_validity,
        "uid": incoming.fetched.uid,
        "message_id": received.message_id,
        "content_hash": received.content_hash,
        "from_address": received.sender[1] or None,
        "subject": received.subject or None,
        "sent_at": received.sent_at,
        "received_at": now(),
        "size": incoming.fetched.size,
        "raw": incoming.fetched.raw,
        "ticket_id": None,
        "customer_id": None,
        "partner_id": incoming.mailbox.partner_id,
        "problem": received.problem,
    }


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
        settle_proven(connection, received.references, "The recipient replied to it.")
    return received.kind


def _is_copy(row: MailRow, connection: Connection) -> bool:
    """Whether it is our own mail that comes back, or another copy of one that came in before."""
    received = row.received
    if received.sender[1] in row.own:
        _settle_own(row, connection)
        return True
    values = {
        "content_hash": received.content_hash,
        "message_id": received.message_id,
        "sender": received.sender[1],
        "sent_at": received.sent_at,
    }
    earlier = connection.execute(_EARLIER, values).first()
    if earlier is None:
        return False
    row.columns["ticket_id"] = earlier.ticket_id
    return True


def _settle_own(row: MailRow, connection: Connection) -> None:
    """Our own mail proves that it went out."""
    message_id = row.received.message_id
    own = connection.execute(select(OutboxMail.ticket_id).where(OutboxMail.message_id == message_id)).first()
    if own is None or message_id is None:
        row.columns["problem"] = "From one of our own addresses, but not sent by this program."
        return
    row.columns["ticket_id"] = own.ticket_id
    settle_proven(connection, [message_id], "Its blind copy arrived.")
