"""The row source of registrations, wherever Kamailio's tables are.

A list that is sorted and filtered by Kamailio's own columns is paged from them alone, and the page's users and
customers are looked up. A list that needs ours is one joined select: in our database, with an attached file, or in a
copy of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from partnertui.db.kamailio.aor_owners import find_owners
from partnertui.db.kamailio.kamailio_database import KamailioDatabase, KamailioSettings
from partnertui.db.kamailio.local_registrations_copy import JointCopy
from partnertui.db.kamailio.registered_since import registered_since
from partnertui.db.kamailio.registration_query import OUR_COLUMNS, registration_query, registrations_with_owner
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import Customer, User
from partnertui.db.rows.filter_criteria import Equals, fields_of
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.select_source import TABLE, count_rows, counted, filtered
from partnertui.db.rows.source import COUNT_CAP
from partnertui.db.rows.type_aliases import Query

T = TypeVar("T")


def registrations() -> Query:
    """The columns of a list of registrations, as a select on our own database."""
    return registrations_with_owner(tables())


class RegistrationSource:
    """Pages and counts of registrations; a RowSource."""

    is_own_database = False

    def __init__(self, database_url: str, kamailio_url: str = "", schema: str = "", zone: str = "") -> None:
        self.kamailio = KamailioDatabase(database_url, kamailio_url, schema, zone)
        server = self.kamailio.server
        self._copy = JointCopy(server, self.kamailio.tables, zone) if server is not None else None

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
        """See RowSource; rows also have `registered_since`, if a trace shows it."""

        def read(where: Connection, query: Callable[[], Query]) -> PageOfRows:
            narrowed = replace(listing, rows=query)
            return TABLE.fetch_page(where, narrowed, after=after, before=before, last=last, limit=limit)

        if needs_kamailio_only(listing):
            page = self._in_kamailio(
                connection, lambda kamailio: read(kamailio, lambda: registration_query(self.kamailio.tables))
            )
            page = self._with_owners(connection, page)
        else:
            fresh = after is None and before is None
            with self._joint(connection, fresh=fresh) as (joint, kamailio):
                page = read(joint, lambda: registrations_with_owner(kamailio, user_condition(listing)))
        return self._with_times(connection, page)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """See RowSource; never estimated, since Kamailio's IDs don't tell how many rows there are."""

        def count_in(where: Connection, statement: Query) -> Count:
            return counted(count_rows(where, filtered(where, replace(listing, rows=lambda: statement)), cap), cap)

        if needs_kamailio_only(listing):
            statement = registration_query(self.kamailio.tables)
            return self._in_kamailio(connection, lambda kamailio: count_in(kamailio, statement))
        with self._joint(connection, fresh=False) as (joint, kamailio):
            return count_in(joint, registrations_with_owner(kamailio, user_condition(listing)))

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        self.kamailio.close()

    def _in_kamailio(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        return self.kamailio.read(connection, work, "location")

    @contextmanager
    def _joint(self, connection: Connection, *, fresh: bool) -> Iterator[tuple[Connection, Tables]]:
        """A connection on which our tables and Kamailio's can be joined, and Kamailio's tables there."""
        if self._copy is None:
            self.kamailio.attach(connection)
            yield self.kamailio.checked(connection, "location"), self.kamailio.tables
            return
        self._in_kamailio(connection, lambda kamailio: None)  # raises if the table can't be read
        with self._copy.lock, self._copy.connection(connection, fresh=fresh) as copy:
            yield copy, self._copy.tables

    def _with_owners(self, connection: Connection, page: PageOfRows) -> PageOfRows:
        owners = find_owners(connection, (row["username"] for row in page.rows))
        rows = [{**row, **owners.columns(row["username"], row["domain"])} for row in page.rows]
        return PageOfRows(rows, page.more)

    def _with_times(self, connection: Connection, page: PageOfRows) -> PageOfRows:
        call_ids = [row["call_id"] for row in page.rows if row["call_id"]]
        kamailio = self.kamailio.tables
        since = self._in_kamailio(connection, lambda connection: registered_since(connection, kamailio, call_ids))
        rows = [{**row, "registered_since": since.get(row["call_id"])} for row in page.rows]
        return PageOfRows(rows, page.more)


def needs_kamailio_only(listing: Listing) -> bool:
    """Whether order and criteria use Kamailio's columns only."""
    fields = {listing.sort.field, *(name for criterion in listing.criteria for name in fields_of(criterion))}
    return fields.isdisjoint({*OUR_COLUMNS, "registered_since"})


def user_condition(listing: Listing) -> ColumnElement[bool] | None:
    """The condition on users, if the list is narrowed to one customer, user or partner."""
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


def registration_source(database_url: str, settings: KamailioSettings) -> RegistrationSource:
    """The source that the settings describe."""
    return RegistrationSource(database_url, settings.url, settings.schema, settings.timezone)
