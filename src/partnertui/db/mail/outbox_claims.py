"""The outbox: a mail is claimed by one service, handed over once, and its outcome is kept.

Each step is committed before the next: claimed, resolved and about to be handed over, the outcome. A service that ends
before the second one has sent nothing; after it, nobody knows until the copy of the mail comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, update

from partnertui.db.engine import Database
from partnertui.db.mail.mailboxes import MailboxRow
from partnertui.db.mail.ticket_messages import add_reference
from partnertui.db.models import OutboxMail, Ticket, TicketMessage
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.tickets.conversation_entries import add_message
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.operators import Operator
from partnertui.domain.safe_text import one_line
from partnertui.domain.ticket_states import MessageKind
from partnertui.mail.smtp import Delivery, Handover

MOST_DUE = 200
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
TRIED_FOR = timedelta(days=5)
"""After so long, a mail that was put off again and again has failed (RFC 5321, section 4.5.4.1)."""

_PROVEN = (
    update(table_of(OutboxMail))
    .where(
        OutboxMail.message_id.in_(bindparam("message_ids", expanding=True)),
        # a service may be about to keep the server's answer, or to send again what was missing
        OutboxMail.state.in_((OutboxState.UNKNOWN, OutboxState.SENDING, OutboxState.WAITING)),
        OutboxMail.handed_at.is_not(None),
    )
    .values(state=OutboxState.SENT, sent_at=bindparam("now"), problem=None, server_answer=bindparam("proof"))
)


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
        if not connection.execute(update(OutboxMail).where(*_ours(mail.id, who)).values(**values)).rowcount:
            return False
        if resolved != mail.body:
            # the conversation shows what the customer reads
            same = (TicketMessage.id == mail.ticket_message_id, TicketMessage.body == mail.body)
            connection.execute(update(TicketMessage).where(*same).values(body=resolved))
        add_reference(connection, mail.message_id, mail.ticket_id)
        return True

    return database.write(work)


def settle(database: Database, operator: Operator, mail: Claimed, who: str, delivery: Delivery) -> OutboxState:
    """Keeps what became of a mail; returns its state."""
    state, values, words = _outcome(mail, delivery)
    with UnitOfWork(database, operator) as work:
        connection = work.session.connection()
        statement = update(OutboxMail).where(*_ours(mail.id, who)).values(state=state, **values)
        if not connection.execute(statement).rowcount:
            return state
        if words:
            tell_ticket(work, mail.ticket_id, words)
        work.commit()
    return state


def settle_proven(connection: Connection, message_ids: Sequence[str], proof: str) -> None:
    """Keeps that mails went out which came back to us or were answered, unless that is known."""
    if message_ids:
        values = {"message_ids": message_ids[:IDS_PER_QUERY], "now": now(), "proof": proof}
        connection.execute(_PROVEN, values)


def block(database: Database, operator: Operator, mail: Claimed, who: str, problem: str) -> None:
    """Keeps a mail back that isn't fit to be sent, with the reason, which its ticket says, too."""
    with UnitOfWork(database, operator) as work:
        statement = update(OutboxMail).where(*_ours(mail.id, who))
        values: RowDict = {"state": OutboxState.BLOCKED, "problem": problem}
        if work.session.connection().execute(statement.values(**values)).rowcount:
            tell_ticket(work, mail.ticket_id, f"reply not sent: {problem}")
            work.commit()


def tell_ticket(work: UnitOfWork, ticket_id: int, words: str) -> None:
    """Adds an event to a ticket."""
    ticket = work.get(Ticket, ticket_id, lock=True)
    add_message(work, ticket, MessageKind.EVENT, words, None)


def _ours(outbox_id: int, who: str) -> tuple[ColumnElement[bool], ...]:
    return (OutboxMail.id == outbox_id, OutboxMail.state == OutboxState.SENDING, OutboxMail.claimed_by == who)


def _outcome(mail: Claimed, delivery: Delivery) -> tuple[OutboxState, RowDict, str]:
    """State, columns, and an event in words or ""."""
    answer = one_line(delivery.answer, 500)
    refused = "; ".join(f"{address}: {reason}" for address, reason in delivery.refused.items())
    if delivery.outcome is Handover.TAKEN:
        words = f"rejected for {one_line(refused, 500)}" if refused else ""
        values: RowDict = {"sent_at": now(), "server_answer": answer, "problem": words or None}
        return OutboxState.SENT, values, f"reply sent, but {words}" if words else ""
    if delivery.outcome is Handover.UNKNOWN:
        problem = f"The connection was lost before the server responded ({answer}): it may have been delivered."
        return OutboxState.UNKNOWN, {"problem": problem}, ""
    if delivery.outcome is Handover.REFUSED:
        return OutboxState.FAILED, {"server_answer": answer, "problem": answer}, f"reply not sent: {answer}"
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), LONGEST_WAIT)
    values = {"not_before": now() + wait, "problem": answer, "claimed_by": None, "handed_at": None}
    return OutboxState.WAITING, values, ""
