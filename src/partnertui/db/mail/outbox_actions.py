"""What agents do with outgoing mail: send again, cancel, mark as sent; recorded in its ticket."""

from __future__ import annotations

from partnertui.db.mail.outbox_outcomes import tell_ticket
from partnertui.db.models import OutboxMail
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_states import CANCELLABLE, CONFIRMABLE, UNDECIDED, OutboxState


def send_again(work: UnitOfWork, outbox_id: int) -> None:
    """Lets a mail be sent again. Raises RowDeleted, DomainError where it waits or was sent."""
    mail = _open(work, outbox_id, UNDECIDED)
    mail.state, mail.not_before, mail.attempts = OutboxState.WAITING, now(), 0
    mail.claimed_by = mail.claimed_at = mail.handed_at = mail.problem = mail.server_answer = None
    tell_ticket(work, mail.ticket_id, "reply will be sent again")


def cancel(work: UnitOfWork, outbox_id: int) -> None:
    """Keeps a mail from being sent. Raises RowDeleted, DomainError where it is being sent, or was."""
    mail = _open(work, outbox_id, CANCELLABLE)
    mail.state = OutboxState.CANCELLED
    tell_ticket(work, mail.ticket_id, "reply cancelled: it won't be sent")


def mark_as_sent(work: UnitOfWork, outbox_id: int) -> None:
    """Keeps that a mail of unknown outcome went out after all. Raises RowDeleted, DomainError for any other."""
    mail = _open(work, outbox_id, CONFIRMABLE)
    mail.state, mail.sent_at, mail.problem = OutboxState.SENT, now(), None
    mail.server_answer = f"Marked as sent by {work.operator.name}."
    tell_ticket(work, mail.ticket_id, "reply marked as sent")


def _open(work: UnitOfWork, outbox_id: int, states: frozenset[OutboxState]) -> OutboxMail:
    mail = work.get(OutboxMail, outbox_id, lock=True)
    if mail.state not in states:
        raise DomainError(f"This e-mail is now {mail.state}.", "Refresh the list.")
    return mail
