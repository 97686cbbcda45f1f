"""Reads the registered contacts of an AOR from Kamailio's `location` alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from sqlalchemy import Connection, RowMapping, func, or_, true

from partnertui.db.database import open_database
from partnertui.db.kamailio.kamailio_database import KamailioSettings
from partnertui.db.kamailio.registration_query import registration_query
from partnertui.db.kamailio.table_versions import require
from partnertui.db.kamailio.tables import Tables, tables


def contacts_of(url: str, settings: KamailioSettings, aors: Sequence[str]) -> dict[str, list[RowMapping]]:
    """Registrations by AOR as it was given: `user@domain`, with or without `sip:`, or the user alone.

    Raises KamailioUnavailable if the table is missing or of another version, DatabaseError if it can't be read.
    """
    kamailio = tables(settings.schema or None, settings.timezone)

    def read(connection: Connection) -> dict[str, list[RowMapping]]:
        require(connection, "location", schema=kamailio.location.schema)
        return {aor: _contacts(connection, kamailio, aor) for aor in aors}

    with closing(open_database(url, read_only=True)) as database:
        return database.read(read)


def _contacts(connection: Connection, kamailio: Tables, aor: str) -> list[RowMapping]:
    uri = aor.partition(":")[2] if aor.startswith(("sip:", "sips:")) else aor
    user, _, domain = uri.partition("@")
    location = kamailio.location.c
    domain_condition = or_(func.coalesce(location.domain, "") == "", location.domain == domain) if domain else true()
    statement = registration_query(kamailio).where(location.username == user, domain_condition).order_by(location.id)
    return list(connection.execute(statement).mappings())
