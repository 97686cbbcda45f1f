"""Reopens tickets whose snooze is over, promise is due, or awaited event has happened.

Each ticket is brought back in a unit of work of its own, guarded by the row of the watch, so that two that run at the
same time, or one that is killed, do it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from random import randrange

from sqlalchemy import Connection, or_, select

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.models import Cdr, Payment, Ticket, TicketWatch
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.tickets.states import change_state
from partnertui.db.tickets.watch_endings import SNOOZING
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import PaymentState
from partnertui.domain.call_enums import FAILED
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import DONE, TicketState, WatchKind
from partnertui.errors import UserError

EVENTS = SNOOZING - {WatchKind.TIME} | {WatchKind.FAILURE}
MOST = 500
"""Snoozes that have ended, and promises, that are brought back in one run: each makes room for the next."""
LOOKED_AT, PAGE = 2_000, 250
"""Open watches of events that one run looks at, and those of one read transaction."""


@dataclass(frozen=True)
class Wake:
    """A ticket to bring back, by which watch (None for the end of a snooze), and why, in words."""

    ticket_id: int
    watch_id: int | None
    why: str


@dataclass(frozen=True)
class OpenWatch:
    """A watch whose event has not come yet, as its row has it."""

    id: int
    ticket_id: int
    customer_id: int | None
    kind: WatchKind
    value: str | None
    since: datetime


def wake_tickets(database: Database, operator: Operator, kamailio: KamailioDatabase | None, now: datetime) -> int:
    """Brings back what is due; returns how many tickets. Raises DatabaseError.

    Without `kamailio`, or while its tables can't be read, registrations are not looked for.
    """

    def wake(found: list[Wake]) -> int:
        return sum(commit_once(database, operator, new_key(), partial(_wake, wake=one, now=now)) for one in found)

    count = wake(database.read(lambda connection: list(due(connection, now))))
    ids = database.read(event_watches)
    for start in range(0, len(ids), PAGE):
        count += wake(database.read(partial(happened, kamailio=kamailio, ids=ids[start : start + PAGE])))
    return count


def due(connection: Connection, now: datetime) -> Iterator[Wake]:
    """The snoozes that are over and the promises that are due, the oldest first."""
    over = select(Ticket.id).where(Ticket.state == TicketState.SNOOZED, Ticket.snoozed_until <= now)
    for ticket_id in connection.scalars(over.order_by(Ticket.snoozed_until).limit(MOST)).all():
        yield Wake(ticket_id, None, "The snooze has ended.")
    promises = select(TicketWatch.id, TicketWatch.ticket_id, TicketWatch.text).where(
        TicketWatch.done_at.is_(None), TicketWatch.due_at <= now, TicketWatch.kind == WatchKind.PROMISE
    )
    for row in connection.execute(promises.order_by(TicketWatch.due_at, TicketWatch.id).limit(MOST)).all():
        yield Wake(row.ticket_id, row.id, f"Reminder of a promise: “{row.text}”")


def event_watches(connection: Connection) -> list[int]:
    """IDs of the open watches of events to look at in this run.

    Many may wait for what never happens: if there are more than LOOKED_AT, the run begins at one drawn by lot and goes
    on with the first after the last, so that each gets its turn.
    """
    is_open = (TicketWatch.done_at.is_(None), TicketWatch.kind.in_(sorted(EVENTS)))
    ids = list(connection.scalars(select(TicketWatch.id).where(*is_open).order_by(TicketWatch.id)))
    if len(ids) <= LOOKED_AT:
        return ids
    start = randrange(len(ids))
    return (ids[start:] + ids[:start])[:LOOKED_AT]


def happened(connection: Connection, kamailio: KamailioDatabase | None, ids: Sequence[int]) -> list[Wake]:
    """Those of these watches whose event has come."""
    found: list[Wake] = []
    columns = (getattr(TicketWatch, field.name) for field in fields(OpenWatch))
    for row in connection.execute(select(*columns).where(TicketWatch.id.in_(ids)).order_by(TicketWatch.id)).all():
        watch = OpenWatch(*row)
        if why := _what_happened(connection, kamailio, watch):
            found.append(Wake(watch.ticket_id, watch.id, why))
    return found


def _what_happened(connection: Connection, kamailio: KamailioDatabase | None, watch: OpenWatch) -> str:
    match watch.kind:
        case WatchKind.REGISTRATION:
            return _registration(connection, kamailio, watch)
        case WatchKind.PAYMENT:
            return _payment(connection, watch)
        case _:
            return _call(connection, watch)


def _call(connection: Connection, watch: OpenWatch) -> str:
    if not watch.value and watch.customer_id is None:
        return ""  # any call of anybody
    calls = select(Cdr.started_at, Cdr.source_number, Cdr.destination_number, Cdr.disposition)
    calls = calls.where(Cdr.started_at > watch.since)
    if watch.value:
        calls = calls.where(or_(Cdr.source_number == watch.value, Cdr.destination_number == watch.value))
    if watch.customer_id is not None:
        calls = calls.where(Cdr.slot.in_(slots_of_customer(watch.customer_id)), Cdr.customer_id == watch.customer_id)
    if watch.kind == WatchKind.FAILURE:
        calls = calls.where(Cdr.disposition.in_(FAILED))
    call = connection.execute(calls.order_by(Cdr.started_at).limit(1)).first()
    if call is None:
        return ""
    which = f"from {call.source_number or 'a withheld number'} to {call.destination_number}"
    return f"The call {which} at {call.started_at:%Y-%m-%d %H:%M} UTC: {call.disposition}."


def _payment(connection: Connection, watch: OpenWatch) -> str:
    if watch.customer_id is None:
        return ""
    payments = select(Payment.id).where(Payment.customer_id == watch.customer_id, Payment.at > watch.since)
    paid = connection.scalar(payments.where(Payment.state == PaymentState.COMPLETED).order_by(Payment.at).limit(1))
    return "" if paid is None else f"Payment {paid} arrived."


def _registration(connection: Connection, kamailio: KamailioDatabase | None, watch: OpenWatch) -> str:
    if kamailio is None or watch.value is None:
        return ""
    aor, since = watch.value, watch.since
    username, _, domain = aor.partition("@")
    table = kamailio.tables.location

    def work(switch: Connection) -> str:
        fresh = select(table.c.contact, table.c.last_modified).where(
            table.c.username == username, table.c.last_modified > since
        )
        if domain:
            fresh = fresh.where(or_(table.c.domain == domain, table.c.domain.is_(None), table.c.domain == ""))
        found = switch.execute(fresh.order_by(table.c.last_modified).limit(1)).first()
        return "" if found is None else f"{aor} registered at {found.last_modified:%Y-%m-%d %H:%M} UTC."

    try:
        return kamailio.read(connection, work, "location")
    except UserError:  # the switch's tables are away: the next run looks again
        return ""


def _wake(work: UnitOfWork, wake: Wake, now: datetime) -> int:
    kind: WatchKind | None = None
    if wake.watch_id is not None:
        watch = work.get(TicketWatch, wake.watch_id, lock=True)
        if watch.done_at is not None:
            return 0
        watch.done_at, watch.result = now, wake.why
        kind = watch.kind
    ticket = work.get(Ticket, wake.ticket_id, lock=True)
    if kind is None and (ticket.state != TicketState.SNOOZED or (ticket.snoozed_until or now) > now):
        return 0
    if kind is not None and kind in EVENTS and not _still_waits(kind, ticket.state):
        watch.result = f"too late, the ticket was {ticket.state}: {wake.why}"
        return 0
    add_event(work, ticket, wake.why, {})
    if ticket.state == TicketState.CLOSED or (ticket.state in DONE and kind == WatchKind.PROMISE):
        return 1  # what is closed stays so, and a promise of a solved ticket is only a reminder
    change_state(work, ticket, TicketState.OPEN)
    return 1


def _still_waits(kind: WatchKind, state: TicketState) -> bool:
    """Whether a ticket in this state waits for such an event: merging and older releases leave others open."""
    return state in DONE if kind == WatchKind.FAILURE else state == TicketState.SNOOZED
