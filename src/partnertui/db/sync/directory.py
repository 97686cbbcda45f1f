"""The users, DDIs and customers that a batch of calls may be about, found by a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, Ddi, User
from partnertui.db.rows.types import ResultRow
from partnertui.db.sync.call import Call
from partnertui.db.sync.switch_numbers import digits_of

_CHUNK = 400
_PERSON = (
    User.id,
    User.name,
    User.extension,
    User.sip_username,
    User.sip_domain,
    User.customer_id,
    Customer.partner_id,
    Customer.country,
    Customer.currency,
)
_NUMBER = (Ddi.id, Ddi.number, Ddi.user_id, Ddi.customer_id, Customer.partner_id, Customer.country, Customer.currency)


@dataclass(frozen=True)
class Owner:
    """Whose one end of a call is."""

    customer_id: int
    partner_id: int | None
    country: str
    currency: str
    user_id: int | None = None
    user_name: str = ""
    extension: str = ""
    ddi_id: int | None = None


class Directory:
    """Looked up for one batch; `country` reads national numbers of callers nobody knows."""

    def __init__(self, connection: Connection, calls: Sequence[Call], country: str) -> None:
        self._connection, self.country = connection, country
        names = {name for call in calls for party in (call.source, call.destination) for name in party.names}
        self._by_username: dict[str, list[ResultRow]] = defaultdict(list)
        self._by_extension: dict[tuple[int, str], ResultRow] = {}
        self._ddis: dict[str, ResultRow] = {}
        for row in self._people(User.sip_username, names):
            self._by_username[row.sip_username].append(row)
        countries = {row.country for rows in self._by_username.values() for row in rows} | {country}
        self._find_numbers({digits_of(name, where) for name in names for where in countries})
        for row in self._people(User.extension, {name for name in names if len(name) < 9}):
            self._by_extension[row.customer_id, row.extension] = row

    @property
    def users(self) -> set[int]:
        """IDs of the users that were found."""
        people = (row for rows in self._by_username.values() for row in rows)
        return {row.id for row in (*people, *self._by_id.values(), *self._by_extension.values())}

    @property
    def customers(self) -> set[int]:
        """IDs of the customers that were found."""
        people = (row for rows in self._by_username.values() for row in rows)
        found = (*people, *self._ddis.values(), *self._by_extension.values())
        return {row.customer_id for row in found}

    @property
    def extensions(self) -> dict[str, str]:
        """Extensions by SIP username, of those that have both."""
        return {name: row.extension for name, rows in self._by_username.items() for row in rows if row.extension}

    def _people(self, column: Any, values: Iterable[str]) -> Iterable[ResultRow]:
        query = select(*_PERSON).join(Customer, Customer.id == User.customer_id)
        return self._in_chunks(query, column, values)

    def _find_numbers(self, numbers: set[str]) -> None:
        query = select(*_NUMBER).join(Customer, Customer.id == Ddi.customer_id)
        found = list(self._in_chunks(query, Ddi.number, numbers))
        self._ddis = {row.number: row for row in found}
        ids = {row.user_id for row in found if row.user_id is not None}
        self._by_id = {row.id: row for row in self._people(User.id, ids)}

    def _in_chunks(self, query: Any, column: Any, values: Iterable[Any]) -> Iterable[ResultRow]:
        wanted = sorted(values)
        for at in range(0, len(wanted), _CHUNK):
            yield from self._connection.execute(query.where(column.in_(wanted[at : at + _CHUNK])))

    def by_username(self, name: str, domain: str, customer_id: int | None = None) -> Owner | None:
        """The user with a SIP username: in the domain, else of the customer, else the only one there is.

        The last does not count where the other end named a domain of its own: it is somebody else's user.
        """
        rows = self._by_username.get(name, [])
        for row in rows:
            if domain and row.sip_domain.lower() == domain.lower():
                return _person(row)
        for row in rows:
            if customer_id is not None and row.customer_id == customer_id:
                return _person(row)
        return _person(rows[0]) if len(rows) == 1 and (not domain or is_address(domain)) else None

    def by_extension(self, name: str, customer_id: int) -> Owner | None:
        """The customer's user with an extension."""
        row = self._by_extension.get((customer_id, name))
        return None if row is None else _person(row)

    def by_number(self, name: str, country: str) -> Owner | None:
        """The customer whose DDI a number is, and the user whom it rings."""
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
    """True for an IP address, with or without port, where a domain was expected."""
    return domain.startswith("[") or domain.count(":") > 1 or domain.split(":")[0].replace(".", "").isdigit()


def _person(row: ResultRow) -> Owner:
    return Owner(row.customer_id, row.partner_id, row.country, row.currency, row.id, row.name, row.extension or "")
