"""Counts a customer's phones that are registered now, by Kamailio's `location` table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from partnertui.db.kamailio.aor_owners import find_owners
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import Tables

MOST_AORS = 5_000
"""Registered AORs that are read, at most."""


def registered_count(
    connection: Connection,
    kamailio: KamailioDatabase,
    customer_id: int,
    phones: Collection[tuple[str, str]],
    now: datetime,
) -> int:
    """How many of these phones, each a SIP user name with its domain, are registered.

    Raises KamailioUnavailable if the table is missing or of another version, DatabaseError if it can't be read.
    """
    if not phones:
        return 0
    found = kamailio.read(connection, lambda switch: _aors(switch, kamailio.tables, phones, now), "location")
    exact = {(username, domain) for username, domain in found if domain} & set(phones)
    bare = {username for username, domain in found if not domain}  # Kamailio stores no domain with use_domain = 0
    owners = find_owners(connection, bare)
    known = {username for username, _ in exact}
    mine = [name for name in bare - known if owners.columns(name, None)["customer_id"] == customer_id]
    return len(exact) + len(mine)


def all_registered(connection: Connection, kamailio: KamailioDatabase, now: datetime) -> int:
    """How many contacts are registered on the whole platform; raises as `registered_count` does."""
    location = kamailio.tables.location
    count = select(func.count()).select_from(location).where(location.c.expires > now)
    return kamailio.read(connection, lambda switch: switch.scalar(count), "location") or 0


def refreshed(connection: Connection, kamailio: KamailioDatabase, since: datetime) -> int:
    """How many contacts were registered or refreshed since a moment; raises as `registered_count` does.

    Kamailio writes `last_modified`: at once with usrloc's db_mode 1 and 3, with 2 every `timer_interval`.
    """
    location = kamailio.tables.location
    count = select(func.count()).select_from(location).where(location.c.last_modified >= since)
    return kamailio.read(connection, lambda switch: switch.scalar(count), "location") or 0


def _aors(
    connection: Connection, kamailio: Tables, phones: Collection[tuple[str, str]], now: datetime
) -> list[tuple[str, str | None]]:
    table = kamailio.location
    names, domains = sorted({name for name, _ in phones}), sorted({domain for _, domain in phones})
    here = or_(table.c.domain.in_(domains), table.c.domain.is_(None), table.c.domain == "")
    aors = (
        select(table.c.username, table.c.domain)
        .where(table.c.username.in_(names), here, table.c.expires > now)
        .distinct()
        .limit(MOST_AORS)
    )
    return [(row.username, row.domain) for row in connection.execute(aors)]
