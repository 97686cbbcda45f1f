"""Adds to a call's verdict whether the called user has a phone registered now, by Kamailio's `location`."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, func, select

from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import Tables
from partnertui.db.models import User
from partnertui.domain.safe_text import one_line

MOST_PHONES = 3
NAMES_PER_QUERY = 400


def registered_now(connection: Connection, kamailio: KamailioDatabase, user: str, now: datetime) -> str:
    """A sentence about the phones of a SIP user, as the table has them now; empty for a user who isn't ours.

    Raises KamailioUnavailable if the table is missing or of another version.
    """
    found = kamailio.read(connection, lambda switch: _phones(switch, kamailio.tables, user, now), "location")
    if found:
        return f"Kamailio's location table lists {one_line(user)} as registered now: {', '.join(found)}."
    is_ours = connection.execute(select(User.id).where(User.sip_username == user).limit(1)).first() is not None
    return f"Kamailio's location table has no current registration for {one_line(user)}." if is_ours else ""


def registered_users(
    connection: Connection, kamailio: KamailioDatabase, users: set[tuple[str, str]], now: datetime
) -> set[tuple[str, str]]:
    """Those of some users (SIP username and domain) that have a contact in Kamailio's location table now.

    Where Kamailio stores no domain (use_domain 0), the username alone decides.

    Raises KamailioUnavailable if the table is missing or of another version.
    """
    return set(registered_agents(connection, kamailio, users, now))


def registered_agents(
    connection: Connection, kamailio: KamailioDatabase, users: set[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], list[str]]:
    """The User-Agents of the phones that some users have registered now; users without a phone are left out.

    A phone that sent none has "". See `registered_users` for domains and errors.
    """
    wanted = sorted({name for name, _ in users})

    def work(switch: Connection) -> dict[tuple[str, str], list[str]]:
        table, agents = kamailio.tables.location, defaultdict[tuple[str, str], list[str]](list)
        for start in range(0, len(wanted), NAMES_PER_QUERY):
            part = wanted[start : start + NAMES_PER_QUERY]
            columns = (table.c.username, func.coalesce(table.c.domain, ""), func.coalesce(table.c.user_agent, ""))
            rows = select(*columns).where(table.c.username.in_(part), table.c.expires > now).order_by(table.c.id)
            for name, domain, agent in switch.execute(rows):
                agents[name, domain].append(agent)
        found = {(name, domain): agents[name, domain] + (agents[name, ""] if domain else []) for name, domain in users}
        return {user: own for user, own in found.items() if own}

    return kamailio.read(connection, work, "location")


def _phones(connection: Connection, kamailio: Tables, user: str, now: datetime) -> list[str]:
    table = kamailio.location
    mine = select(table.c.contact, table.c.user_agent).where(table.c.username == user, table.c.expires > now)
    rows = connection.execute(mine.order_by(table.c.expires.desc()).limit(MOST_PHONES)).all()
    return [f"{one_line(agent or 'a phone')} at {one_line(contact)}" for contact, agent in rows]
