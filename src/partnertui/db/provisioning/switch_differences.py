"""Compares our users with the switch's accounts, and queues what differs to be written again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from partnertui.db.database import Database
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.kamailio.subscriber_tables import Subscriber, read_subscribers, read_usernames
from partnertui.db.models import SwitchUser, User
from partnertui.db.models.base import now
from partnertui.db.provisioning.outbox_producer import read_accounts, request
from partnertui.db.provisioning.wanted_accounts import WantedAccount, wanted_accounts
from partnertui.db.recorded_user_events import record
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.upsert import insert_into
from partnertui.domain.operators import Operator, Role
from partnertui.errors import UserError
from partnertui.vault.sealed_values import Vault


@dataclass(frozen=True)
class Difference:
    """A user whose account on the switch is wrong; `can_be_mended` is False where we lack what to write."""

    user_id: int
    name: str
    aor: str
    words: str
    can_be_mended: bool = True


@dataclass(frozen=True)
class Comparison:
    """How many users were compared, what differs, and which accounts of their domains belong to no user of ours."""

    compared: int
    differences: tuple[Difference, ...]
    unknown: tuple[str, ...] = ()


def compare(
    ours: Database,
    switch: Switch,
    vault: Vault | None,
    operator: Operator,
    *,
    users: Sequence[int] = (),
    customer_id: int | None = None,
) -> Comparison:
    """Compares users with the switch and keeps the result with each. Raises DatabaseError if either can't be read.

    Accounts of nobody are looked for only if all users are compared; a partner isn't told of them.
    """
    partner = operator.partner_id if operator.role == Role.PARTNER else None
    accounts = ours.read(
        lambda connection: wanted_accounts(connection, partner_id=partner, users=users, customer_id=customer_id)
    )
    names = sorted({account.username for account in accounts})
    found = switch.read(lambda connection: read_subscribers(connection, switch.tables, names))
    on_switch = {(one.username, one.domain): one for one in found}
    differences = {
        account.user_id: difference
        for account in accounts
        if (difference := _difference(account, on_switch.get((account.username, account.domain)), switch, vault))
    }
    ours.write(lambda connection: _keep(connection, accounts, differences))
    unknown = () if users or customer_id is not None or partner is not None else _unknown(switch, accounts)
    return Comparison(len(accounts), tuple(differences.values()), unknown)


def mend(work: UnitOfWork, users: Sequence[int]) -> int:
    """Notes users to be written to the switch again, with an entry in each one's history; returns how many.

    Raises RowDeleted for one that is gone or another partner's.
    """
    for user_id in users:
        record(work, work.get(User, user_id), {"on_the_switch": ["differs", "to be rewritten"]})
    request(work.session.connection(), read_accounts(work.session.connection(), users))
    return len(users)


def _difference(
    account: WantedAccount, found: Subscriber | None, switch: Switch, vault: Vault | None
) -> Difference | None:
    def differs(words: str, can_be_mended: bool = True) -> Difference:
        return Difference(account.user_id, account.name, f"{account.username}@{account.domain}", words, can_be_mended)

    if not account.enabled:
        return None if found is None else differs("still on the switch, though the user is disabled")
    try:
        wanted = account.subscriber(vault, switch.realm_of(account.domain))
    except UserError as error:
        return differs(f"can't be compared: {error}", can_be_mended=False)
    words = _words(wanted, found)
    return differs(", ".join(words)) if words else None


def _words(wanted: Subscriber, found: Subscriber | None) -> list[str]:
    if found is None or not (found.ha1 or found.ha1b or found.has_clear_password):
        return ["not on the switch"]
    words = []
    if (found.ha1, found.ha1b) != (wanted.ha1, wanted.ha1b):
        words.append("different password or realm")
    if found.has_clear_password:
        words.append("plaintext password")
    missing = [number for number in wanted.aliases if number not in found.aliases]
    extra = [number for number in found.aliases if number not in wanted.aliases]
    if missing:
        words.append(f"missing {'alias' if len(missing) == 1 else 'aliases'} {', '.join(missing)}")
    if extra:
        words.append(f"unexpected {'alias' if len(extra) == 1 else 'aliases'} {', '.join(extra)}")
    return words


def _keep(connection: Connection, accounts: Sequence[WantedAccount], differences: dict[int, Difference]) -> None:
    """Keeps the result with each account, unless it was renamed or removed meanwhile."""
    owners = {
        (one.sip_username, one.sip_domain): one for one in read_accounts(connection, [a.user_id for a in accounts])
    }
    rows = []
    for account in accounts:
        owner, found = owners.get((account.username, account.domain)), differences.get(account.user_id)
        if owner is not None:
            words = found.words if found is not None else None
            rows.append({**asdict(owner), "checked_at": now(), "differs": words, "changed_at": now()})
    if rows:
        # compared, but never written by us: nothing is waiting
        statement = insert_into(connection, SwitchUser).values(revision=0, written_revision=0)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["sip_username", "sip_domain"], set_={"checked_at": new.checked_at, "differs": new.differs}
        )
        connection.execute(statement, rows)


def _unknown(switch: Switch, accounts: Sequence[WantedAccount]) -> tuple[str, ...]:
    known = {(account.username, account.domain) for account in accounts}
    domains = {account.domain for account in accounts}
    found = switch.read(lambda connection: read_usernames(connection, switch.tables, domains))
    return tuple(f"{username}@{domain}" for username, domain in sorted(found - known))
