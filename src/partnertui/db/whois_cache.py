"""Caches WHOIS answers, so that registries aren't asked again and again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, select

from partnertui.db.models import WhoisRecord
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.type_aliases import Row, RowDict


def cached_answer(connection: Connection, query: str, days: float) -> RowDict | None:
    """The cached answer for an address; None if there is none that is younger than `days`."""
    if not _is_shared(connection):
        return None
    table = table_of(WhoisRecord)
    statement = select(table).where(table.c.query == query, table.c.fetched_at > now() - timedelta(days=days))
    row = connection.execute(statement).mappings().first()
    return None if row is None else dict(row)


def store_answer(connection: Connection, query: str, columns: Row) -> None:
    """Stores an answer in place of an earlier one."""
    if not _is_shared(connection):
        return
    table = table_of(WhoisRecord)
    connection.execute(table.delete().where(table.c.query == query))
    connection.execute(table.insert().values(query=query, fetched_at=now(), **columns))


def _is_shared(connection: Connection) -> bool:
    """Whether this login takes part in the cache; partners don't, as it tells whom others ask about."""
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(select(func.has_table_privilege("public.whois_records", "SELECT"))))
