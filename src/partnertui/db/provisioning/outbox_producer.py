"""Queues accounts for provisioning in the unit of work that changes a SIP account or a DDI's route."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, event, inspect, select
from sqlalchemy.orm import InstanceState, Session, UOWTransaction

from partnertui.db.models import Ddi, SwitchUser, User
from partnertui.db.models.base import now
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.upsert import insert_into
from partnertui.domain.pbx_enums import TargetType

ACCOUNT_COLUMNS = ("sip_username", "sip_domain", "sip_password_ciphertext", "state", "removed_at")
"""What the switch knows of a user."""
ALIAS_COLUMNS = ("number", "state", "route_type", "target_id")
"""What the switch knows of a DDI."""


@dataclass(frozen=True)
class Account:
    """A SIP account by its address of record, and whose it is."""

    sip_username: str
    sip_domain: str
    customer_id: int | None
    partner_id: int | None


def note_changes(session: Session) -> None:
    """Makes a session note the accounts that it changes, adds or deletes, as long as that is done by objects."""
    event.listen(session, "after_flush", _after_flush)


def _after_flush(session: Session, context: UOWTransaction) -> None:
    # the lists and histories are still those of before the flush
    changed = [*session.new, *session.dirty, *session.deleted]
    accounts = {account for obj in changed if isinstance(obj, User) for account in _accounts_of(obj, session)}
    users = {key for obj in changed if isinstance(obj, Ddi) for key in _users_of(obj, session)}
    connection = session.connection()
    accounts |= set(read_accounts(connection, users))
    request(connection, accounts)


def request(connection: Connection, accounts: Iterable[Account]) -> None:
    """Notes that accounts are to be written to the switch."""
    for account in sorted(accounts, key=lambda one: (one.sip_username, one.sip_domain)):  # no two lock crosswise
        statement = insert_into(connection, SwitchUser).values(
            sip_username=account.sip_username,
            sip_domain=account.sip_domain,
            customer_id=account.customer_id,
            partner_id=account.partner_id,
            revision=1,
            written_revision=0,
            changed_at=now(),
        )
        changes = {
            "revision": SwitchUser.revision + 1,
            "changed_at": now(),
            "customer_id": account.customer_id,
            "partner_id": account.partner_id,
        }
        connection.execute(statement.on_conflict_do_update(index_elements=["sip_username", "sip_domain"], set_=changes))


def read_accounts(connection: Connection, users: Iterable[int]) -> list[Account]:
    """The accounts of users by their IDs."""
    wanted, found = sorted(users), list[Account]()
    columns = (User.sip_username, User.sip_domain, User.customer_id, User.partner_id)
    for start in range(0, len(wanted), IDS_PER_QUERY):
        query = select(*columns).where(User.id.in_(wanted[start : start + IDS_PER_QUERY]))
        found += [Account(*row) for row in connection.execute(query)]
    return found


def _accounts_of(user: User, session: Session) -> list[Account]:
    """The account of a user, and the one it had before if that was another."""
    state: InstanceState[User] = inspect(user)
    if user not in session.new and user not in session.deleted and not _has_changed(state, ACCOUNT_COLUMNS):
        return []
    names, domains = (_before_and_after(state, column) for column in ("sip_username", "sip_domain"))
    return [
        Account(name, domain, user.customer_id, user.partner_id)
        for name, domain in dict.fromkeys([(names[0], domains[0]), (names[1], domains[1])])
        if name and domain
    ]


def _users_of(ddi: Ddi, session: Session) -> set[int]:
    """The users that a DDI rings, and rang before."""
    state: InstanceState[Ddi] = inspect(ddi)
    if ddi not in session.new and ddi not in session.deleted and not _has_changed(state, ALIAS_COLUMNS):
        return set()
    kinds, targets = _before_and_after(state, "route_type"), _before_and_after(state, "target_id")
    pairs = zip(kinds, targets, strict=True)
    return {int(target) for kind, target in pairs if kind == TargetType.USER and target is not None}


def _has_changed(state: InstanceState[User] | InstanceState[Ddi], columns: Iterable[str]) -> bool:
    return any(state.attrs[column].history.has_changes() for column in columns)


def _before_and_after(state: InstanceState[User] | InstanceState[Ddi], column: str) -> tuple[str, str]:
    attribute = state.attrs[column]
    deleted = attribute.history.deleted
    return (deleted[0] if deleted else attribute.value), attribute.value
