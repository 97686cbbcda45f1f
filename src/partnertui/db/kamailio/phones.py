"""The registered phones of an AOR, for whoever has no list in front: Kamailio's table alone, without owners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from sqlalchemy import Connection, RowMapping, func, or_, true

from partnertui.db.engine import open_database
from partnertui.db.kamailio.reach import Switch
from partnertui.db.kamailio.selects import by_location
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.kamailio.versions import require


def phones_of(url: str, switch: Switch, aors: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Registrations by AOR as it was named: `user@domain`, with `sip:` or not, or the user alone.

    Raises DomainError where the table is not as known, DatabaseError where it cannot be read.
    """
    place = tables(switch.schema or None, switch.timezone)

    def read(there: Connection) -> dict[str, list[RowMapping]]:
        require(there, "location", schema=place.location.schema)
        return {aor: list(_registered(there, place, aor)) for aor in aors}

    with closing(open_database(url, read_only=True)) as database:
        return database.read(read)


def _registered(there: Connection, place: Tables, aor: str) -> Iterator[RowMapping]:
    user, _, domain = aor.partition(":")[2].partition("@") if aor.startswith(("sip:", "sips:")) else aor.partition("@")
    location = place.location.c
    domain_condition = or_(func.coalesce(location.domain, "") == "", location.domain == domain) if domain else true()
    statement = by_location(place).where(location.username == user, domain_condition).order_by(location.id)
    yield from there.execute(statement).mappings()
