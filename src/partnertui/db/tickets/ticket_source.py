"""The row source of tickets: words without a column are searched for in their texts, best matches first."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import Ticket
from partnertui.db.rows.filter_criteria import AnyOf, Criterion, Search
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows, Sort
from partnertui.db.rows.select_source import TABLE, TableSource, count_rows, counted, filtered
from partnertui.db.rows.source import COUNT_CAP
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.db.tickets.search import IN_HEAD, Hits, find_tickets, texts_of
from partnertui.domain.ticket_search import Group, excerpt, phrase_of, score

RANKED = 150
"""Tickets that are ranked, those with the newest matches; the rest follow, newest first."""
RANKED_CHARACTERS = 2_000
"""Characters of a message that count for its rank."""
EXCERPT_READ, EXCERPT_SHOWN = 100_000, 120
"""Characters of a message that the excerpt is looked for in, and of the excerpt."""
COUNTED_AGAIN = 1.0
"""Seconds for which counts of several tabs use the same hits."""
SUBJECT_ONLY = "in number, subject or requester"


@dataclass(frozen=True)
class Searched:
    """A listing that is searched: the words, the listing without them, and what was found."""

    groups: tuple[Group, ...]
    listing: Listing
    hits: Hits


class TicketSource(TableSource):
    """The row source of tickets. Thread-safe.

    `best_first` is the order that stands for "by rank" while words are searched for; another one sorts the matches.
    """

    def __init__(self, best_first: Sort) -> None:
        self.best_first = best_first
        self._lock = threading.Lock()
        self._last: tuple[float, object, Hits] | None = None

    def fetch_page(
        self,
        connection: Connection,
        listing: Listing,
        *,
        after: Key | None = None,
        before: Key | None = None,
        last: bool = False,
        limit: int = 100,
    ) -> PageOfRows:
        """See RowSource; while words are searched for, the hit is in `hit`."""
        searched = self._searched(connection, listing)
        if searched is None:
            return TABLE.fetch_page(connection, listing, after=after, before=before, last=last, limit=limit)
        if listing.sort != self.best_first:
            narrowed = replace(searched.listing, rows=lambda: _matching(connection, searched))
            page = TABLE.fetch_page(connection, narrowed, after=after, before=before, last=last, limit=limit)
            return PageOfRows(_with_hits(connection, searched, page.rows), page.more)
        if not searched.hits:
            return PageOfRows([], more=False)
        order = ranked(connection, searched)
        start, end = _window(order, after, before, last, limit)
        more = start > 0 if last or before is not None else end < len(order)
        return PageOfRows(_rows(connection, searched, order[start:end]), more)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """See RowSource."""
        searched = self._searched(connection, listing, recent=True)
        if searched is None:
            return TABLE.count(connection, listing, cap=cap)
        narrowed = replace(searched.listing, rows=lambda: _matching(connection, searched))
        return counted(count_rows(connection, filtered(connection, narrowed), cap), cap)

    def _searched(self, connection: Connection, listing: Listing, *, recent: bool = False) -> Searched | None:
        """The listing as a search; None if it has no word to search for."""
        groups: list[Group] = []
        others: list[Criterion] = []
        for criterion in listing.criteria:
            group = _group(criterion)
            if group:
                groups.append(group)
            else:
                others.append(criterion)
        if not groups:
            return None
        key = (connection.engine, tuple(groups))
        with self._lock:
            last = self._last
        if recent and last is not None and last[1] == key and time.monotonic() - last[0] < COUNTED_AGAIN:
            hits = last[2]
        else:
            hits = find_tickets(connection, groups)
            with self._lock:
                self._last = (time.monotonic(), key, hits)
        return Searched(tuple(groups), replace(listing, criteria=tuple(others)), hits)


def _group(criterion: Criterion) -> Group:
    """The phrases of a criterion that is searched for by the index; none where it is an ordinary one."""
    parts = criterion.criteria if isinstance(criterion, AnyOf) else (criterion,)
    phrases = [phrase_of(part.text) if isinstance(part, Search) else None for part in parts]
    found = tuple(phrase for phrase in phrases if phrase is not None)
    return found if len(found) == len(parts) else ()


def _matching(connection: Connection, searched: Searched) -> Query:
    """The listing's select with the tickets that were found alone."""
    statement = searched.listing.rows()
    ident = column_of(statement.selected_columns, "id")
    return statement.where(is_in(connection, ident, list(searched.hits)))


def ranked(connection: Connection, searched: Searched) -> list[int]:
    """The IDs of the tickets found that the listing has, best first."""
    narrowed = replace(searched.listing, rows=lambda: _matching(connection, searched))
    statement = filtered(connection, narrowed)
    ident = column_of(statement.selected_columns, "id")
    listed = connection.execute(statement.with_only_columns(ident, maintain_column_froms=True)).scalars().all()
    order = sorted(listed, key=lambda ticket: (searched.hits[ticket].message_id or 0, ticket), reverse=True)
    newest = {ticket: searched.hits[ticket] for ticket in order[:RANKED]}
    bodies = {ticket: body for ticket, body in texts_of(connection, newest, RANKED_CHARACTERS)}
    subjects = connection.execute(select(Ticket.id, Ticket.subject).where(is_in(connection, Ticket.id, list(newest))))
    scores = {
        ticket: score(searched.groups, subject, bodies.get(ticket, ""), newest[ticket].matches)
        for ticket, subject in subjects
    }
    best = sorted(newest, key=lambda ticket: -scores.get(ticket, 0))  # stable: the newer of equals comes first
    return [*best, *order[RANKED:]]


def _window(order: Sequence[int], after: Key | None, before: Key | None, last: bool, limit: int) -> tuple[int, int]:
    """The slice of the order that is asked for."""
    if last:
        return max(0, len(order) - limit), len(order)
    places = {ticket: place for place, ticket in enumerate(order)}
    if before is not None:
        end = places.get(_id_of(before), 0)
        return max(0, end - limit), end
    start = places.get(_id_of(after), -1) + 1 if after is not None else 0
    return start, min(len(order), start + limit)


def _id_of(key: Key) -> int:
    ident = key[1]
    assert isinstance(ident, int)
    return ident


def _rows(connection: Connection, searched: Searched, tickets: Sequence[int]) -> list[Row]:
    """The rows of these tickets in their order, each with its hit."""
    statement = filtered(connection, searched.listing)
    ident = column_of(statement.selected_columns, "id")
    found = connection.execute(statement.where(is_in(connection, ident, tickets))).mappings().all()
    rows: dict[int, Row] = {row["id"]: dict(row) for row in found}
    return _with_hits(connection, searched, [rows[ticket] for ticket in tickets if ticket in rows])


def _with_hits(connection: Connection, searched: Searched, rows: Sequence[Row]) -> list[Row]:
    """The rows with the text around what was found."""
    shown: Hits = {row["id"]: searched.hits.get(row["id"], IN_HEAD) for row in rows}
    texts = {
        ticket: found
        for ticket, body in texts_of(connection, shown, EXCERPT_READ)
        if (found := excerpt(searched.groups, body, EXCERPT_SHOWN))
    }
    return [{**row, "hit": texts.get(row["id"], SUBJECT_ONLY)} for row in rows]
