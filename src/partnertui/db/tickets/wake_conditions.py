"""Stores what reopens a ticket: a snooze's time or event, a promise, a failure after it was solved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from partnertui.db.models import Customer, Ticket, TicketWatch
from partnertui.db.models.base import now
from partnertui.db.sync.switch_number_formats import MIN_DIGITS
from partnertui.db.tickets.states import change_state
from partnertui.db.tickets.watch_endings import SNOOZING, end_watches
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import parse_number, typed_digits
from partnertui.domain.ticket_enums import DONE, LONGEST_WAIT, TicketState, WatchKind

NEEDS_VALUE = {WatchKind.CALL: "the number", WatchKind.REGISTRATION: "the phone's AOR"}
NEEDS_CUSTOMER = {
    WatchKind.PAYMENT: ("a payment", "Snooze it until a time."),
    WatchKind.FAILURE: ("the customer's next failed call", "Choose “Solved” alone."),
}


def snooze(
    work: UnitOfWork, ticket_id: int, until: datetime | None, event: WatchKind | None, value: str, *, version: int
) -> None:
    """Snoozes a ticket until a time, or until an event: a call of a number, a registration, a payment.

    With an event, `until` is the latest time, LONGEST_WAIT from now if it is None. Raises DomainError for a time that
    is past or an event without its number or phone, ConcurrentChange if the ticket has another version.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    if ticket.state in DONE:
        raise DomainError(f"This ticket is {ticket.state}.", "Set its state to open before you snooze it.")
    time = now()
    until = until or (time + LONGEST_WAIT if event is not None else None)
    if until is None:
        raise DomainError("A time or an event is required.", "Enter a time such as tomorrow 9:00.", field="until")
    if until <= time:
        raise DomainError(
            "This time is in the past.", "Enter a time in the future, such as 4h or tomorrow 9:00.", field="until"
        )
    end_watches(work, ticket, "snoozed again", SNOOZING)
    if event is not None:
        watch_for(work, ticket, event, value)
    ticket.snoozed_until = until
    if ticket.state == TicketState.SNOOZED:  # the event of a state that stays the same would say nothing
        return
    change_state(work, ticket, TicketState.SNOOZED)


def watch_for(work: UnitOfWork, ticket: Ticket, kind: WatchKind, value: str) -> None:
    """Waits for an event from now on; an earlier watch of the same kind ends.

    Raises DomainError without the number, phone or customer that it needs.
    """
    if kind in NEEDS_VALUE and not value.strip():
        raise DomainError(f"Enter {NEEDS_VALUE[kind]} to wait for.", field="value")
    if kind in NEEDS_CUSTOMER and ticket.customer_id is None:
        what, advice = NEEDS_CUSTOMER[kind]
        raise DomainError(f"{ticket.number} has no customer, so {what} can't be waited for.", advice)
    value = watched_number(work, ticket, value) if kind == WatchKind.CALL else value.strip()
    end_watches(work, ticket, "replaced by another one", {kind})
    work.add(
        TicketWatch(
            ticket_id=ticket.id,
            customer_id=ticket.customer_id,
            partner_id=ticket.partner_id,
            kind=kind,
            value=value or None,
            operator_id=work.operator.id,
        )
    )


def watched_number(work: UnitOfWork, ticket: Ticket, text: str) -> str:
    """A number as CDRs have it: E.164 digits, read in the customer's country; extensions are as they are dialled.

    Raises DomainError for what is no number.
    """
    typed = typed_digits(text)
    if typed.isdigit() and len(typed) < MIN_DIGITS:
        return typed
    country = work.session.scalar(select(Customer.country).where(Customer.id == ticket.customer_id))
    try:
        return parse_number(text, country)
    except DomainError as error:
        raise DomainError(error.message, error.advice, field="value") from None
