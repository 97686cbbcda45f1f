"""Opens a ticket for a mail that belongs to none."""

from __future__ import annotations

from partnertui.db.insert_with_history import insert_new
from partnertui.db.mail.senders import Sender
from partnertui.db.models import Ticket
from partnertui.db.models.base import now
from partnertui.db.tickets.due_times import start_clock
from partnertui.db.tickets.numbers import next_number
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ticket_enums import PRIORITY_RANK, Priority, TicketState

NO_SUBJECT = "(no subject)"


def new_ticket(work: UnitOfWork, subject: str, sender: Sender, answers_to: str, partner_id: int | None) -> Ticket:
    """Adds a ticket of the customer that the sender certainly belongs to, or of none; the session doesn't know it."""
    time = now()
    ticket = Ticket(
        number=next_number(work.session.connection()),
        customer_id=sender.customer_id,
        partner_id=sender.partner_id if sender.customer_id is not None else partner_id,
        user_id=sender.user_id,
        subject=subject or NO_SUBJECT,
        requester_name=sender.name or None,
        requester_email=answers_to,
        priority=Priority.NORMAL,
        priority_rank=PRIORITY_RANK[Priority.NORMAL],
        state=TicketState.NEW,
        channel="e-mail",
        created_at=time,
        last_update_at=time,
        last_update_by=sender.name or sender.address,
        language=sender.language,
    )
    start_clock(work, ticket)
    insert_new(work, ticket)
    return ticket
