"""Adds reminders for the dates that a reply promises, by the ticket's business calendar."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from partnertui.db.models import BusinessCalendar, Ticket, TicketMessage, TicketWatch
from partnertui.db.tickets.due_times import business_hours, terms
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.business_hours import ROUND_THE_CLOCK, BusinessHours
from partnertui.domain.promised_dates import Promise, reminder_time
from partnertui.domain.ticket_enums import Priority, WatchKind


def site_hours(reader: Session | Connection, priority: Priority, customer_id: int | None) -> BusinessHours | None:
    """The hours that the SLA of such a ticket counts, else those of the first calendar; None without a calendar."""
    promised = terms(reader, priority, customer_id).hours
    if promised != ROUND_THE_CLOCK:
        return promised
    first = reader.scalar(select(BusinessCalendar.id).order_by(BusinessCalendar.id).limit(1))
    return business_hours(reader, first) if first is not None else None


def site_today(reader: Session | Connection, ticket_id: int, now: datetime) -> date:
    """The day that it is for the site of a ticket: “tomorrow” is counted from it."""
    found = reader.execute(select(Ticket.priority, Ticket.customer_id).where(Ticket.id == ticket_id)).first()
    hours = site_hours(reader, found.priority, found.customer_id) if found is not None else None
    return now.astimezone(hours.zone if hours is not None else None).date()


def add_reminders(work: UnitOfWork, ticket: Ticket, message: TicketMessage, promises: tuple[Promise, ...]) -> None:
    """Adds a watch for each promise of a message."""
    hours = site_hours(work.session, ticket.priority, ticket.customer_id) if promises else None
    for promise in promises:
        reminder = TicketWatch(
            ticket_id=ticket.id,
            kind=WatchKind.PROMISE,
            due_at=reminder_time(promise.day, hours),
            text=promise.words,
            message_id=message.id,
            operator_id=work.operator.id,
            customer_id=ticket.customer_id,
            partner_id=ticket.partner_id,
        )
        work.add(reminder)
