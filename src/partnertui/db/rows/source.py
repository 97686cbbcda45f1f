"""RowSource: the protocol of whatever supplies a list's rows.

There are four: TableSource (a select on our database), CdrSource (the CDR table, which is too large for the general
one), Snapshot (rows read whole and kept in memory) and RegistrationSource (Kamailio's database).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows, key_of
from partnertui.db.rows.type_aliases import Row, Scalar

if TYPE_CHECKING:
    from sqlalchemy import Connection

COUNT_CAP = 10_001
"""A list shows "10,000+" rather than waiting for a longer count."""


class RowSource(Protocol):
    """Reads pages and counts of listings. Both methods block, and get a connection to our own database."""

    @property
    def is_own_database(self) -> bool:
        """Whether rows are exactly those of the listing's select on our database.

        Then a slow filter can scan the table by ID instead. Other sources may add columns, and may be unavailable
        while our database isn't.
        """

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
        """Up to `limit` rows after the key `after` or before the key `before`, or the first or last ones.

        Raises DatabaseError, and DomainError for a column that the list doesn't have.
        """

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """The number of rows, counted up to `cap`; exact with `cap=None`. Raises as `fetch_page` does."""


def fetch_row(source: RowSource, connection: Connection, listing: Listing, row_id: Scalar) -> Row | None:
    """The row of a listing with that ID; None if there is none."""
    narrowed = replace(listing, criteria=(Equals("id", row_id), *listing.criteria))
    found = source.fetch_page(connection, narrowed, limit=1)
    return found.rows[0] if found.rows else None


def fetch_again(source: RowSource, connection: Connection, listing: Listing, first: Key, limit: int) -> PageOfRows:
    """The rows around a key again, as they are now: the one before it, then up to `limit` from there on."""
    before = source.fetch_page(connection, listing, before=first, limit=1)
    if not before.rows:
        return source.fetch_page(connection, listing, limit=limit)
    page = source.fetch_page(connection, listing, after=key_of(listing, before.rows[-1]), limit=limit)
    return PageOfRows([*before.rows, *page.rows], page.more)
