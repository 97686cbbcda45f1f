"""Whose a registration is, looked up for a page of them: users and customers by AOR."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, User
from partnertui.db.rows.types import ResultRow, Row, RowDict

AT_ONCE = 500
NOBODY: Row = {
    "customer_id": None,
    "customer": None,
    "partner_id": None,
    "user_id": None,
    "user": None,
}


class Owners:
    """Users by the user name of their AOR."""

    def __init__(self, rows: Iterable[ResultRow]) -> None:
        self._users: dict[str, list[RowDict]] = defaultdict(list)
        for row in rows:
            self._users[row.sip_username].append(dict(row._mapping))

    def of(self, username: str | None, domain: str | None) -> Row:
        """The one user's columns; NOBODY's where none has the AOR, or several and Kamailio keeps no domain."""
        same = [one for one in self._users.get(username or "", ()) if not domain or one["sip_domain"] == domain]
        return {name: same[0][name] for name in NOBODY} if len(same) == 1 else NOBODY


def find_owners(connection: Connection, usernames: Iterable[str | None]) -> Owners:
    """The users of these user names, from our database."""
    wanted = sorted({name for name in usernames if name})
    return Owners(row for some in _chunks(wanted) for row in connection.execute(_users(some)))


def _users(usernames: Sequence[str]) -> Any:
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
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]
