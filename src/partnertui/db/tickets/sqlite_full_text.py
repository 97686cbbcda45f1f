"""Full-text conditions on SQLite's FTS5 tables of tickets and messages (migration 0019).

Their rows are read from the newest to the oldest, and no further than wanted: a frequent word is as fast as a rare one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from partnertui.domain.ticket_search import Group, Phrase

MOST_HITS = 1_000
"""Tickets, and messages, that match, the newest, which are listed."""
INDEXED_BEGINNING = 4
"""Letters up to which beginnings of words have an index of their own."""
MOST_TERMS = 100
"""Words with the same longer beginning that are looked for one by one."""
_LAST = chr(0x10FFFF)  # nothing sorts behind it: UTF-8 is compared by bytes
_TERMS = (
    "WITH RECURSIVE found(term) AS ("
    " SELECT (SELECT term FROM {table}_terms WHERE term >= ?1 AND term < ?2 LIMIT 1)"
    " UNION ALL"
    # the table has a row for each place of a word: char(1) leaps over those of the one that was found
    " SELECT (SELECT t.term FROM {table}_terms AS t WHERE t.term >= found.term || char(1) AND t.term < ?2 LIMIT 1)"
    " FROM found WHERE found.term IS NOT NULL LIMIT ?3"
    ") SELECT term FROM found WHERE term IS NOT NULL"
)
_HEADS = "SELECT rowid FROM ticket_words WHERE ticket_words MATCH ? ORDER BY rowid DESC LIMIT ?"
_MESSAGES = (
    "SELECT m.ticket_id, max(m.id), count(*) FROM (SELECT rowid AS id FROM ticket_message_words"
    " WHERE ticket_message_words MATCH ? ORDER BY rowid DESC LIMIT ?) AS hits"
    # CROSS JOIN keeps the order of the tables, so that only messages that were hit are read.
    " CROSS JOIN ticket_messages AS m ON m.id = hits.id"
    " GROUP BY m.ticket_id"
)


def sqlite_matches(
    connection: Connection, groups: Sequence[Group]
) -> tuple[Sequence[int], Sequence[tuple[int, int, int]]]:
    """Tickets by number, subject and requester, and by messages: ticket, its newest that matches, how many do."""
    heads = connection.exec_driver_sql(_HEADS, (_query(connection, "ticket_words", groups), MOST_HITS))
    query = _query(connection, "ticket_message_words", groups)
    messages = connection.exec_driver_sql(_MESSAGES, (query, MOST_HITS))
    return heads.scalars().all(), messages.all()


def _query(connection: Connection, table: str, groups: Sequence[Group]) -> str:
    """The FTS5 expression; every phrase is in quotation marks, so nothing that was typed is syntax."""
    parts = (" OR ".join(_phrase(connection, table, phrase) for phrase in group) for group in groups)
    return " AND ".join(f"({part})" for part in parts)


def _phrase(connection: Connection, table: str, phrase: Phrase) -> str:
    if phrase.begins and len(phrase.words) == 1 and len(phrase.words[0]) > INDEXED_BEGINNING:
        # FTS5 reads and sorts all rows of a beginning that has no index, but of whole words only the newest
        # 12 instead of 213 ms
        begin = phrase.words[0]
        values = (begin, begin + _LAST, MOST_TERMS + 2)
        terms = connection.exec_driver_sql(_TERMS.format(table=table), values).scalars().all()
        if 0 < len(terms) <= MOST_TERMS:
            return " OR ".join(f'"{term}"' for term in terms)
    return f'"{" ".join(phrase.words)}"{" *" if phrase.begins else ""}'
