"""The customers, users and phones that the simulated platform reads at its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from sqlalchemy import Connection, func, select

from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Cdr, OperatorAccount, SyncState, User
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict

MARK = "demo"
"""The source in `sync_states` that marks a database as the demo's; its position is the seed."""
TEMPLATES = 600
"""Earlier calls of which the live ones are made."""


@dataclass(frozen=True)
class Customers:
    """Users and registrations of the demo, and earlier calls as patterns for new ones."""

    seed: str
    users: Mapping[int, RowDict]
    registrations: Sequence[RowDict]
    by_username: Mapping[str, RowDict]
    calls: Sequence[RowDict]
    colleagues: Sequence[RowDict]
    """Operators of support, other than the first, who is probably the one who looks at the demo."""

    @property
    def agents(self) -> dict[str, str]:
        """The User-Agent that each user's phone registered with, by SIP username."""
        return {row["username"]: row["user_agent"] for row in self.registrations if row["user_agent"]}


def seed_of(connection: Connection) -> str | None:
    """The seed of the demo data in a database; None where there is no mark that a demo made it."""
    return connection.scalar(select(SyncState.position).where(SyncState.source == MARK))


def read_customers(connection: Connection) -> Customers | None:
    """What the platform needs; None for a database that no demo made."""
    seed = seed_of(connection)
    if seed is None:
        return None
    cdrs, users, people = table_of(Cdr), table_of(User), table_of(OperatorAccount)
    rows = [dict(row) for row in connection.execute(select(tables().location)).mappings()]
    last = connection.scalar(select(func.max(cdrs.c.id))) or 0
    numbers = Random(seed).sample(range(1, last + 1), min(TEMPLATES, last))
    columns = [column for column in cdrs.c if column.name not in {"id", "slot", "origin"}]
    found = connection.execute(select(*columns).where(cdrs.c.id.in_(numbers)).order_by(cdrs.c.id)).mappings()
    of_users = select(users.c.id, users.c.name, users.c.sip_username, users.c.sip_domain, users.c.extension)
    staff = select(people.c.id, people.c.name).where(people.c.partner_id.is_(None), people.c.enabled)
    return Customers(
        seed,
        {row["id"]: dict(row) for row in connection.execute(of_users).mappings()},
        rows,
        {row["username"]: row for row in rows},
        [dict(row) for row in found],
        [dict(row) for row in connection.execute(staff.order_by(people.c.id)).mappings()][1:3],
    )
