"""Full-text search of tickets: over number, subject and requester, and over the bodies of messages.

SQLite has FTS5 tables that triggers fill, PostgreSQL has generated tsvector columns with GIN indexes (migration 0019).
A search looks at the newest messages that match, so that a word that is everywhere is as fast as a rare one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, literal_column, select, text

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import Ticket, TicketMessage
from partnertui.domain.ticket_search import Group, Phrase

SEARCH_NAMES = ("ticket_message_words", "ticket_words", "search_words")
"""SQLite's FTS5 tables and PostgreSQL's columns, which the models don't declare."""
MOST_HITS = 3_000
"""Messages that match, the newest, of which the tickets are listed."""
ENOUGH = 200
"""Tickets after which no more are looked for by the beginnings of words."""
PROBED_ROWS = 10_000
"""Newest messages that PostgreSQL looks at first, to see how frequent a word is."""
FEW_HITS = 1_000
"""Matches of a frequent word that are enough there."""
RARE_HITS = 20_000
"""Expected matches up to which PostgreSQL's index finds and sorts all of them quickly."""


class Hit(NamedTuple):
    """Where a ticket matches: its newest message that does (None for its subject), and how many do."""

    message_id: int | None
    matches: int


Found = tuple[int, int, int]
"""Ticket, its newest message that matches, and how many do."""
Hits = dict[int, Hit]
"""Hits by ticket ID."""


def find_tickets(connection: Connection, groups: Sequence[Group]) -> Hits:
    """The tickets that have a phrase of every group: whole words first, then words that begin as typed.

    A text with all of them is found however old it is. Where they are spread over several messages, only the newest
    MOST_HITS messages with each of them are looked at.
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
    if connection.dialect.name == "sqlite":
        query = sqlite_query(groups)
        heads, messages = _sqlite_heads(connection, query), _sqlite_messages(connection, query)
    else:
        query = postgresql_query(groups)
        heads, messages = _postgresql_heads(connection, query), _postgresql_messages(connection, query)
    found: Hits = {ticket: Hit(None, 0) for ticket in heads}
    found.update((ticket, Hit(message, count)) for ticket, message, count in messages)
    return found


def sqlite_query(groups: Sequence[Group]) -> str:
    """The FTS5 expression; every phrase is in quotation marks, so nothing that was typed is syntax."""
    return " AND ".join(f"({' OR '.join(map(_sqlite_phrase, group))})" for group in groups)


def _sqlite_phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"{" *" if phrase.begins else ""}'


def postgresql_query(groups: Sequence[Group]) -> str:
    """The text for to_tsquery(); words are letters and digits alone, so nothing that was typed is syntax."""
    return " & ".join(f"({' | '.join(map(_postgresql_phrase, group))})" for group in groups)


def _postgresql_phrase(phrase: Phrase) -> str:
    words = [f"'{word}'" for word in phrase.words]
    return f"({' <-> '.join(words)}{':*' if phrase.begins else ''})"


def _sqlite_heads(connection: Connection, query: str) -> list[int]:
    statement = "SELECT rowid FROM ticket_words WHERE ticket_words MATCH ? ORDER BY rowid DESC LIMIT ?"
    return list(connection.exec_driver_sql(statement, (query, MOST_HITS)).scalars())


def _sqlite_messages(connection: Connection, query: str) -> Iterable[Found]:
    statement = (
        "SELECT m.ticket_id, max(m.id), count(*) FROM (SELECT rowid AS id FROM ticket_message_words"
        " WHERE ticket_message_words MATCH ? ORDER BY rowid DESC LIMIT ?) AS hits"
        " CROSS JOIN ticket_messages AS m ON m.id = hits.id"
        " GROUP BY m.ticket_id"
    )
    return connection.exec_driver_sql(statement, (query, MOST_HITS)).tuples().all()


def _postgresql_heads(connection: Connection, query: str) -> list[int]:
    matches = text("search_words @@ to_tsquery('simple', :query)").bindparams(query=query)
    statement = select(Ticket.id).where(matches).order_by(Ticket.id.desc()).limit(MOST_HITS)
    return list(connection.execute(statement).scalars())


def _postgresql_messages(connection: Connection, query: str) -> Iterable[Found]:
    """The newest matches: all of a rare word by its index, those of a frequent one by looking at the newest rows."""
    newest = connection.execute(select(func.max(TicketMessage.id))).scalar() or 0
    found = _since(connection, query, newest - PROBED_ROWS)
    share = sum(count for _, _, count in found) / PROBED_ROWS
    if newest <= PROBED_ROWS:
        return found
    if share * newest <= RARE_HITS:
        # PLUS 0 keeps the planner from reading the table backwards in the hope of an early match
        return _read(connection, query, "", "ticket_messages.id + 0", newest)
    if share * PROBED_ROWS >= FEW_HITS:
        return found
    return _since(connection, query, newest - int(FEW_HITS / share))


def _since(connection: Connection, query: str, after: int) -> Sequence[Found]:
    return _read(connection, query, "ticket_messages.id > :after AND ", "ticket_messages.id", after)


def _read(connection: Connection, query: str, where: str, order: str, after: int) -> Sequence[Found]:
    condition = text(f"{where}search_words @@ to_tsquery('simple', :query)")
    matches = select(TicketMessage.ticket_id, TicketMessage.id).where(condition)
    newest = matches.order_by(literal_column(order).desc()).limit(MOST_HITS).subquery()
    grouped = select(newest.c.ticket_id, func.max(newest.c.id), func.count()).group_by(newest.c.ticket_id)
    return connection.execute(grouped, {"query": query, "after": after}).tuples().all()


def texts_of(connection: Connection, hits: Hits, characters: int) -> Iterator[tuple[int, str]]:
    """Ticket and the beginning of the message found, for each ticket of `hits` that has one."""
    tickets = {hit.message_id: ticket for ticket, hit in hits.items() if hit.message_id is not None}
    body = func.substr(TicketMessage.body, 1, characters)
    wanted = select(TicketMessage.id, body)
    wanted = wanted.where(is_in(connection, TicketMessage.id, list(tickets)))
    for message, beginning in connection.execute(wanted):
        yield tickets[message], beginning
