"""A ticket for a mail that belongs to none."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.mail.senders import Sender
from partnertui.db.models import Ticket
from partnertui.db.models.base import now
from partnertui.db.session import UnitOfWork
from partnertui.db.tickets.due import start_clock
from partnertui.domain.support import PRIORITY_RANK, Priority, TicketState

FIRST_NUMBER = 10_000
"""The number of a ticket is this and its place: T-10001 is the first."""
NUMBER_LOCK = 7_301_300
"""Of PostgreSQL's advisory locks: who holds it takes the next number."""
NO_SUBJECT = "(no subject)"


def new_ticket(work: UnitOfWork, subject: str, sender: Sender, answers_to: str, partner_id: int | None) -> Ticket:
    """Adds a ticket of the customer that the sender certainly belongs to, or of none."""
    time = now()
    ticket = Ticket(
        number=next_number(work),
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
    work.add(ticket)
    work.session.flush()
    return ticket


def next_number(work: UnitOfWork) -> str:
    """A number that no ticket has, nor another transaction takes at the same time."""
    connection = work.session.connection()
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        connection.execute(select(func.pg_advisory_xact_lock(NUMBER_LOCK)))
    number = FIRST_NUMBER + 1 + (work.session.scalar(select(func.max(Ticket.id))) or 0)
    while work.session.scalar(select(Ticket.id).where(Ticket.number == f"T-{number}")) is not None:
        number += 1
    return f"T-{number}"
