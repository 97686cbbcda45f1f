"""Looks up the user and customer of each registration on a page, by AOR."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, User
from partnertui.db.rows.type_aliases import Query, ResultRow, Row, RowDict

NAMES_PER_QUERY = 500
UNKNOWN: Row = {
    "customer_id": None,
    "customer": None,
    "partner_id": None,
    "user_id": None,
    "user": None,
}


class AorOwners:
    """Users by the user part of their AOR."""

    def __init__(self, rows: Iterable[ResultRow]) -> None:
        self._users: dict[str, list[RowDict]] = defaultdict(list)
        for row in rows:
            self._users[row.sip_username].append(dict(row._mapping))

    def columns(self, username: str | None, domain: str | None) -> Row:
        """The user's columns; UNKNOWN if nobody has the AOR, or if several do because Kamailio stores no domain."""
        users = [user for user in self._users.get(username or "", ()) if not domain or user["sip_domain"] == domain]
        return {name: users[0][name] for name in UNKNOWN} if len(users) == 1 else UNKNOWN


def find_owners(connection: Connection, usernames: Iterable[str | None]) -> AorOwners:
    """The users with these SIP usernames, from our database."""
    names = sorted({name for name in usernames if name})
    return AorOwners(row for chunk in _chunks(names) for row in connection.execute(_users(chunk)))


def _users(usernames: Sequence[str]) -> Query:
    return (
        select(
            User.sip_username,
            User.sip_domain,
            User.id.label("user_id"),
            User.name.label("user"),
            User.customer_id,
            Customer.company.label("customer"),
            Customer.partner_id,
        )
        .join(Customer, Customer.id == User.customer_id)
        .where(User.sip_username.in_(usernames))
    )


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), NAMES_PER_QUERY):
        yield names[start : start + NAMES_PER_QUERY]
