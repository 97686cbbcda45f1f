"""Reads registrations as attempts: a phone that was registered a moment ago and isn't any more has failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from partnertui.db.errors import DatabaseUnavailable
from partnertui.db.incidents.call_attempts import network_of, phone_model
from partnertui.db.kamailio.aor_owners import find_owners
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.table_versions import KamailioUnavailable
from partnertui.db.models import SeenRegistration
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.incidents import WINDOW, Attempt, SharedBy

MOST = 200_000
KEPT = timedelta(hours=1)
"""How long a lost registration is remembered."""
CHUNK = 500
LOST = "registration lost"
ALL_REGISTRARS = "all registrars"
"""What registrations with any of several share: else nothing stands out when all are lost."""
_HOST = re.compile(r"sips?:(?:[^@;>]*@)?(\[[^\]]*\]|[^:;>]+)")
_TRANSPORT = re.compile(r";transport=(\w+)", re.IGNORECASE)


def look_at_registrations(connection: Connection, kamailio: KamailioDatabase, now: datetime) -> None:
    """Notes which phones are registered now, and which of those seen before are not; inside a write transaction.

    Raises KamailioUnavailable if the table is missing or of another version, or if its server can't be reached.
    """
    try:
        live = {row["aor"]: row for row in _live(connection, kamailio, now)}
    except DatabaseUnavailable as error:
        if kamailio.server is None:  # then it is our own
            raise
        raise KamailioUnavailable(str(error), error.advice) from error
    seen = table_of(SeenRegistration)
    known = {aor: lost for aor, lost in connection.execute(select(seen.c.aor, seen.c.lost_at))}
    new = [row for aor, row in live.items() if aor not in known]
    back = [aor for aor in live if known.get(aor) is not None]
    gone = [aor for aor, lost in known.items() if lost is None and aor not in live]
    for start in range(0, len(new), CHUNK):
        connection.execute(insert(seen), new[start : start + CHUNK])
    for aors, lost_at in ((back, None), (gone, now)):
        for start in range(0, len(aors), CHUNK):
            part = aors[start : start + CHUNK]
            connection.execute(update(seen).where(seen.c.aor.in_(part)).values(lost_at=lost_at, seen_at=now))
    connection.execute(delete(seen).where(seen.c.lost_at < now - KEPT))


def registration_attempts(connection: Connection, now: datetime) -> Iterator[Attempt]:
    """Phones that are registered, and those lost within the window; IDs are negative, apart from those of calls."""
    seen = table_of(SeenRegistration)
    rows = connection.execute(
        select(seen).where(seen.c.lost_at.is_(None) | (seen.c.lost_at > now - WINDOW)).limit(MOST)
    ).all()
    hosts = {_host(row.server) for row in rows if row.server}
    owners = find_owners(connection, (row.aor.partition("@")[0] for row in rows if row.lost_at is not None))
    for row in rows:
        shares = {
            SharedBy.SERVER: (row.server, _host(row.server), ALL_REGISTRARS if len(hosts) > 1 else None),
            SharedBy.TRANSPORT: (row.transport,),
            SharedBy.NETWORK: (row.network,),
            SharedBy.PHONE_MODEL: (row.user_agent,),
        }
        username, _, domain = row.aor.partition("@")
        owner = owners.columns(username, domain)["customer_id"] if row.lost_at is not None else None
        present = {kind: tuple(value for value in values if value) for kind, values in shares.items()}
        given = {kind: values for kind, values in present.items() if values}
        verdict = LOST if row.lost_at is not None else ""
        began = None if row.lost_at is not None else row.seen_at
        yield Attempt(-row.id, row.lost_at or now, verdict, row.aor, given, owner, began=began)


def _host(socket: str | None) -> str | None:
    """The address in a socket of Kamailio, which listens on several: udp:203.0.113.10:5060, tcp:203.0.113.10:5060."""
    if socket is None:
        return None
    return socket.partition(":")[2].rpartition(":")[0].strip("[]") or None


def _live(connection: Connection, kamailio: KamailioDatabase, now: datetime) -> Iterator[RowDict]:
    table = kamailio.tables.location
    columns = (
        table.c.username,
        func.coalesce(table.c.domain, ""),
        func.coalesce(table.c.received, ""),
        table.c.contact,
        table.c.user_agent,
        table.c.socket,
    )

    def work(switch: Connection) -> list[tuple[str, ...]]:
        found = select(*columns).where(table.c.expires > now).order_by(table.c.id).limit(MOST)
        return [tuple(row) for row in switch.execute(found)]

    for username, domain, received, contact, agent, socket in kamailio.read(connection, work, "location"):
        host = _HOST.search(received) or _HOST.search(contact)
        # what the phone speaks: where a load balancer ends TLS, `received` has the TCP behind it
        transport = _TRANSPORT.search(contact) or _TRANSPORT.search(received)
        yield {
            "aor": f"{username}@{domain}" if domain else username,
            "network": network_of(host[1].strip("[]")) if host else None,
            "transport": transport[1].lower() if transport else "udp",
            "user_agent": phone_model(agent),
            "server": socket or None,
            "seen_at": now,
            "lost_at": None,
        }
