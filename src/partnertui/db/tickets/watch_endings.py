"""Ends what a ticket waits for when it leaves the state that waited, and takes it up again if that is undone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from partnertui.db.models import Ticket, TicketMessage, TicketWatch
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ticket_enums import DONE, MessageKind, TicketState, WatchKind

SNOOZING = frozenset({WatchKind.TIME, WatchKind.CALL, WatchKind.REGISTRATION, WatchKind.PAYMENT})
"""What a snooze waits for; a promise waits in any state."""
ENDED = "watches_ended"
"""Fact of a state's event: the IDs of the watches that ended with it."""
LOOKED_AT = 50
"""Events, the newest ones, in which the ended watches are looked for."""


def end_watches(work: UnitOfWork, ticket: Ticket, why: str, kinds: Iterable[WatchKind]) -> list[int]:
    """Ends the watches of a ticket of these kinds that are still open; returns their IDs."""
    found = select(TicketWatch).where(
        TicketWatch.ticket_id == ticket.id, TicketWatch.done_at.is_(None), TicketWatch.kind.in_(sorted(kinds))
    )
    time, ended = now(), []
    with work.session.no_autoflush:  # the ticket may be half changed: flushed now, undoing it would take two steps
        watches = work.session.scalars(found.order_by(TicketWatch.id)).all()
    for watch in watches:
        if watch.done_at is None:  # the row still says so of one that was ended a moment ago
            watch.done_at, watch.result = time, why
            ended.append(watch.id)
    return ended


def end_watches_of_state(work: UnitOfWork, ticket: Ticket, old: TicketState, new: TicketState) -> list[int]:
    """Ends what waits in the old state alone: a snooze's event, or the failed call after a solution."""
    if old == TicketState.SNOOZED:
        return end_watches(work, ticket, "the snooze ended before it happened", SNOOZING)
    if old in DONE and new not in DONE:
        return end_watches(work, ticket, "the ticket was reopened before it happened", {WatchKind.FAILURE})
    return []


def resume_watches(work: UnitOfWork, ticket: Ticket, state: TicketState) -> None:
    """Waits again for what ended when the ticket left this state the last time."""
    events = (
        select(TicketMessage.facts)
        .where(TicketMessage.ticket_id == ticket.id, TicketMessage.kind == MessageKind.EVENT)
        .order_by(TicketMessage.id.desc())
        .limit(LOOKED_AT)
    )
    with work.session.no_autoflush:
        left = (facts for facts in work.session.scalars(events) if facts and (facts.get("state") or [""])[0] == state)
        ids = (next(left, None) or {}).get(ENDED) or []
        watches = work.session.scalars(
            select(TicketWatch).where(TicketWatch.id.in_(ids), TicketWatch.ticket_id == ticket.id)
        ).all()
    for watch in watches:
        watch.done_at = watch.result = None
