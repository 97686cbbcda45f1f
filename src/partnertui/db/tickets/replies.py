"""Stores replies and internal notes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from partnertui.db.errors import ConcurrentChange
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import now
from partnertui.db.tickets.due_times import note_first_answer
from partnertui.db.tickets.new_conversation_entries import add_text
from partnertui.db.tickets.reply_mail import Mailing, NewAttachment, attach, default_recipients, put_in_outbox
from partnertui.db.tickets.reply_recall import state_before
from partnertui.db.tickets.reply_variables import resolve
from partnertui.db.tickets.states import change_state
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import MessageKind, TicketState

ALL_READ = 2**62
"""For a reply that doesn't depend on what was written before it, such as one to all tickets of an incident."""
QUOTED_CHARACTERS = 200
"""Of a message that arrived while a reply was being written."""


def reply(
    work: UnitOfWork,
    ticket_id: int,
    text: str,
    state: TicketState | None,
    *,
    read_to: int | None,
    mailing: Mailing | None = None,
) -> int:
    """Replies by mail and sets the state afterwards, None to leave it; returns the ID of the message.

    `read_to` is the ID of the newest message that the agent saw. Without `mailing` it goes to the requester, if there
    is an address. Raises ConcurrentChange if the customer or a colleague wrote since, DomainError for an empty reply, a
    closed ticket, or a variable without a value.
    """
    ticket = work.get(Ticket, ticket_id, lock=True)
    _require_read(work, ticket, read_to)
    if ticket.state == TicketState.CLOSED:
        raise DomainError("This ticket is closed.", advice="Set its state to open before you reply.")
    connection = work.session.connection()
    old_language = ticket.language
    if mailing is not None and mailing.language not in ("", old_language):
        ticket.language = mailing.language
        work.session.flush()  # variables are filled in by the row
    mailing = mailing or Mailing(default_recipients(connection, ticket_id))
    filled = resolve(connection, text, ticket_id=ticket_id, agent_id=work.operator.id)
    require_values(filled.missing)
    subject = resolve(connection, mailing.subject, ticket_id=ticket_id, agent_id=work.operator.id)
    require_values(subject.missing)
    before = state_before(ticket, mailing.canned) | {"language": old_language}
    message = add_text(work, ticket, MessageKind.REPLY, filled.text)
    message.facts = {"before": before}
    attach(work, message, mailing.files, mailing.evidence)
    if mailing.recipients:
        put_in_outbox(work, ticket, message, text.strip(), replace(mailing, subject=subject.text))
    note_first_answer(work, ticket, now())
    if ticket.agent_id is None:
        ticket.agent_id = work.operator.id
    if state is not None:
        change_state(work, ticket, state)
    work.session.flush()
    return message.id


def note(work: UnitOfWork, ticket_id: int, text: str, files: tuple[NewAttachment, ...] = ()) -> None:
    """Adds an internal note, which the requester never sees; raises DomainError if it is empty."""
    attach(work, add_text(work, work.get(Ticket, ticket_id, lock=True), MessageKind.NOTE, text), files, ())


def require_values(missing: tuple[str, ...]) -> None:
    """Raises DomainError that names the variables without a value."""
    if missing:
        names = ", ".join(f"{{{name}}}" for name in missing)
        raise DomainError(
            f"No value for {names}.", "Write the text yourself, or link the record that is missing.", field="body"
        )


def _require_read(work: UnitOfWork, ticket: Ticket, read_to: int | None) -> None:
    """Raises ConcurrentChange with the newest message that the agent has not seen.

    By ID and not by time: the ticket is locked while a message is added, so IDs grow in the order of the commits.
    """
    unread = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.kind.in_((MessageKind.CUSTOMER, MessageKind.REPLY)),
        TicketMessage.author_id.is_distinct_from(work.operator.id),
    )
    if read_to is not None:
        unread = unread.where(TicketMessage.id > read_to)
    newest = work.session.scalars(unread.order_by(TicketMessage.id.desc()).limit(1)).first()
    if newest is not None:
        words = " ".join(newest.body.split())[:QUOTED_CHARACTERS]
        raise ConcurrentChange(
            f"Not sent: {newest.author} wrote in the meantime, “{words}”.",
            "Change your reply, or send it unchanged.",
            current={"read_to": newest.id},
            changed_by=newest.author,
            changed_at=newest.at,
        )
