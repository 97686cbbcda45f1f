"""Side effects of undoing a ticket change: tags and merges are reverted, an event is added."""

from __future__ import annotations

from collections.abc import Mapping

from partnertui.db.models import Ticket
from partnertui.db.tickets.merge import unmerge
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.tickets.tags import set_tags, tags_of
from partnertui.db.tickets.watch_endings import end_watches_of_state, resume_watches
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import TicketState

TOLD = ("state", "priority", "agent_id", "merged_into_id")
"""Fields whose undoing the conversation tells."""
WORDS = {"agent_id": "assignment", "merged_into_id": "merge"}


def follow_ticket_undo(work: UnitOfWork, ticket: Ticket, changes: Mapping[str, tuple[object, object]]) -> None:
    """Does what former values of a ticket bring with them. Raises DomainError if its tags were changed since."""
    with work.session.no_autoflush:  # one entry in the history of the ticket
        if "tags" in changes:
            before, after = (str(text or "").split() for text in changes["tags"])
            if tags_of(work, ticket.id) != after:
                raise DomainError(
                    "Tags have been changed since, so nothing was undone.",
                    advice="Refresh, then check the history.",
                )
            set_tags(work, ticket, after, before)
        into = changes.get("merged_into_id", (None, None))[1]
        if isinstance(into, int):
            unmerge(work, ticket, into)
        if "state" in changes:
            end_watches_of_state(work, ticket, TicketState(str(changes["state"][1])), TicketState(ticket.state))
            resume_watches(work, ticket, ticket.state)
        told = [WORDS.get(name, name) for name in TOLD if name in changes]
        if told:
            add_event(work, ticket, f"undone: {', '.join(told)}", {name: list(changes[name][::-1]) for name in changes})
