"""Full-text conditions on PostgreSQL's tsvector columns of tickets and messages (migration 0019)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from partnertui.domain.ticket_search import Group, Phrase

Found = tuple[int, int, int]
"""Ticket, its newest row that matches, and how many do."""
MOST_HITS = 1_000
"""Rows that match, the newest, of which the tickets are listed."""
PROBED_ROWS = 3_000
"""Newest rows that PostgreSQL looks at first, to see how frequent a word is."""
FEW_HITS = 500
"""Matches of a frequent word that are enough there."""
ROWS_FOR_MATCH = 6
"""Rows that PostgreSQL looks at one after the other in the time of one match by its index, which may be anywhere."""


def postgresql_matches(connection: Connection, groups: Sequence[Group]) -> tuple[Sequence[int], Sequence[Found]]:
    """Tickets by number, subject and requester, and by messages: ticket, its newest that matches, how many do."""
    query = _query(groups)
    heads = _newest_matches(connection, "tickets", "id", query)
    return [ticket for ticket, _, _ in heads], _newest_matches(connection, "ticket_messages", "ticket_id", query)


def _query(groups: Sequence[Group]) -> str:
    """The text for to_tsquery(); words are letters and digits alone, so nothing that was typed is syntax."""
    return " & ".join(f"({' | '.join(map(_phrase, group))})" for group in groups)


def _phrase(phrase: Phrase) -> str:
    words = [f"'{word}'" for word in phrase.words]
    return f"({' <-> '.join(words)}{':*' if phrase.begins else ''})"


def _newest_matches(connection: Connection, table: str, ticket: str, query: str) -> Sequence[Found]:
    """The newest matches: all of a rare word by its index, those of a frequent one by looking at the newest rows.

    GIN indexes have no order: for a frequent word, all its rows would be read and sorted. How frequent a word is, is
    seen in the newest rows, because the planner knows nothing about beginnings of words.
    """
    latest = f"(SELECT max(id) FROM {table})"
    found = _read(connection, table, ticket, query, f"{latest} - {PROBED_ROWS}")
    hits = sum(count for _, _, count in found)
    if hits >= FEW_HITS:
        return found
    if hits == 0:
        return _read(connection, table, ticket, query)
    newest = max(message for _, message, _ in found)  # nearly the newest of all
    # By the index: newest * hits / PROBED_ROWS matches, each worth ROWS_FOR_MATCH rows. Without it: the rows that
    # hold FEW_HITS of them, FEW_HITS * PROBED_ROWS / hits.
    if newest * hits * hits * ROWS_FOR_MATCH <= FEW_HITS * PROBED_ROWS**2:
        return _read(connection, table, ticket, query)
    return _read(connection, table, ticket, query, f"{latest} - {FEW_HITS * PROBED_ROWS // hits}")


def _read(connection: Connection, table: str, ticket: str, query: str, after: str = "") -> Sequence[Found]:
    """Matches above an ID, an expression, found by looking at each row there; all by the index without one."""
    # PLUS 0 keeps the planner from reading the table backwards in the hope of an early match
    where, order = (f"id > {after} AND ", "id") if after else ("", "id + 0")
    statement = (
        f"SELECT ticket, max(id), count(*) FROM (SELECT {ticket} AS ticket, id FROM {table}"
        f" WHERE {where}search_words @@ to_tsquery('simple', %(query)s) ORDER BY {order} DESC LIMIT {MOST_HITS})"
        " AS hits GROUP BY ticket"
    )
    return connection.exec_driver_sql(statement, {"query": query}).all()
