"""Changes a ticket's state, priority and agent."""

from __future__ import annotations

from partnertui.db.models import Ticket
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.db.tickets.due_times import note_state, start_clock
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.tickets.watch_endings import ENDED, end_watches_of_state
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ticket_enums import DONE, PRIORITY_RANK, Priority, TicketState


def set_state(work: UnitOfWork, ticket_id: int, state: TicketState, *, version: int) -> None:
    """Changes the state; raises ConcurrentChange if the ticket has another version. Snoozing is `watches.snooze`."""
    change_state(work, work.get(Ticket, ticket_id, version=version, lock=True), state)


def set_priority(work: UnitOfWork, ticket_id: int, priority: Priority, *, version: int) -> None:
    """Changes the priority; raises ConcurrentChange if the ticket has another version."""
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    with work.session.no_autoflush:  # the clock reads: without this, undoing it would take two steps
        old, ticket.priority, ticket.priority_rank = ticket.priority, priority, PRIORITY_RANK[priority]
        start_clock(work, ticket)
    add_event(work, ticket, f"priority: {old} -> {priority}", {"priority": [str(old), str(priority)]})


def assign(work: UnitOfWork, ticket_id: int, agent_id: int | None, name: str, *, version: int) -> None:
    """Assigns the ticket to an agent, or to nobody if `agent_id` is None.

    Raises ConcurrentChange if the ticket has another version: a colleague may have taken it.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    old, ticket.agent_id = ticket.agent_id, agent_id
    add_event(work, ticket, f"assigned to {name}", {"agent_id": [old, agent_id]})


def change_state(work: UnitOfWork, ticket: Ticket, state: TicketState) -> None:
    """Changes the state of a ticket that is locked, with its SLA clock, watches and an event; no-op if it is so."""
    if state == ticket.state:
        return
    time, old = now(), ticket.state
    note_state(work, ticket, old, state, time)
    ticket.state = state
    ticket.solved_at = time if state in DONE else None
    ticket.closed_at = time if state == TicketState.CLOSED else None
    if state != TicketState.SNOOZED:
        ticket.snoozed_until = None
    ended = end_watches_of_state(work, ticket, old, state)
    facts: JsonObject = {"state": [str(old), str(state)]}
    add_event(work, ticket, f"state: {old} -> {state}", facts | ({ENDED: ended} if ended else {}))
