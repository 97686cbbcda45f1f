"""Stores the outcome of sending a claimed mail: state, next attempt, event in its ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, update

from partnertui.db.database import Database
from partnertui.db.mail.outbox_claims import Claimed, of_claim
from partnertui.db.models import OutboxMail, Ticket
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.tickets.new_conversation_entries import add_message
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.operators import Operator
from partnertui.domain.safe_text import one_line
from partnertui.domain.ticket_enums import MessageKind
from partnertui.mail.smtp import Delivery, Handover

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


def settle(database: Database, operator: Operator, mail: Claimed, who: str, delivery: Delivery) -> OutboxState:
    """Keeps what became of a mail; returns its state."""
    state, values, words = _outcome(mail, delivery)
    with UnitOfWork(database, operator) as work:
        connection = work.session.connection()
        statement = update(OutboxMail).where(*of_claim(mail.id, who)).values(state=state, **values)
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
        statement = update(OutboxMail).where(*of_claim(mail.id, who))
        values: RowDict = {"state": OutboxState.BLOCKED, "problem": problem}
        if work.session.connection().execute(statement.values(**values)).rowcount:
            tell_ticket(work, mail.ticket_id, f"reply not sent: {problem}")
            work.commit()


def tell_ticket(work: UnitOfWork, ticket_id: int, words: str) -> None:
    """Adds an event to a ticket."""
    ticket = work.get(Ticket, ticket_id, lock=True)
    add_message(work, ticket, MessageKind.EVENT, words, None)


def _outcome(mail: Claimed, delivery: Delivery) -> tuple[OutboxState, RowDict, str]:
    """State, columns, and an event in words or ""."""
    answer = one_line(delivery.answer, 500)
    refused = "; ".join(f"{address}: {reason}" for address, reason in delivery.refused.items())
    if delivery.outcome is Handover.TAKEN:
        words = f"rejected for {one_line(refused, 500)}" if refused else ""
        values: RowDict = {"sent_at": now(), "server_answer": answer, "problem": words or None}
        return OutboxState.SENT, values, f"reply sent, but {words}" if words else ""
    if delivery.outcome is Handover.UNKNOWN:
        problem = f"The connection was lost before the server responded ({answer}): the e-mail may have been delivered."
        return OutboxState.UNKNOWN, {"problem": problem}, ""
    if delivery.outcome is Handover.REFUSED:
        return OutboxState.FAILED, {"server_answer": answer, "problem": answer}, f"reply not sent: {answer}"
    wait = min(FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), LONGEST_WAIT)
    values = {"not_before": now() + wait, "problem": answer, "claimed_by": None, "handed_at": None}
    return OutboxState.WAITING, values, ""
