"""Looks up the users, DDIs and customers to whom a batch of calls may belong, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import Customer, Ddi, User
from partnertui.db.rows.type_aliases import ListedColumn, Query, ResultRow
from partnertui.db.sync.switch_call import Call
from partnertui.db.sync.switch_number_formats import digits_of

V = TypeVar("V", int, str)
_USER_COLUMNS = (
    User.id,
    User.name,
    User.extension,
    User.sip_username,
    User.sip_domain,
    User.customer_id,
    Customer.partner_id,
    Customer.country,
    Customer.currency,
    Customer.time_zone,
)
_DDI_COLUMNS = (
    Ddi.id,
    Ddi.number,
    Ddi.user_id,
    Ddi.customer_id,
    Customer.partner_id,
    Customer.country,
    Customer.currency,
    Customer.time_zone,
)


@dataclass(frozen=True)
class Owner:
    """The customer of one end of a call, and the user or DDI."""

    customer_id: int
    partner_id: int | None
    country: str
    currency: str
    user_id: int | None = None
    user_name: str = ""
    extension: str = ""
    ddi_id: int | None = None


class Directory:
    """The lookup for one batch; `country` (ISO 3166) is that of national numbers of unknown callers."""

    def __init__(self, connection: Connection, calls: Sequence[Call], country: str) -> None:
        self._connection, self.country = connection, country
        names = {name for call in calls for party in (call.source, call.destination) for name in party.names}
        self._by_username: dict[str, list[ResultRow]] = defaultdict(list)
        self._by_extension: dict[tuple[int, str], ResultRow] = {}
        self._ddis: dict[str, ResultRow] = {}
        for row in self._users(User.sip_username, names):
            self._by_username[row.sip_username].append(row)
        countries = {row.country for rows in self._by_username.values() for row in rows} | {country}
        self._find_numbers({digits_of(name, where) for name in names for where in countries})
        for row in self._users(User.extension, {name for name in names if len(name) < 9}):
            self._by_extension[row.customer_id, row.extension] = row

    @property
    def users(self) -> set[int]:
        """IDs of the users found."""
        users = (row for rows in self._by_username.values() for row in rows)
        return {row.id for row in (*users, *self._by_id.values(), *self._by_extension.values())}

    @property
    def customers(self) -> set[int]:
        """IDs of the customers found."""
        return {row.customer_id for row in self._found()}

    @property
    def time_zones(self) -> dict[int, str]:
        """The time zones of the customers found, by their IDs."""
        return {row.customer_id: row.time_zone for row in self._found()}

    @property
    def extensions(self) -> dict[str, str]:
        """Extensions by SIP username."""
        return {name: row.extension for name, rows in self._by_username.items() for row in rows if row.extension}

    def _found(self) -> Iterator[ResultRow]:
        yield from (row for rows in self._by_username.values() for row in rows)
        yield from self._ddis.values()
        yield from self._by_extension.values()

    def _users(self, column: ListedColumn, values: Iterable[V]) -> Iterable[ResultRow]:
        query = select(*_USER_COLUMNS).join(Customer, Customer.id == User.customer_id)
        return self._with_values(query, column, values)

    def _find_numbers(self, numbers: set[str]) -> None:
        query = select(*_DDI_COLUMNS).join(Customer, Customer.id == Ddi.customer_id)
        found = list(self._with_values(query, Ddi.number, numbers))
        self._ddis = {row.number: row for row in found}
        ids = {row.user_id for row in found if row.user_id is not None}
        self._by_id = {row.id: row for row in self._users(User.id, ids)}

    def _with_values(self, query: Query, column: ListedColumn, values: Iterable[V]) -> Iterable[ResultRow]:
        wanted = sorted(values)
        return self._connection.execute(query.where(is_in(self._connection, column, wanted))) if wanted else ()

    def by_username(self, name: str, domain: str, customer_id: int | None = None) -> Owner | None:
        """The user with a SIP username: in the domain, else of the customer, else if only one user has that name.

        None for a domain of its own that isn't ours: that is a user of someone else.
        """
        rows = self._by_username.get(name, [])
        for row in rows:
            # Hosts are compared without case, user names with it (RFC 3261, section 19.1.4).
            if domain and row.sip_domain.lower() == domain.lower():
                return _owner(row)
        for row in rows:
            if customer_id is not None and row.customer_id == customer_id:
                return _owner(row)
        return _owner(rows[0]) if len(rows) == 1 and (not domain or is_address(domain)) else None

    def by_extension(self, name: str, customer_id: int) -> Owner | None:
        """The customer's user with an extension."""
        row = self._by_extension.get((customer_id, name))
        return None if row is None else _owner(row)

    def by_number(self, name: str, country: str) -> Owner | None:
        """The customer of a DDI, and the user that it rings."""
        row = self._ddis.get(digits_of(name, country))
        if row is None:
            return None
        user = self._by_id.get(row.user_id)
        return Owner(
            row.customer_id,
            row.partner_id,
            row.country,
            row.currency,
            row.user_id,
            user.name if user else "",
            (user.extension or "") if user else "",
            row.id,
        )


def is_address(domain: str) -> bool:
    """Whether the domain is really an IP address, with or without port."""
    return domain.startswith("[") or domain.count(":") > 1 or domain.split(":")[0].replace(".", "").isdigit()


def _owner(row: ResultRow) -> Owner:
    return Owner(row.customer_id, row.partner_id, row.country, row.currency, row.id, row.name, row.extension or "")
