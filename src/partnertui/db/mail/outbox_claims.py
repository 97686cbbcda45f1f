"""Claims due mail in the outbox, so that exactly one service sends it.

Each step is committed before the next: claimed, resolved and about to be handed over, the outcome. A service that ends
before the second one has sent nothing; after it, nobody knows until the copy of the mail comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from partnertui.db.database import Database
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.ticket_messages import add_reference
from partnertui.db.models import OutboxMail, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.mail_states import OutboxState

MOST_DUE = 200


@dataclass(frozen=True)
class Claimed:
    """A mail that is ours to send."""

    id: int
    ticket_id: int
    ticket_message_id: int
    message_id: str
    recipients: RowDict
    subject: str
    body: str
    attempts: int

    def addresses(self, kind: str) -> list[str]:
        """The recipients of a kind: to, cc or bcc."""
        found = self.recipients.get(kind)
        return [str(one) for one in found] if isinstance(found, list) else []


def due(connection: Connection, mailbox: MailboxRow, mailboxes: Sequence[MailboxRow]) -> list[int]:
    """The mails that a mailbox has to send now, the longest due first."""
    query = select(OutboxMail.id).where(
        OutboxMail.state == OutboxState.WAITING,
        OutboxMail.not_before <= now(),
        or_(OutboxMail.mailbox_id == mailbox.id, _has_none(mailbox, mailboxes)),
    )
    return list(connection.scalars(query.order_by(OutboxMail.not_before, OutboxMail.id).limit(MOST_DUE)))


def _has_none(mailbox: MailboxRow, mailboxes: Sequence[MailboxRow]) -> ColumnElement[bool]:
    """Mails without a mailbox go out by the first one of their partner, else by the provider's first."""
    sending = [one for one in mailboxes if one.sends is not None]
    first = {one.partner_id: one.id for one in reversed(sending)}
    if first.get(mailbox.partner_id) != mailbox.id:
        return OutboxMail.id.is_(None)
    if mailbox.partner_id is not None:
        return and_(OutboxMail.mailbox_id.is_(None), OutboxMail.partner_id == mailbox.partner_id)
    others = [partner_id for partner_id in first if partner_id is not None]
    rest = or_(OutboxMail.partner_id.is_(None), OutboxMail.partner_id.not_in(others))
    return and_(OutboxMail.mailbox_id.is_(None), rest)


def claim(database: Database, outbox_id: int, mailbox: MailboxRow, who: str) -> Claimed | None:
    """Claims a waiting mail; None if another service has it, or an agent took it back."""

    def work(connection: Connection) -> Claimed | None:
        statement = (
            update(OutboxMail)
            .where(OutboxMail.id == outbox_id, OutboxMail.state == OutboxState.WAITING, OutboxMail.not_before <= now())
            .values(
                state=OutboxState.SENDING,
                mailbox_id=mailbox.id,
                claimed_at=now(),
                claimed_by=who,
                handed_at=None,
                attempts=OutboxMail.attempts + 1,
            )
        )
        if not connection.execute(statement).rowcount:
            return None
        columns = (
            OutboxMail.id,
            OutboxMail.ticket_id,
            OutboxMail.ticket_message_id,
            OutboxMail.message_id,
            OutboxMail.recipients,
            OutboxMail.subject,
            OutboxMail.body,
            OutboxMail.attempts,
        )
        return Claimed(*connection.execute(select(*columns).where(OutboxMail.id == outbox_id)).one())

    return database.write(work)


def mark_handed_over(database: Database, mail: Claimed, who: str, resolved: str) -> bool:
    """Notes that the text is about to go, with its variables filled in; false if the mail isn't ours any more."""

    def work(connection: Connection) -> bool:
        values: RowDict = {"handed_at": now(), "body": resolved}
        if not connection.execute(update(OutboxMail).where(*of_claim(mail.id, who)).values(**values)).rowcount:
            return False
        if resolved != mail.body:
            # the conversation shows what the customer reads
            same = (TicketMessage.id == mail.ticket_message_id, TicketMessage.body == mail.body)
            connection.execute(update(TicketMessage).where(*same).values(body=resolved))
        add_reference(connection, mail.message_id, mail.ticket_id)
        return True

    return database.write(work)


def of_claim(outbox_id: int, who: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions for a mail that is still ours to send."""
    return (OutboxMail.id == outbox_id, OutboxMail.state == OutboxState.SENDING, OutboxMail.claimed_by == who)
