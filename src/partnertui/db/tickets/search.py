"""Full-text search of tickets: over number, subject and requester, and over the bodies of messages.

SQLite has FTS5 tables that triggers fill, PostgreSQL has generated tsvector columns with GIN indexes (migration 0019).
A search looks at the newest messages that match, so that a word that is everywhere is as fast as a rare one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import TicketMessage
from partnertui.db.tickets.postgresql_full_text import postgresql_matches
from partnertui.db.tickets.sqlite_full_text import sqlite_matches
from partnertui.domain.ticket_search import Group

SEARCH_NAMES = ("ticket_message_words", "ticket_words", "search_words")
"""SQLite's FTS5 tables and PostgreSQL's columns, which the models don't declare."""
ENOUGH = 200
"""Tickets after which no more are looked for by the beginnings of words."""


class Hit(NamedTuple):
    """Where a ticket matches: its newest message that does (None for its subject), and how many do."""

    message_id: int | None
    matches: int


IN_HEAD = Hit(None, 0)
Hits = dict[int, Hit]
"""Hits by ticket ID."""


def find_tickets(connection: Connection, groups: Sequence[Group]) -> Hits:
    """The tickets that have a phrase of every group: whole words first, then words that begin as typed.

    A text with all of them is found however old it is, unless there are MOST_HITS newer ones. Where the words are
    spread over several messages, only the newest ones with each of them are looked at.
    """
    found = _with_all(connection, groups)
    if len(found) >= ENOUGH:
        return found
    # a frequent word stays whole: going through all that begin with it would take longer than all the rest
    apart = [_with_all(connection, [group]) for group in groups] if len(groups) > 1 else [found]
    loosely = [
        group if len(hits) >= ENOUGH else tuple(phrase.loosely for phrase in group)
        for group, hits in zip(groups, apart, strict=True)
    ]
    if loosely != list(groups):
        found = {**_with_all(connection, loosely), **found}
    if len(groups) > 1 and len(found) < ENOUGH:
        apart = [
            hits if loose == group else _with_all(connection, [loose])
            for group, loose, hits in zip(groups, loosely, apart, strict=True)
        ]
        common = set(apart[0]).intersection(*apart[1:])
        found = {**{ticket: max((hits[ticket] for hits in apart), key=_newest) for ticket in common}, **found}
    return found


def _newest(hit: Hit) -> int:
    return hit.message_id or 0


def _with_all(connection: Connection, groups: Sequence[Group]) -> Hits:
    """Tickets with one text that has all of the groups."""
    matches = sqlite_matches if connection.dialect.name == "sqlite" else postgresql_matches
    heads, messages = matches(connection, groups)
    found = dict.fromkeys(heads, IN_HEAD)
    found.update((ticket, Hit(message, count)) for ticket, message, count in messages)
    return found


def texts_of(connection: Connection, hits: Hits, characters: int) -> Iterator[tuple[int, str]]:
    """Ticket and the beginning of the message found, for each ticket of `hits` that has one."""
    tickets = {hit.message_id: ticket for ticket, hit in hits.items() if hit.message_id is not None}
    body = func.substr(TicketMessage.body, 1, characters)
    wanted = select(TicketMessage.id, body)
    wanted = wanted.where(is_in(connection, TicketMessage.id, list(tickets)))
    for message, beginning in connection.execute(wanted).all():
        yield tickets[message], beginning
