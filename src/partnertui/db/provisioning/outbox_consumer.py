"""Works off the provisioning outbox: writes each account to the switch in its current state.

Several programs may do so at once. An account is claimed for a while by one of them; whoever finds afterwards that the
claim ran out notes the account again, because it may have overwritten something newer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from secrets import token_hex

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.kamailio.subscriber_tables import remove_subscriber, write_subscriber
from partnertui.db.models import SwitchUser, User
from partnertui.db.models.base import now
from partnertui.db.provisioning.outbox_producer import Account, request
from partnertui.db.provisioning.wanted_accounts import WantedAccount, wanted_account
from partnertui.errors import UserError
from partnertui.vault.sealed_values import Vault

log = logging.getLogger(__name__)
CLAIMED = timedelta(seconds=20)
"""How long one program may take; the switch's own transaction has a shorter limit."""
AT_ONCE = 500
WAITING = SwitchUser.revision > SwitchUser.written_revision


@dataclass
class Emptied:
    """What a run wrote, and why something is still waiting."""

    written: int = 0
    waiting: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Claim:
    """An entry that this program is writing, at the revision that it read."""

    entry: int
    token: str
    revision: int
    account: Account
    wanted: WantedAccount | None


def empty_outbox(ours: Database, switch: Switch, vault: Vault | None) -> Emptied:
    """Writes what is waiting, oldest entry first. Raises DatabaseError only if our own database fails.

    A switch that doesn't answer ends the run; an account that can't be written doesn't keep the others from it.
    """
    found = Emptied()
    for entry in ours.read(_waiting):
        claim = ours.write(partial(_claim, entry=entry))
        if claim is None:
            continue
        try:
            _write(switch, claim, vault)
        except UserError as error:
            found.reason = str(error)
            is_switch = isinstance(error, DatabaseError)
            ours.write(partial(_failed, claim=claim, reason=found.reason, concerns_all=is_switch))
            log.warning("an account was not written to the switch: %s", error)
            if is_switch:
                break
        else:
            ours.write(partial(_written, claim=claim))
            found.written += 1
    found.waiting = len(ours.read(_waiting))
    return found


def is_anything_waiting(ours: Database) -> bool:
    """Whether there is anything that this login may write; else `partnertui sync` does. Raises DatabaseError."""
    return ours.read(
        lambda connection: (
            connection.scalar(select(SwitchUser.id).where(WAITING).limit(1)) is not None
            and _may_read_passwords(connection)
        )
    )


def _may_read_passwords(connection: Connection) -> bool:
    """Whether this login may select sealed SIP passwords; on PostgreSQL operators may not, the service may."""
    if connection.dialect.name == "sqlite":
        return True
    allowed = func.has_column_privilege("public.users", User.sip_password_ciphertext.key, "SELECT")
    return bool(connection.scalar(select(allowed)))


def count_waiting(connection: Connection) -> tuple[int, str]:
    """How many accounts are waiting, and why the one that was tried last is."""
    number = connection.scalar(select(func.count()).select_from(SwitchUser).where(WAITING)) or 0
    tried = select(SwitchUser.last_error).where(WAITING, SwitchUser.last_error.is_not(None))
    return number, connection.scalar(tried.order_by(SwitchUser.tried_at.desc()).limit(1)) or ""


def _waiting(connection: Connection) -> list[int]:
    return list(connection.scalars(select(SwitchUser.id).where(WAITING).order_by(SwitchUser.id).limit(AT_ONCE)))


def _claim(connection: Connection, entry: int) -> Claim | None:
    """Claims an entry and reads the account; None if another program is writing it, or has written it."""
    token, table = token_hex(8), SwitchUser
    is_free = or_(table.claimed_until.is_(None), table.claimed_until < now())
    claimed = update(table).where(table.id == entry, WAITING, is_free)
    if connection.execute(claimed.values(claim=token, claimed_until=now() + CLAIMED)).rowcount == 0:
        return None
    row = connection.execute(
        select(table.revision, table.sip_username, table.sip_domain, table.customer_id, table.partner_id).where(
            table.id == entry
        )
    ).one()
    wanted = wanted_account(connection, row.sip_username, row.sip_domain)
    return Claim(entry, token, row.revision, Account(*row[1:]), wanted)


def _write(switch: Switch, claim: Claim, vault: Vault | None) -> None:
    tables, account, wanted = switch.tables, claim.account, claim.wanted
    if wanted is None:
        switch.write(lambda c: remove_subscriber(c, tables, account.sip_username, account.sip_domain))
    else:
        subscriber = wanted.subscriber(vault, switch.realm_of(account.sip_domain))
        switch.write(lambda c: write_subscriber(c, tables, subscriber))


def _written(connection: Connection, claim: Claim) -> None:
    table = SwitchUser
    own = and_(table.id == claim.entry, table.claim == claim.token)
    # The entry of a removed account goes only if nobody noted the account anew meanwhile.
    if claim.wanted is None and connection.execute(delete(table).where(own, table.revision == claim.revision)).rowcount:
        return
    changes = {
        "written_revision": claim.revision,
        "written_at": now(),
        "tried_at": now(),
        "last_error": None,
        "differs": None,
        "claim": None,
        "claimed_until": None,
    }
    if connection.execute(update(table).where(own).values(changes)).rowcount == 0:
        request(connection, [claim.account])


def _failed(connection: Connection, claim: Claim, reason: str, concerns_all: bool) -> None:
    """Notes why; a switch that is away is why all others are waiting, too."""
    table = SwitchUser
    changes = {"last_error": reason, "tried_at": now()}
    if concerns_all:
        connection.execute(update(table).where(WAITING, table.claim.is_(None)).values(changes))
    own = and_(table.id == claim.entry, table.claim == claim.token)
    connection.execute(update(table).where(own).values(**changes, claim=None, claimed_until=None))
