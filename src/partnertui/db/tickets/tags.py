"""Adds and removes tags of tickets, and lists those in use."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select

from partnertui.db.change_history import add_to_change
from partnertui.db.models import Ticket, TicketTag
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_tags import MOST_TAGS

MOST_OFFERED = 200
"""Known tags that are offered, the most used."""


def known_tags(connection: Connection, operator: Operator | None) -> list[tuple[str, int]]:
    """The tags in use and how many tickets have each, the most used first; for a partner those of their tickets."""
    count = func.count().label("count")
    statement = select(TicketTag.tag, count).group_by(TicketTag.tag)
    if operator is not None and operator.partner_id is not None:
        statement = statement.where(TicketTag.partner_id == operator.partner_id)
    statement = statement.order_by(count.desc(), TicketTag.tag).limit(MOST_OFFERED)
    return [(tag, number) for tag, number in connection.execute(statement)]


def tags_of(work: UnitOfWork, ticket_id: int) -> list[str]:
    """The tags of a ticket, in order."""
    statement = select(TicketTag.tag).where(TicketTag.ticket_id == ticket_id).order_by(TicketTag.tag)
    return list(work.session.scalars(statement))


def change_tags(
    work: UnitOfWork, ticket_id: int, add: Collection[str] = (), remove: Collection[str] = (), *, version: int
) -> None:
    """Adds tags to a ticket and takes others away; no-op for those that it has, or hasn't.

    Raises ConcurrentChange if the ticket has another version, DomainError for too many tags.
    """
    ticket = work.get(Ticket, ticket_id, version=version, lock=True)
    old = tags_of(work, ticket_id)
    set_tags(work, ticket, old, sorted({*old, *add} - set(remove)))


def set_tags(work: UnitOfWork, ticket: Ticket, old: list[str], new: list[str]) -> None:
    """Replaces the tags of a ticket that is locked, with an event; no-op if they are the same."""
    if old == new:
        return
    if len(new) > MOST_TAGS:
        raise DomainError(f"A ticket can have at most {MOST_TAGS} tags.", advice="Remove some first.", field="tags")
    gone = sorted(set(old) - set(new))
    if gone:
        work.session.execute(delete(TicketTag).where(TicketTag.ticket_id == ticket.id, TicketTag.tag.in_(gone)))
    for tag in sorted(set(new) - set(old)):
        work.add(TicketTag(ticket_id=ticket.id, tag=tag, customer_id=ticket.customer_id, partner_id=ticket.partner_id))
    changes = {"tags": [" ".join(old), " ".join(new)]}
    add_to_change(work.session, ticket, changes)
    words = [f"+{tag}" for tag in new if tag not in old] + [f"-{tag}" for tag in gone]
    add_event(work, ticket, f"tags: {' '.join(words)}", changes)
