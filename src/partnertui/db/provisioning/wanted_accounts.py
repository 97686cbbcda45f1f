"""Builds the switch account that a user should have, from our tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from partnertui.db.kamailio.subscriber_tables import Subscriber
from partnertui.db.models import Ddi, User
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.sip_passwords import open_sip_password
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.domain.sip_digest_hashes import ha1, ha1b
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Vault


@dataclass(frozen=True)
class WantedAccount:
    """A user's account as our tables have it, its password still sealed."""

    user_id: int
    name: str
    username: str
    domain: str
    sealed: bytes | None
    enabled: bool
    numbers: tuple[str, ...] = ()

    def subscriber(self, vault: Vault | None, realm: str) -> Subscriber:
        """As the switch is to have it. Raises VaultError if the password doesn't open, DomainError if there is none."""
        if self.sealed is None:
            raise DomainError("the user has no SIP password", advice="Generate one.")
        if vault is None:
            raise VaultError("there is no key to decrypt the SIP password with", "Run “partnertui keys status”.")
        password = open_sip_password(vault, self.user_id, self.sealed)
        digests = ha1(self.username, realm, password), ha1b(self.username, self.domain, realm, password)
        return Subscriber(self.username, self.domain, *digests, self.numbers)


def wanted_account(connection: Connection, username: str, domain: str) -> WantedAccount | None:
    """The account of that address; None if the switch is to have none."""
    found = _read(connection, [User.sip_username == username, User.sip_domain == domain])
    return found[0] if found and found[0].enabled else None


def wanted_accounts(
    connection: Connection, *, partner_id: int | None, users: Sequence[int] = (), customer_id: int | None = None
) -> list[WantedAccount]:
    """The accounts of these users, of a customer, or of everybody; those of a partner only, if one is named."""
    conditions: list[ColumnElement[bool]] = [] if partner_id is None else [User.partner_id == partner_id]
    if customer_id is not None:
        conditions.append(User.customer_id == customer_id)
    if users:
        conditions.append(User.id.in_(users))
    return _read(connection, conditions)


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[WantedAccount]:
    query = select(
        User.id, User.name, User.sip_username, User.sip_domain, User.sip_password_ciphertext, User.state
    ).where(User.removed_at.is_(None), *conditions)
    rows = connection.execute(query.order_by(User.id)).all()
    numbers = _numbers(connection, [row.id for row in rows])
    return [
        WantedAccount(
            row.id,
            row.name,
            row.sip_username,
            row.sip_domain,
            row.sip_password_ciphertext,
            row.state != UserState.DISABLED,
            tuple(numbers.get(row.id, ())),
        )
        for row in rows
    ]


def _numbers(connection: Connection, users: Sequence[int]) -> dict[int, list[str]]:
    """The numbers that ring each user directly, in order."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(users), IDS_PER_QUERY):
        query = select(Ddi.target_id, Ddi.number).where(
            Ddi.route_type == TargetType.USER,
            Ddi.target_id.in_(users[start : start + IDS_PER_QUERY]),
            Ddi.state == DdiState.ACTIVE,
        )
        for user, number in connection.execute(query.order_by(Ddi.number)):
            found.setdefault(int(user or 0), []).append(number)
    return found
