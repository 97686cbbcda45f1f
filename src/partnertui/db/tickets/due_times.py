"""Computes when tickets are due by priority and plan, and keeps the SLA clock in the ticket's row."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from partnertui.db.models import BusinessCalendar, CalendarDay, Customer, SlaTarget, Ticket
from partnertui.db.models.types import Int
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.business_hours import ROUND_THE_CLOCK, WEEKDAYS, BusinessHours, read_hours
from partnertui.domain.public_holidays import no_holidays, public_holidays
from partnertui.domain.service_levels import SlaClock, Terms
from partnertui.domain.sla_targets import DEFAULT_SLA
from partnertui.domain.ticket_enums import Priority, TicketState

_PLAN = select(Customer.price_plan_id).where(Customer.id == bindparam("customer", type_=Int)).scalar_subquery()
_TERMS = (
    select(SlaTarget.first_answer_minutes, SlaTarget.solution_minutes, SlaTarget.warn_minutes, SlaTarget.calendar_id)
    .where(SlaTarget.priority == bindparam("priority"))
    .where((SlaTarget.price_plan_id == _PLAN) | SlaTarget.price_plan_id.is_(None))
    # False sorts first in both databases: a target of the plan before those for all plans.
    .order_by(SlaTarget.price_plan_id.is_(None))
    .limit(1)
)


def business_hours(reader: Session | Connection, calendar_id: int | None) -> BusinessHours:
    """A calendar with its own days and public holidays; round the clock without one."""
    if calendar_id is None:
        return ROUND_THE_CLOCK
    weekdays = [getattr(BusinessCalendar, name) for name in WEEKDAYS]
    columns = (BusinessCalendar.time_zone, BusinessCalendar.country, BusinessCalendar.subdivision, *weekdays)
    zone, country, subdivision, *hours = reader.execute(
        select(*columns).where(BusinessCalendar.id == calendar_id)
    ).one()
    days = select(CalendarDay.day, CalendarDay.name, CalendarDay.hours).where(CalendarDay.calendar_id == calendar_id)
    return BusinessHours(
        ZoneInfo(zone),
        tuple(read_hours(text or "") for text in hours),
        {day: (name, read_hours(own or "")) for day, name, own in reader.execute(days)},
        public_holidays(country, subdivision) if country else no_holidays,
    )


def terms(reader: Session | Connection, priority: Priority, customer_id: int | None) -> Terms:
    """What is promised for a priority to a customer: by the plan, else for all plans, else what comes built in."""
    found = reader.execute(_TERMS, {"priority": priority, "customer": customer_id}).first()
    if found is None:
        built_in = DEFAULT_SLA[priority]
        return Terms(built_in.first_answer, built_in.solution)
    first, solution, warn, calendar = found
    hours = business_hours(reader, calendar)
    return Terms(timedelta(minutes=first), timedelta(minutes=solution), timedelta(minutes=warn), hours)


def start_clock(work: UnitOfWork, ticket: Ticket) -> None:
    """Sets the due times of a new ticket, or of one whose priority or customer changed."""
    promised = terms(work.session, ticket.priority, ticket.customer_id)
    _store(ticket, clock_of(ticket).promise(promised), promised)


def note_first_answer(work: UnitOfWork, ticket: Ticket, time: datetime) -> None:
    """Stops the clock of the first answer: from now on the solution is due; no-op if there was one."""
    if ticket.first_answered_at is not None:
        return
    ticket.first_answered_at = time
    _store(ticket, clock_of(ticket), terms(work.session, ticket.priority, ticket.customer_id))


def note_state(work: UnitOfWork, ticket: Ticket, old: TicketState, new: TicketState, time: datetime) -> None:
    """Pauses the clock, or lets it go on, as the new state asks."""
    promised = terms(work.session, ticket.priority, ticket.customer_id)
    _store(ticket, clock_of(ticket).change_state(old, new, time, promised.hours), promised)


def clock_of(ticket: Ticket) -> SlaClock:
    """The clock as the ticket's row has it."""
    return SlaClock(
        ticket.created_at,
        ticket.first_answered_at,
        ticket.sla_paused_since,
        timedelta(seconds=ticket.sla_paused_seconds or 0),
        ticket.first_answer_due_at,
        ticket.solution_due_at,
    )


def _store(ticket: Ticket, clock: SlaClock, promised: Terms) -> None:
    ticket.first_answer_due_at, ticket.solution_due_at = clock.first_answer_due, clock.solution_due
    ticket.sla_paused_since = clock.paused_since
    ticket.sla_paused_seconds = int(clock.paused.total_seconds())
    ticket.sla_due_at = clock.due
    ticket.sla_warn_at = None if clock.due is None else promised.hours.subtract(clock.due, promised.warn)
