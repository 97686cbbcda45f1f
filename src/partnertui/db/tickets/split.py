"""Splits chosen messages off into a new ticket of the same customer."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from partnertui.db.models import Mail, MailReference, OutboxMail, Ticket, TicketMessage, TicketParticipant
from partnertui.db.tickets.due_times import start_clock
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.tickets.numbers import next_number
from partnertui.db.tickets.owned_rows import Moved, move_rows
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import MessageKind, TicketState


def split(work: UnitOfWork, ticket_id: int, message_ids: Collection[int], subject: str, *, version: int) -> int:
    """Moves messages of a ticket, and the mails they came in, into a new ticket; returns its ID.

    Raises DomainError for no or all messages or an empty subject, ConcurrentChange for another version.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    if not subject.strip():
        raise DomainError("The new ticket needs a subject.", advice="Write one.", field="subject")
    ids = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket.id, TicketMessage.kind != MessageKind.EVENT)
    known = set(work.session.scalars(ids))
    chosen = sorted(known & set(message_ids))
    if not chosen:
        raise DomainError("No message was chosen.", advice="Select the ones about something else.")
    if len(chosen) == len(known):
        raise DomainError("These are all of the ticket's messages.", advice="Leave at least one in it.")
    new = Ticket(
        number=next_number(work.session.connection()),
        subject=" ".join(subject.split()),
        state=TicketState.OPEN,
        split_from_id=ticket.id,
        **{name: getattr(ticket, name) for name in COPIED},
    )
    work.add(new)
    work.session.flush()
    for one in work.session.scalars(select(TicketParticipant).where(TicketParticipant.ticket_id == ticket.id)).all():
        owner = {"customer_id": new.customer_id, "partner_id": new.partner_id}
        work.add(TicketParticipant(ticket_id=new.id, address=one.address, name=one.name, kind=one.kind, **owner))
    move_rows(work.session, _with_mails(work, chosen), ticket.id, new)
    with work.session.no_autoflush:  # one entry in the history of the ticket
        start_clock(work, new)
        many = "1 message" if len(chosen) == 1 else f"{len(chosen)} messages"
        add_event(work, ticket, f"{many} split off into {new.number}", {"split": [new.id, len(chosen)]})
        add_event(work, new, f"split off from {ticket.number}", {"split_from_id": [None, ticket.id]})
        work.session.flush()
    return new.id


COPIED = (
    "customer_id",
    "partner_id",
    "user_id",
    "agent_id",
    "priority",
    "priority_rank",
    "channel",
    "language",
    "requester_name",
    "requester_email",
)
"""Columns that a ticket and the one that is split off have in common."""


def _with_mails(work: UnitOfWork, messages: list[int]) -> Moved:
    """The messages with the mails that they came in or went out by, and the references by which answers find them."""
    session = work.session
    came = select(TicketMessage.mail_id).where(TicketMessage.id.in_(messages), TicketMessage.mail_id.is_not(None))
    mails = list(session.execute(select(Mail.id, Mail.message_id).where(Mail.id.in_(came))))
    outgoing = select(OutboxMail.id, OutboxMail.message_id).where(OutboxMail.ticket_message_id.in_(messages))
    sent = list(session.execute(outgoing))
    names = [name for _, name in (*mails, *sent) if name]
    references = session.scalars(select(MailReference.id).where(MailReference.message_id.in_(names)))
    return {
        "ticket_messages": messages,
        "mails": [number for number, _ in mails],
        "outbox_mails": [number for number, _ in sent],
        "mail_references": list(references),
    }
