"""Where registrations are listed from, whatever database Kamailio writes to; in the shape of `db/listing.py`.

A list by Kamailio's own columns is paged by these alone, and the page's customers and users are looked up. One that
is sorted or narrowed by ours is one joined select: in our database, in a file attached to it, or in a copy of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, select

from partnertui.db.kamailio.mirror import Mirror
from partnertui.db.kamailio.owners import find_owners
from partnertui.db.kamailio.reach import Reach, Switch
from partnertui.db.kamailio.seen import registered_since
from partnertui.db.kamailio.selects import OURS, by_location, joined
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import Customer, User
from partnertui.db.rows.criteria import Equals, fields_of
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.table import TABLE, count_rows, counted, filtered

T = TypeVar("T")


def registrations() -> Any:
    """The columns that a list of registrations has, as a select on our own database."""
    return joined(tables())


class RegistrationSource:
    """Pages and counts of registrations; each call gets a connection to our database."""

    is_own_database = False

    def __init__(self, database_url: str, kamailio_url: str = "", schema: str = "", zone: str = "") -> None:
        self.reach = Reach(database_url, kamailio_url, schema, zone)
        self.place: Tables = self.reach.place
        foreign = self.reach.foreign
        self.mirror = Mirror(foreign, self.place, zone) if foreign is not None else None

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
        """As `listing.fetch_page`; rows also have `registered_since`, where a trace tells it."""

        def read(where: Connection, what: Listing) -> PageOfRows:
            return TABLE.fetch_page(where, what, after=after, before=before, last=last, limit=limit)

        if is_theirs(listing):
            page = self._in_kamailio(connection, lambda there: read(there, replace(listing, rows=self._alone)))
            page = self._with_owners(connection, page)
        else:
            fresh = after is None and before is None
            with self._together(connection, fresh=fresh) as (there, place):
                page = read(there, replace(listing, rows=lambda: joined(place, whose(listing))))
        return self._with_times(connection, page)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = 10_001) -> Count:
        """As `listing.count`, never estimated: IDs here say nothing of how many there are."""

        def count_in(there: Connection, place: Tables) -> Count:
            statement = by_location(place) if is_theirs(listing) else joined(place, whose(listing))
            narrowed = filtered(there, replace(listing, rows=lambda: statement))
            return counted(count_rows(there, narrowed, cap), cap)

        if is_theirs(listing):
            return self._in_kamailio(connection, lambda there: count_in(there, self.place))
        with self._together(connection, fresh=False) as (there, place):
            return count_in(there, place)

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        self.reach.close()

    def _alone(self) -> Any:
        return by_location(self.place)

    def _in_kamailio(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        return self.reach.read(connection, work, "location")

    @contextmanager
    def _together(self, connection: Connection, *, fresh: bool) -> Iterator[tuple[Connection, Tables]]:
        """A connection on which our tables and Kamailio's can be joined."""
        if self.mirror is None:
            self.reach.attach(connection)
            yield self.reach.fitting(connection, "location"), self.place
            return
        self._in_kamailio(connection, lambda there: None)
        with self.mirror.lock, self.mirror.connection(connection, fresh=fresh) as copy:
            yield copy, self.mirror.place

    def _with_owners(self, connection: Connection, page: PageOfRows) -> PageOfRows:
        owners = find_owners(connection, (row["username"] for row in page.rows))
        return PageOfRows([{**row, **owners.of(row["username"], row["domain"])} for row in page.rows], page.more)

    def _with_times(self, connection: Connection, page: PageOfRows) -> PageOfRows:
        calls = [row["call_id"] for row in page.rows if row["call_id"]]
        since = self._in_kamailio(connection, lambda there: registered_since(there, self.place, calls))
        return PageOfRows([{**row, "registered_since": since.get(row["call_id"])} for row in page.rows], page.more)


def is_theirs(listing: Listing) -> bool:
    """Whether order and criteria ask for Kamailio's columns only."""
    named = {listing.sort.field, *(name for one in listing.criteria for name in fields_of(one))}
    return named.isdisjoint({*OURS, "registered_since"})


def whose(listing: Listing) -> ColumnElement[bool] | None:
    """The condition on users, where the list is one customer's, one user's or one partner's."""
    users, customers = User.__table__.c, Customer.__table__.c
    for criterion in listing.criteria:
        if not isinstance(criterion, Equals) or criterion.value is None:
            continue
        match criterion.field:
            case "user_id":
                return users.id.in_((criterion.value,))
            case "customer_id":
                return users.customer_id.in_((criterion.value,))
            case "partner_id":
                return users.customer_id.in_(select(customers.id).where(customers.partner_id == criterion.value))
    return None


def registration_source(database_url: str, switch: Switch) -> RegistrationSource:
    """The source that the settings describe."""
    return RegistrationSource(database_url, switch.url, switch.schema, switch.timezone)
